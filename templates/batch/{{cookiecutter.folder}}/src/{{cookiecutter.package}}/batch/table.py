"""The words that sources and sinks share: positions, chunks, kinds of columns, the promise of a sink."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd

Kind = Literal["integer", "number", "boolean", "text", "datetime"]
Kinds = dict[str, Kind]

ROW = "source_row"
QUARANTINE: Kinds = {ROW: "integer", "reason": "text", "content": "text"}
TYPES: dict[Kind, type] = {
    "integer": int,
    "number": float,
    "boolean": bool,
    "text": str,
    "datetime": datetime.datetime,
}
PLAIN: dict[Kind, tuple[str, ...]] = {  # arrays that need no look at each value
    "integer": ("int8", "int16", "int32", "int64"),
    "boolean": ("bool",),
    "number": ("float32", "float64"),
}


class BatchError(OSError):
    """The run cannot go on: what it reads, writes or continues is not what it must be."""


@dataclass(frozen=True)
class Position:
    """Where a chunk ends: the rows before it, and the source's own mark (an offset, a key)."""

    row: int = 0
    mark: Any = None


@dataclass(frozen=True)
class Bad:
    """A row that gets no answer."""

    row: int
    reason: str
    content: str


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows of a source; `rows`, `numbers` and `kept` leave out those that cannot be read."""

    rows: pd.DataFrame
    numbers: Sequence[int]
    kept: dict[str, list[Any]]
    after: Position
    bad: list[Bad] = field(default_factory=list)


@dataclass(frozen=True)
class Progress:
    """What a run has committed."""

    position: Position = field(default_factory=Position)
    answered: int = 0
    quarantined: int = 0
    finished: bool = False


class Source(Protocol):
    """Rows in an order that is the same whenever they are read."""

    identity: dict[str, Any]  # other rows, other identity
    kinds: Kinds  # of the columns that are kept
    total: int | None  # in bytes or rows, for the progress bar
    unit: str

    def chunks(self, after: Position) -> Iterator[Chunk]:
        """Give the chunks behind a position."""

    def done(self, position: Position) -> int:
        """Give how much of the total lies before a position."""


class Sink(Protocol):
    """Commits chunks one after another, each wholly or not at all, answers and quarantined rows together."""

    def begin(self) -> Progress:
        """Give what earlier attempts of the same run have committed."""

    def commit(self, start: Position, after: Position, answers: Columns, quarantine: Columns) -> None:
        """Add the rows of one chunk, and remember the position behind it."""

    def finish(self, end: Position) -> None:
        """Make the result visible as a whole, and remember that the run is over."""

    def close(self) -> None:
        """Let go of what the sink holds."""


Values = list[Any] | np.ndarray
Columns = dict[str, Values]


def length(columns: Columns) -> int:
    """Give the number of rows."""
    return len(columns[ROW])


def as_kind(values: Sequence[Any] | np.ndarray, kind: Kind, name: str) -> Values:
    """Give the values as a kind, nulls as None or NaN; a value that would change is refused."""
    if isinstance(values, range):
        return np.arange(values.start, values.stop)
    if isinstance(values, np.ndarray) and values.dtype in PLAIN.get(kind, ()):
        return values
    given: list[Any] = values.tolist() if isinstance(values, np.ndarray) else list(values)
    wanted = TYPES[kind]
    if set(map(type, given)) == {wanted} and kind != "number":
        return given
    return [None if _is_null(value) else _cast(value, wanted, name) for value in given]


def as_list(values: Values) -> list[Any]:
    """Give the values as Python's own, nulls as None."""
    if not isinstance(values, np.ndarray):
        return values
    listed: list[Any] = values.tolist()
    return listed if values.dtype.kind != "f" else [None if value != value else value for value in listed]


def _cast(value: Any, wanted: type, name: str) -> Any:
    if isinstance(value, wanted):
        return value
    if wanted is datetime.datetime:
        return pd.Timestamp(value).to_pydatetime()
    cast = wanted(value)
    if wanted in (int, bool) and cast != value:
        raise BatchError(f"column {name!r} holds {value!r}, which is no {wanted.__name__} as the first rows are")
    return cast


def _is_null(value: Any) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value != value
