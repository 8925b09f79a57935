"""The comparisons and the recorder that run in other interpreters, on small values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import LabelEncoder, StandardScaler

from nb2prod.verify.inside.compare import learned_differ, rows_agree, tables_differ
from nb2prod.verify.inside.spread import distance
from nb2prod.verify.inside.steps import variables, walk

FRAME = pd.DataFrame({"a": [1.0, np.nan], "b": ["x", "y"]})
SCALER = StandardScaler().fit([[1.0], [3.0]])
SAME: list[tuple[Any, Any]] = [
    (1, 1.0),
    (0.1 + 0.2, 0.3),
    (float("nan"), np.nan),
    ("a", "a"),
    ([1, 2], [1, 2]),
    ((1, 2), [1, 2]),
    ({"a": [1]}, {"a": [1]}),
    (FRAME, FRAME.copy()),
    (pd.Index(["a"]), ["a"]),
    (np.array(["a"], dtype=object), np.array(["a"])),
    (StandardScaler().fit([[1.0], [3.0]]), SCALER),
    (len, len),
]
OTHER: list[tuple[Any, Any, str]] = [
    (1, 2, "1 instead of 2"),
    (None, 2, "None instead of 2"),
    ("a", "b", "'a' instead of 'b'"),
    ([1], [1, 2], "1 values instead of 2"),
    ({"a": 1}, {"b": 1}, "'b' is missing"),
    ({"a": 1}, {"a": 2}, "at 'a': 1 instead of 2"),
    ([3, 1], {1: 2}, "a list instead of a dict"),
    (FRAME, FRAME.assign(a=[1.0, 2.0]), "value 2: nan instead of 2"),
    (StandardScaler().fit([[1.0], [5.0]]), SCALER, "mean_: value 0: 3 instead of 2"),
    (LabelEncoder().fit(["a"]), SCALER, "a LabelEncoder instead of a StandardScaler"),
]


@pytest.mark.parametrize(("got", "want"), SAME, ids=str)
def test_learned_values_agree(got: object, want: object) -> None:
    assert learned_differ(got, want) == ""


@pytest.mark.parametrize(("got", "want", "says"), OTHER, ids=str)
def test_learned_values_differ(got: object, want: object, says: str) -> None:
    assert says in learned_differ(got, want)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param(FRAME.copy(), "", id="same"),
        pytest.param(FRAME.astype({"b": "category"}), "", id="another type of the same values"),
        pytest.param(FRAME[["a"]], "column b is missing", id="lost"),
        pytest.param(FRAME.assign(c=1), "column c is new", id="new"),
        pytest.param(FRAME[["b", "a"]], "the columns are in another order", id="order"),
        pytest.param(FRAME.assign(b=["x", "z"]), "column b differs: 'z' instead of 'y'", id="value"),
        pytest.param(FRAME.assign(a=[1.0, 0.0]), "column a differs: 0 instead of nan", id="null"),
    ],
)
def test_tables_differ(changed: pd.DataFrame, says: str) -> None:
    assert tables_differ(changed, FRAME) == says


def test_rows_of_other_shapes_agree_nowhere() -> None:
    assert not rows_agree([1, 2], [1, 2, 3]).any()


def test_distance_of_labels_is_a_share_and_of_numbers_a_deviation() -> None:
    assert distance(["a", "b"], ["a", "a"]) == 0.5
    assert distance([1.0, 3.0], [1.0, 2.0]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("code", "names"),
    [("a = 1", ["a"]), ("a['b'].c = 1", ["a"]), ("a, b = c", ["a", "b"]), ("a.drop(1)", ["a"]), ("return a", [])],
)
def test_variables_of_a_statement(code: str, names: list[str]) -> None:
    import ast

    (function,) = ast.parse(f"def f():\n    {code}").body
    assert isinstance(function, ast.FunctionDef)
    assert variables(function.body[0]) == names


def test_way_ends_where_the_call_fails() -> None:
    way = walk([], lambda: 1 / 0)
    assert (way.answer, way.fault) == (None, "ZeroDivisionError: division by zero")
