"""Functions that compute statistics of a column become lambdas where they are passed, if they are no more than that."""

from __future__ import annotations

import pytest

from nb2prod.reading.column_functions import with_column_functions
from nb2prod.reading.magics import neutralise

CAP = "def cap(s):\n    top = s.quantile(0.9)\n    return s.clip(upper=top)"


def given(function: str, call: str) -> str:
    """The cell that passes the function."""
    return with_column_functions([neutralise(function), neutralise(call)])[1].source


TAKEN = {
    "assignments": (CAP, "s.clip(upper=s.quantile(0.9))"),
    "a docstring": ('def cap(s):\n    """Cap."""\n    return s - s.mean()', "s - s.mean()"),
    "several at once": ("def cap(s):\n    a, b = s.min(), s.max()\n    return (s - a) / b", "(s - s.min()) / s.max()"),
    "the parameter anew": ("def cap(s):\n    s = s.abs()\n    return s / s.sum()", "s.abs() / s.abs().sum()"),
    "numpy": ("def cap(s):\n    return np.minimum(s, np.percentile(s, 90))", "np.minimum(s, np.percentile(s, 90))"),
}  # fmt: skip


@pytest.mark.parametrize(("function", "body"), TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize(
    "call", ["df[c] = df[c].apply({})", "x = g.transform({})", "for i in y:\n    df.apply({}, axis=0)"]
)
def test_function_is_given_as_a_lambda(function: str, body: str, call: str) -> None:
    assert given(function, call.format("cap")) == call.format(f"lambda s: {body}")


LEFT = {
    "no statistic": "def cap(s):\n    return s.lower()",
    "a statistic of something else": "def cap(s):\n    return s - other.mean()",
    "a branch": "def cap(s):\n    if s.mean() > 3:\n        return s\n    return s * 2",
    "a change in place": "def cap(s):\n    s[s > s.mean()] = 0\n    return s",
    "nothing returned": "def cap(s):\n    top = s.mean()",
    "more parameters": "def cap(s, q=0.9):\n    return s.clip(upper=s.quantile(q))",
    "a decorator": "@cache\ndef cap(s):\n    return s - s.mean()",
    "a lambda inside": "def cap(s):\n    m = s.mean()\n    return s.map(lambda v: v - m)",
    "another definition": f"{CAP}\ndef cap(s):\n    return s",
    "another binding": f"{CAP}\ncap = other",
    "in a class": "class C:\n    def cap(s):\n        return s - s.mean()",
}


@pytest.mark.parametrize("function", LEFT.values(), ids=LEFT)
def test_function_is_passed_by_name(function: str) -> None:
    assert given(function, "df[c] = df[c].apply(cap)") == "df[c] = df[c].apply(cap)"


@pytest.mark.parametrize(
    "call", ["df.apply(cap, axis=1)", "df.apply(cap, args=(1,))", "def f(top):\n    return df.apply(cap)", "run(cap)"]
)
def test_other_calls_are_left_as_they_are(call: str) -> None:
    assert given(CAP, call) == call
