"""The comparisons and the recorder that run in other interpreters, on small values."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import LabelEncoder, StandardScaler

from nb2prod.verify.inside.compare import learned_differ, rows_agree, tables_differ
from nb2prod.verify.inside.groups import FIRST_LOOK, RUNS
from nb2prod.verify.inside.locate import Checked, Spot, first_spot, gone_spot
from nb2prod.verify.inside.permutation import LEVEL, apart, halvings
from nb2prod.verify.inside.recorded import Recorded
from nb2prod.verify.inside.result import in_words
from nb2prod.verify.inside.rows import by_content, guesses
from nb2prod.verify.inside.spread import Spread, between
from nb2prod.verify.inside.steps import Way, variables, walk

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


@pytest.mark.parametrize(
    ("one", "other", "squared"),
    [
        (["a", "b"], ["a", "a"], 0.5),
        ([1.0, 3.0], [1.0, 2.0], 0.5),
        (1, 2, 1.0),
        (0.5, 0.5 + 1e-12, 0.0),
        ({"a": 1.0}, {"a": 2.0}, 1.0),
        ([1.0], [1.0, 2.0], 1.0),
        (StandardScaler().fit([[1.0], [5.0]]), SCALER, 1.0),
    ],
    ids=str,
)
def test_distances_of_values_of_every_kind(one: object, other: object, squared: float) -> None:
    assert between([one, other, one]).tolist() == [[0, squared, 0], [squared, 0, squared], [0, squared, 0]]  # type: ignore[union-attr]


# ---------------------------------------------------------------------- chance


def test_every_halving_once() -> None:
    halves = halvings(2 * RUNS)
    assert (len(halves), len(np.unique(halves, axis=0)), set(halves.sum(axis=1))) == (6435, 6435, {RUNS})
    assert halves[0].tolist() == [1] * RUNS + [0] * RUNS


def runs(draw: np.random.Generator, shift: float, size: int = RUNS) -> list[dict[tuple[str, str], Any]]:
    """Scores that hang together, one that is coarse, answers, and a state that no run has twice."""
    found: list[dict[tuple[str, str], Any]] = []
    for _ in range(size):
        luck = draw.standard_t(3) + shift
        labels = draw.uniform(size=40) < 0.5 + 0.1 * np.tanh(luck)
        found.append(
            {
                ("metrics", "accuracy"): 0.8 + 0.01 * luck,
                ("metrics", "f1"): round(0.8 + 0.01 * luck + 0.002 * draw.normal(), 2),
                ("metrics", "auc"): float(draw.exponential()) + shift,
                ("predictions", "predictions"): np.where(labels, "yes", "no"),
                ("state", "seed"): {"drawn": draw.uniform()},
            }
        )
    return found


def test_false_alarms_are_as_rare_as_promised() -> None:
    draw = np.random.default_rng(0)
    alarms = sum(bool(Spread(runs(draw, 0), runs(draw, 0)).differing) for _ in range(150))
    assert alarms <= 2  # at a level of 0.001, more have a chance of 1 in 2000


@pytest.mark.parametrize("size", [FIRST_LOOK, RUNS])
def test_what_lies_apart_is_found(size: int) -> None:
    draw = np.random.default_rng(1)
    assert all(Spread(runs(draw, 0, size), runs(draw, 25, size)).differing for _ in range(10))


def test_what_is_constant_in_the_notebook_and_another_value_in_the_package_is_found() -> None:
    draw = np.random.default_rng(2)
    key = ("state", "mean")
    notebook, package = ([{**run, key: value} for run in runs(draw, 0)] for value in (1.0, 1.5))
    spread = Spread(notebook, package)
    assert spread.differing == {key}
    assert spread.excuses("metrics", "accuracy") and not spread.excuses(*key)


def test_nothing_is_excused_without_spread() -> None:
    same, other = [{("metrics", "r2"): 0.5}] * RUNS, [{("metrics", "r2"): 0.6}] * RUNS
    assert not Spread(same, other).excuses("metrics", "r2")
    assert not Spread([], []).excuses("metrics", "r2")


def test_level_needs_the_second_look() -> None:
    assert LEVEL * len(halvings(2 * FIRST_LOOK)) < 1 <= LEVEL * len(halvings(2 * RUNS))
    assert apart({}) == frozenset()


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("a = 1", ["a"]),
        ("a['b'].c = 1", ["a"]),
        ("a, b = c", ["a", "b"]),
        ("a.drop(1)", ["a"]),
        ("return a", ["return"]),
    ],
)
def test_variables_of_a_statement(code: str, names: list[str]) -> None:
    import ast

    (function,) = ast.parse(f"def f():\n    {code}").body
    assert isinstance(function, ast.FunctionDef)
    assert variables(function.body[0]) == names


def test_fault_is_told_in_one_line() -> None:
    assert in_words(ValueError("Input X\ncontains NaN." + "x" * 999)).startswith("ValueError: Input X contains NaN.x")
    assert len(in_words(ValueError("x" * 999))) == 300


def test_way_ends_where_the_call_fails() -> None:
    way = walk([], lambda: 1 / 0)
    assert (way.answer, way.fault) == (None, "ZeroDivisionError: division by zero")


# ---------------------------------------------------------------------- which step is named

PRISTINE = '''
def scale(df):
    """Scale. From cell 7."""
    df.drop("Id", axis=1, inplace=True)
    df["age"] = df["age"] / 10
    return df
'''


@pytest.mark.parametrize(
    ("code", "said"),
    [
        pytest.param(PRISTINE, "", id="all of it is there"),
        pytest.param(PRISTINE.replace('"', "'").replace("''", '""'), "", id="in other quotes"),
        pytest.param(PRISTINE.replace("    df.drop", "    # df.drop"), "cell 7: \"df.drop('Id', ", id="one is gone"),
    ],
)
def test_statement_that_is_gone_is_named_where_nothing_else_is(tmp_path: Path, code: str, said: str) -> None:
    (tmp_path / "preprocessing.py.orig").write_text(PRISTINE)
    module = ModuleType("preprocessing")
    module.__file__ = str(tmp_path / "preprocessing.py")
    (tmp_path / "preprocessing.py").write_text(code)
    spot = gone_spot([], [module], tmp_path)
    assert (spot.said if spot else "").startswith(said) and bool(spot) == bool(said)


@pytest.mark.parametrize(
    ("failed", "function", "cell"),
    [("y = model.predict(x)", "predict_rows", 9), ("x = preprocess(df, state)", "clean", 3)],
    ids=["preprocess is not called", "its first step fails"],
)
def test_step_that_fails_is_named_where_none_ran_before_it(failed: str, function: str, cell: int) -> None:
    lines = [
        ("x = clean(df)", "clean", 3),
        ("x = preprocess(df, state)", "preprocess", 3),
        ("y = model.predict(x)", "predict_rows", 9),
    ]
    steps = [{"statement": code, "variable": "x", "function": of, "point": {"cell": at}} for code, of, at in lines]
    through = frozenset({"preprocess", "predict_rows"} if "preprocess" in failed else {"predict_rows"})
    way = Way(fault="NameError: x", at=("predict_rows", failed), through=through)
    spot = first_spot([Checked(step, "absent") for step in steps], way)
    assert spot == Spot(f"cell {cell}: NameError: x from step {function} on", function, cell)


def test_rows_are_found_by_the_features_that_are_right() -> None:
    raw = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [5.0, 6.0, 7.0, 8.0]})
    recorded = Sample(raw, features=raw.iloc[[3, 1]])
    spoilt = raw.assign(b=raw["b"] * 2)
    assert by_content(recorded, lambda rows: spoilt) is None
    found = by_content(recorded, lambda rows: spoilt, exact=False)
    assert found is not None and found.places.tolist() == [3, 1]


def test_rows_are_found_by_the_labels_of_the_table_that_the_features_were_made_of() -> None:
    raw = pd.DataFrame({"a": ["x", "y", "z"]})
    recorded = Sample(raw, features=np.array([[1.0], [2.0]]), step=raw.iloc[[2, 0]])
    assert [(one.how, one.places.tolist()) for one in guesses(recorded, 2)] == [("by label", [2, 0])]


class Sample(Recorded):
    """One table of raw rows, and the features of some."""

    def __init__(self, raw: pd.DataFrame, **held: Any) -> None:  # noqa: ANN401 - features of any kind
        self.held = {"source": raw, **held}
        self.splits = []

    def numbers(self, role: str) -> list[int]:
        return [list(self.held).index(role)] if role in self.held else []

    def index(self, role: str) -> Any:  # noqa: ANN401 - labels of any kind
        return getattr(self.held.get(role), "index", None)

    def value(self, number: int) -> Any:  # noqa: ANN401
        return list(self.held.values())[number]

    def one(self, role: str) -> Any:  # noqa: ANN401
        return self.held[role]
