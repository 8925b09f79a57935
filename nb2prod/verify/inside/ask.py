"""Ask the trained package in every way that must not matter, and with rows that it must answer or refuse.

A row gets one answer: alone, in a batch, in another order, and in a batch without one of the categories. A null, or a
category that training has not seen, is answered or refused as the schema says, and a refusal names the column.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .compare import rows_agree, table
from .result import Results, in_words
from .rows import count, take

SAMPLE = 30
COLUMNS = 12
UNSEEN = "nb2prod: never seen"

Predict = Callable[[Any], Any]


def answerable(predict: Predict, raw: Any, places: Any) -> np.ndarray:
    """Rows spread over the table that are answered alone."""
    spread = places[np.unique(np.linspace(0, len(places) - 1, min(len(places), SAMPLE)).round().astype(int))]
    found = []
    for place in spread:
        try:
            predict(take(raw, [place]))
        except Exception:  # a row that training drops may have no answer, for whatever reason
            continue
        found.append(place)
    return np.array(found, dtype=int)


def ask_rows(predict: Predict, raw: Any, places: Any, results: Results) -> None:
    """Compare a row alone, in a batch, shuffled, and in a batch that lacks a category."""
    kept = answerable(predict, raw, places)
    if not len(kept):
        results.unknown("rows", "alone", "no row is answered alone")
        return
    alone = [predict(take(raw, [place])) for place in kept]
    if any(_count(answer) != 1 for answer in alone):
        results.add("rows", "alone", "a row alone gets several answers")
        return
    whole = np.concatenate([table(answer) for answer in alone])
    _expect(predict, raw, kept, whole, "in a batch", results)
    order = np.random.default_rng(0).permutation(len(kept))
    _expect(predict, raw, kept[order], whole[order], "shuffled", results)
    for name, without in _lacking(raw, kept):
        places = np.flatnonzero(without)
        _expect(predict, raw, kept[places], whole[places], f"without {name}", results)


def _expect(predict: Predict, raw: Any, places: Any, wanted: Any, what: str, results: Results) -> None:
    try:
        got = predict(take(raw, places))
    except Exception as fault:  # the package's code may fail in any way
        results.add("rows", what, in_words(fault))
        return
    if _count(got) != len(wanted):
        results.add("rows", what, f"{len(wanted)} rows get {_count(got)} answers")
        return
    wrong = np.flatnonzero(~rows_agree(got, wanted))
    results.add("rows", what, f"{len(wrong)} of {len(wanted)} rows get another answer than alone" if len(wrong) else "")


def _lacking(raw: Any, places: Any) -> list[tuple[str, np.ndarray]]:
    """For columns with few texts: the rows without one of them."""
    found: list[tuple[str, np.ndarray]] = []
    if not hasattr(raw, "columns"):
        return found
    sample = take(raw, places)
    for at, name in enumerate(raw.columns):
        values = sample.iloc[:, at]
        if values.dtype.kind in "biufcmM" or len(found) >= COLUMNS:
            continue
        texts = values.astype(str)
        if 2 <= texts.nunique() <= len(sample) // 2:
            rarest = texts.value_counts().index[-1]
            found.append((f"{name}={rarest}"[:60], (texts != rarest).to_numpy()))
    return found


def _count(answer: Any) -> int:
    return count(answer) if hasattr(answer, "__len__") or hasattr(answer, "shape") else -1


# ---------------------------------------------------------------------- nulls and unseen categories


def ask_schema(predictor: Any, raw: Any, places: Any, error: type[Exception], results: Results) -> None:
    """Give a good row with a null, and one with an unseen category, for each column that matters."""
    kept = answerable(predictor.predict, raw, places)
    if not hasattr(raw, "columns") or not len(kept):
        return
    columns = [column for column in predictor.schema.columns if column.required and column.name in raw.columns]
    for column in columns:
        row = take(raw, [kept[0]]).astype({column.name: object})
        row[column.name] = None
        _ask_one(predictor, row, column, "null", column.nullable, error, results)
        if column.kind in ("text", "category") and column.categories is not None:
            row = take(raw, [kept[0]]).astype({column.name: object})
            row[column.name] = UNSEEN
            allowed = None if column.kind == "text" else False
            _ask_one(predictor, row, column, "unseen category", allowed, error, results)


def _ask_one(
    predictor: Any, row: Any, column: Any, what: str, allowed: bool | None, error: type[Exception], results: Results
) -> None:
    """`allowed`: the schema says that it is answered (True), refused (False), or leaves it to the model (None)."""
    name = f"{column.name}: {what}"
    try:
        answer = predictor.predict(row)
    except error as fault:
        good = not allowed and str(column.name) in str(fault)
        said = "" if good else f"refused, though the schema allows it: {fault}" if allowed else f"unclear: {fault}"
        results.add("schema", name, said[:300])
        return
    except Exception as fault:  # the package's code may fail in any way
        results.add("schema", name, in_words(fault))
        return
    fine = allowed is not False and _count(answer) == 1
    results.add("schema", name, "" if fine else "answered, though the schema forbids it")
