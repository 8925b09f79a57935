"""Which raw rows the notebook predicted.

By the labels of the predicted rows, by the split that made them, or because all rows were predicted; where none of
these tells, by content: the rows whose features the package computes as the notebook did. Each guess is a `Lines`;
the first one under which the answers agree is right, and where none is, the first is the one to report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .compare import table
from .recorded import Missing, Recorded


@dataclass(frozen=True)
class Lines:
    """Raw rows, and how they were found."""

    raw: Any
    places: np.ndarray
    how: str

    @property
    def rows(self) -> Any:
        """The raw rows themselves, in the order of the predictions."""
        return take(self.raw, self.places)


def take(raw: Any, places: Any) -> Any:
    """Give rows of a table, an array or a list by position."""
    if hasattr(raw, "iloc"):
        return raw.iloc[places].copy()
    return raw[np.asarray(places)].copy() if isinstance(raw, np.ndarray) else [raw[int(place)] for place in places]


def numbered(rows: Any) -> Any:
    """Number the rows of a table anew, as the package does where its index says nothing."""
    index = getattr(rows, "index", None)
    nameless = index is not None and hasattr(rows, "iloc") and index.name is None and index.nlevels == 1
    return rows.reset_index(drop=True) if nameless else rows


def count(rows: Any) -> int:
    """The number of rows."""
    shape = getattr(rows, "shape", None)
    return len(rows) if shape is None else int(shape[0]) if shape else -1


def guesses(recorded: Recorded, wanted: int) -> Iterator[Lines]:
    """Guess which rows were predicted, the surest first."""
    for number in recorded.numbers("source"):
        raw = recorded.value(number)
        if isinstance(raw, Missing) or not hasattr(raw, "__len__"):
            continue
        for how, places in _guesses(recorded, raw, wanted):
            if places is not None and len(places) == wanted and (places >= 0).all():
                yield Lines(raw, places, how)


def _guesses(recorded: Recorded, raw: Any, wanted: int) -> Iterator[tuple[str, np.ndarray | None]]:
    if count(raw) == wanted:
        yield "all rows", np.arange(wanted)
    for role in ("features", "prediction"):
        index = recorded.index(role)
        if index is not None and not isinstance(index, Missing) and len(index) == wanted:
            yield "by label", labelled(raw, index)
    for part in _split_parts(recorded, raw, wanted):
        yield "by split", part
    for number in reversed(recorded.numbers("step")):  # features without labels were made of a table that had them
        index = getattr(recorded.value(number), "index", None)
        if index is not None and hasattr(index, "get_indexer") and len(index) == wanted:
            yield "by label", labelled(raw, index)


def _split_parts(recorded: Recorded, raw: Any, wanted: int) -> Iterator[np.ndarray | None]:
    for split in reversed(recorded.splits):
        for part in reversed(split["parts"]):
            if len(part) == wanted:
                labels = split["labels"]
                if labels is not None:
                    yield labelled(raw, labels[part])
                elif split["count"] == count(raw):
                    yield np.asarray(part)


def labelled(raw: Any, index: Any) -> np.ndarray | None:
    """The places of rows with these labels."""
    own: Any = getattr(raw, "index", None)
    if not hasattr(own, "get_indexer"):
        own = np.arange(count(raw))
        places = np.asarray(index)
        return places if places.dtype.kind in "iu" and set(places.tolist()) <= set(own.tolist()) else None
    return np.asarray(own.get_indexer(index)) if own.is_unique else None


def by_content(recorded: Recorded, features: Callable[[Any], Any], exact: bool = True) -> Lines | None:
    """Find the rows whose features the package computes as the notebook did, all of them or most."""
    wanted = recorded.one("features")
    numbers = recorded.numbers("source")
    raw = recorded.value(numbers[0]) if numbers else None
    if isinstance(wanted, Missing) or isinstance(raw, Missing) or raw is None:
        return None
    try:
        made = features(take(raw, np.arange(count(raw))))
    except Exception:  # the package's code may fail in any way on rows that training drops
        return None
    own, theirs = (table(made), table(wanted)) if exact else _columns_in_common(made, wanted)
    known: dict[bytes, list[int]] = {}
    for place, row in enumerate(_rounded(own)):
        known.setdefault(row, []).append(place)
    places = []
    for row in _rounded(theirs):
        if not known.get(row):
            return None
        places.append(known[row].pop(0) if len(known[row]) > 1 else known[row][0])
    return Lines(raw, np.array(places), "by content")


def _columns_in_common(made: Any, wanted: Any) -> tuple[np.ndarray, np.ndarray]:
    """Only the columns in which each wanted value occurs: a step that is wrong spoils some of them."""
    if hasattr(made, "columns") and hasattr(wanted, "columns") and made.columns.is_unique and wanted.columns.is_unique:
        names = [name for name in wanted.columns if name in made.columns]
        made, wanted = made[names], wanted[names]
    own, theirs = table(made), table(wanted)
    if own.shape[1] != theirs.shape[1]:
        return own, theirs
    kept = [at for at in range(own.shape[1]) if set(_rounded(theirs[:, [at]])) <= set(_rounded(own[:, [at]]))]
    return own[:, kept], theirs[:, kept]


def _rounded(rows: np.ndarray) -> list[bytes]:
    if rows.dtype.kind in "biuf":
        with np.errstate(all="ignore"):
            rows = np.round(rows.astype(float), 7) + 0.0
        return [row.tobytes() for row in rows]
    return [repr(row.tolist()).encode() for row in rows]
