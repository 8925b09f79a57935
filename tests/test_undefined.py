"""What counts as undefined in a generated module."""

from __future__ import annotations

import pytest

from nb2prod.generation.undefined import undefined_names

CASES = {
    "a function's local": ("def f(x):\n    y = x\n    return [y for y in x]\n", []),
    "a global that is missing": ("def f(x):\n    return x + limit\n", ["limit"]),
    "an import": ("import numpy as np\nfrom a import b as c\ndef f():\n    return np, c\n", []),
    "a builtin": ("def f(x):\n    return len(x)\n", []),
    "a closure": ("def f(x):\n    def g():\n        return x\n    return g\n", []),
    "a class that reads a global": ("class A:\n    def f(self):\n        return LIMIT\n", ["LIMIT"]),
    "a loop variable of the module": ("for i in range(3):\n    print(i, j)\n", ["j"]),
    "a star import": ("from a import *\nb\n", []),
}


@pytest.mark.parametrize(("text", "names"), CASES.values(), ids=CASES)
def test_finds_undefined_names(text: str, names: list[str]) -> None:
    assert undefined_names(text) == names
