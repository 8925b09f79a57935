"""Proof before saving: a row is answered alike alone, in a batch and shuffled, and as the notebook did.

check_serving raises ServingError otherwise: a model that would answer differently is never saved.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from churn.artifact import Fitted

Answer = Callable[[Any], Any]
SAMPLE = 40


class ServingError(RuntimeError):
    """The fitted model cannot be served as it was trained."""


def check_serving(fitted: Fitted, *answers: Answer) -> None:
    """Raise ServingError unless rows are answered one by one as in a batch, and as the notebook did."""
    _check_state(fitted)
    for answer in answers:
        _check_rows_alone(fitted.rows, answer)
    if fitted.served is not None:
        labels, predictions = fitted.served
        _check_served(answers[0], fitted.rows.loc[labels], predictions)


def _check_state(fitted: Fitted) -> None:
    """Refuse a state that holds one value for each training row: that is a column, not something learned."""
    labels = getattr(fitted.rows, "index", None)
    for name, value in vars(fitted.state).items() if fitted.state is not None else ():
        if (
            isinstance(value, pd.Series)
            and isinstance(labels, pd.Index)
            and len(value) > 1
            and value.index.equals(labels)
        ):
            what = f"state.{name} holds one value for each training row"
            raise ServingError(f"{what}: new rows would get the values of old ones")


def take(rows: Any, positions: Any) -> Any:
    """Give the rows at these positions, as the same kind of table."""
    if hasattr(rows, "iloc"):
        return rows.iloc[positions]
    return rows[positions] if isinstance(rows, np.ndarray) else [rows[position] for position in positions]


def spread(count: int, most: int) -> np.ndarray:
    """Give up to `most` positions spread evenly over `count` rows, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def by_row(predictions: Any) -> np.ndarray:
    """Give predictions of any kind as a two-dimensional array with one row per answer."""
    if hasattr(predictions, "toarray"):
        predictions = predictions.toarray()
    try:
        values = np.asarray(predictions)
    except ValueError:  # lists of unequal length
        values = np.empty(len(predictions), dtype=object)
        values[:] = list(predictions)
    return values.reshape(len(values), math.prod(values.shape[1:]))


def agree(got: Any, want: Any, tolerance: float | None = None) -> Any:
    """Tell for each row whether two predictions agree, up to the precision that they were computed in."""
    got, want = by_row(got), by_row(want)
    if got.shape != want.shape:
        return np.zeros(max(len(got), len(want)), dtype=bool)
    kinds = {got.dtype.kind, want.dtype.kind}
    if kinds <= set("biu") or kinds == {"U"}:
        return np.all(got == want, axis=1)
    if kinds <= set("biufc"):
        single = any(array.dtype.name in ("float16", "float32") for array in (got, want))
        tolerance = tolerance or (1e-4 if single else 1e-6)
        close = np.isclose(got, want, rtol=tolerance, atol=1e-9, equal_nan=True)
        return np.all(close, axis=1)
    return np.array([all(map(_same, *pair)) for pair in zip(got, want, strict=True)], dtype=bool)


def _same(got: Any, want: Any) -> bool:
    if isinstance(got, float) and isinstance(want, float):
        return bool(np.isclose(got, want, rtol=1e-6, atol=1e-9, equal_nan=True))
    if np.ndim(got) or np.ndim(want):
        return bool(np.array_equal(got, want))
    return bool(pd.isna(got) and pd.isna(want)) or bool(got == want)


def _check_rows_alone(rows: Any, answer: Answer) -> None:
    sample = take(rows, spread(len(rows), SAMPLE))
    kept, alone = _answer_one_by_one(sample, answer)
    batch = take(sample, kept)
    before = copy.deepcopy(batch)
    _expect(answer(batch), alone, "in a batch")
    if not _unchanged(batch, before):
        raise ServingError("predicting changes the rows that it is given")
    order = np.random.default_rng(0).permutation(len(kept))
    _expect(answer(take(sample, kept[order])), alone[order], "in a shuffled batch")


def _answer_one_by_one(rows: Any, answer: Answer) -> tuple[np.ndarray, np.ndarray]:
    kept, alone = [], []
    fault: Exception | None = None
    for position in range(len(rows)):
        try:
            said = by_row(answer(take(rows, [position])))
        except Exception as error:  # a row that training drops may have no answer, for whatever reason
            fault = error
            continue
        if len(said) != 1:
            raise ServingError(f"one row alone gets {len(said)} answers")
        kept.append(position)
        alone.append(said[0])
    if not kept:
        reason = f"{type(fault).__name__}: {fault}" if fault else "there are none"
        raise ServingError(f"no training row can be predicted alone: {reason}") from fault
    return np.array(kept), by_row(alone)


def _expect(said: Any, alone: np.ndarray, where: str) -> None:
    said = by_row(said)
    if len(said) != len(alone):
        raise ServingError(f"{len(alone)} rows {where} get {len(said)} answers")
    wrong = np.flatnonzero(~agree(said, alone))
    if len(wrong):
        first = wrong[0]
        raise ServingError(
            f"{len(wrong)} of {len(alone)} training rows get another answer {where} than alone, for example "
            f"{_show(said[first])} instead of {_show(alone[first])}: it depends on other rows or on chance"
        )


def _check_served(answer: Answer, rows: Any, predictions: Any) -> None:
    try:
        got, want = by_row(answer(rows)), by_row(predictions)
    except Exception as error:
        raise ServingError(
            f"the rows that the notebook predicted cannot be served: {type(error).__name__}: {error}"
        ) from error
    if len(got) != len(want):
        raise ServingError(
            f"the notebook gave {len(want)} predictions, serving the same rows gives {len(got)}"
        )
    wrong = np.flatnonzero(~agree(got, want))
    if len(wrong):
        first = wrong[0]
        raise ServingError(
            f"{len(wrong)} of {len(want)} rows are not served as the notebook predicted them, "
            f"first row {first}: {_show(got[first])} instead of the notebook's {_show(want[first])}"
        )


def _unchanged(rows: Any, before: Any) -> bool:
    if isinstance(rows, pd.DataFrame):
        return bool(rows.columns.equals(before.columns) and rows.equals(before))
    if isinstance(rows, np.ndarray):
        return bool(pd.DataFrame(by_row(rows)).equals(pd.DataFrame(by_row(before))))
    return bool(rows == before)


def _show(answer: np.ndarray) -> str:
    values = answer.tolist()
    return repr(values[0] if len(values) == 1 else values[:5])
