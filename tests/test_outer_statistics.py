"""Statistics of tables inside of row functions get names of their own, where every call computes the same."""

from __future__ import annotations

import pytest

from nb2prod.reading.magics import neutralise
from nb2prod.reading.outer_statistics import with_outer_statistics

FILL = "def fill(row):\n    return df['age'].median() if pd.isnull(row['age']) else row['age']"
CALL = "df['age'] = df.apply(fill, axis=1)"


def named(*cells: str) -> list[str]:
    return [
        cell.source for cell in with_outer_statistics([neutralise("import pandas as pd"), *map(neutralise, cells)])
    ][1:]


def test_statistic_has_a_name_before_the_call() -> None:
    assert named(FILL, CALL) == [
        "def fill(row):\n    return fill_median if pd.isnull(row['age']) else row['age']",
        f"fill_median = df['age'].median(); {CALL}",
    ]


NAMED = {
    "of a group": ("df[df['plan'] == 'pro']['age'].mean()", "mean"),
    "of a group by name": ("df.groupby('plan')['age'].median()['pro']", "median"),
    "the mode": ("df['age'].mode()[0]", "mode"),
    "of a part": ("df.loc[df['plan'] == 'pro', 'age'].dropna().max()", "max"),
    "rounded": ("round(df['age'].mean() + 1, 2)", "mean"),
}


@pytest.mark.parametrize(("expression", "word"), NAMED.values(), ids=NAMED)
def test_largest_expression_is_named(expression: str, word: str) -> None:
    body, call = named(f"def fill(row):\n    return row if row else {expression}", "x = df['age'].map(fill)")
    assert body == f"def fill(row):\n    return row if row else fill_{word}"
    assert call == f"fill_{word} = {expression}; x = df['age'].map(fill)"


def test_each_call_has_its_own_and_equal_ones_share_a_name() -> None:
    function = "def f(v):\n    m = a.mean()\n    if v > a.mean():\n        return b.mean()\n    return m"
    body, call = named(function, "for t in (x, y):\n    t['c'] = t['c'].map(f)\nz = [f(v) for v in z]")
    assert body == "def f(v):\n    m = f_mean\n    if v > f_mean:\n        return f_mean_2\n    return m"
    before = "f_mean = a.mean(); f_mean_2 = b.mean(); "
    assert call == f"for t in (x, y):\n    {before}t['c'] = t['c'].map(f)\n{before}z = [f(v) for v in z]"


LEFT = {
    "its own variable": "def fill(row):\n    return row['a'].mean()",
    "a random part": "def fill(row):\n    return df.sample(3)['age'].mean()",
    "a table that is changed": "def fill(t):\n    t['age'] = t['age'].abs()\n    return t.fillna(df['age'].mean())",
    "a table that is changed by a method": "def fill(t):\n    t.clear()\n    return df['age'].mean()",
    "a call of something else": "def fill(row):\n    return load('x')['age'].mean()",
    "a generator": "def fill(row):\n    yield df['age'].mean()",
    "a global": "def fill(row):\n    global n\n    n = 1\n    return df['age'].mean()",
    "a decorator": "@cached\ndef fill(row):\n    return df['age'].mean()",
    "a second definition": f"{FILL}\n{FILL}",
    "a module": "def fill(row):\n    return pd.mean()",
    "in a lambda": "def fill(row):\n    return (lambda: df['age'].mean())()",
}


@pytest.mark.parametrize("function", LEFT.values(), ids=LEFT)
def test_function_is_left_as_it_is(function: str) -> None:
    assert named(function, CALL) == [function, CALL]


@pytest.mark.parametrize(
    "call",
    ["def g():\n    return df.apply(fill, axis=1)", "while fill(1):\n    pass", "x = 1", "class C:\n    x = fill(1)"],
    ids=["in a function", "in a condition", "nowhere", "in a class"],
)
def test_function_that_is_called_elsewhere_is_left_as_it_is(call: str) -> None:
    assert named(FILL, call) == [FILL, call]
