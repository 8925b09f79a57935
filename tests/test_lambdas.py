from __future__ import annotations

import ast

import pytest

from nb2prod.generation.lambdas import name_lambdas

HEAD = "from typing import Any\n\nimport numpy as np\n\n\ndef fit(df: Any) -> Any:\n"
NAMED = {
    "by its keyword": ("return Scaler(func=lambda x: x**2)", "def func(x):", "return Scaler(func=func)"),
    "by its class": ("return LogStep(lambda x: np.log(x))", "def apply_log_step(x)", "LogStep(apply_log_step)"),
    "two on a line": ("return Step(f=lambda a: a, g=lambda a: -a)", "def g(a)", "return Step(f=f, g=g)"),
    "a default": ("return defaultdict(lambda: 0)", "def apply_defaultdict():", "apply_defaultdict)"),
    "a taken name": ("func = 1\n    return Step(func=lambda x: x)", "def func_2(x)", "Step(func=func_2)"),
    "over two lines": ("return Step(f=lambda x: x +\n        1)", "return (x +\n        1)", "return Step(f=f)"),
    "after a letter of two bytes": ("return Step('é', f=lambda x: x)", "def f(x)", "Step('é', f=f)"),
}
KEPT = {
    "a lambda of a column": "return df['a'].map(lambda v: v + 1)",
    "a lambda that reads a variable": "mean = df.mean()\n    return Step(lambda v: v - mean)",
}


@pytest.mark.parametrize(("body", "function", "call"), NAMED.values(), ids=NAMED)
def test_names(body: str, function: str, call: str) -> None:
    text = name_lambdas(f"{HEAD}    {body}\n")
    assert function in text and call in text
    assert not any(isinstance(node, ast.Lambda) for node in ast.walk(ast.parse(text)))


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT)
def test_leaves_alone(body: str) -> None:
    text = f"{HEAD}    {body}\n"
    assert name_lambdas(text) == text
