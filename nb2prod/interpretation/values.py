"""The abstract domain: what the analysis knows about a value without running anything.

Every value has a *kind* (what it is: frame, series, estimator, ...) and a *relation* to the rows of the
input table (see docs/explanation): ``const`` does not depend on data, ``rows`` has one entry per row of
a row set, ``data`` was computed from data but is not aligned with rows (a statistic, a fitted model).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import Final, Literal

Relation = Literal["const", "rows", "data"]
Taint = Literal[
    "random", "unknown", "size", "meta", "target", "position", "label", "shifted", "numbered", "each", "absent"
]
"""``position``, ``label``: the number or label of the row itself; ``shifted``: computed from one, so of another row;
``numbered``: the labels were counted anew, and are no longer those of the rows that were read; ``each``: a list or
stack of arrays, each of which has all the rows; ``absent``: it may as well be None."""

EACH: Final = frozenset({"each"})

MAX_JOIN_DEPTH: Final = 4
"""Containers nested deeper than this are not followed element by element."""

RANK: Final[dict[str, int]] = {"const": 0, "data": 1, "rows": 2}


SINGLE: Final = frozenset({"scalar", "row", "str"})
"""Kinds of a single row's value: whatever is done to it stays with its row."""


class Missing:
    """The type of ``MISSING``: no literal is known for a value."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


@dataclass(frozen=True)
class RowSet:
    """A set of rows and where it came from.

    ``how`` is ``source`` (just loaded), ``filter``, ``order``, ``part`` (one side of a split), ``concat``,
    ``more`` (resampled), ``reshape``. ``side`` tells which part of a split or concatenation this is.
    """

    number: int
    how: str
    parents: tuple[int, ...] = ()
    side: str = ""
    step: int = -1
    """The statement that made it."""
    by: ast.AST | None = None
    """The mask, slice or call that picks its rows."""


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the notebook: its definition and the names that it captured, if it is nested."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    rename: dict[str, str] = field(default_factory=dict)
    """Emitted names of the scope in which it was defined."""
    defaults: dict[str, frozenset[int]] = field(default_factory=dict)
    """For the names in the defaults of its parameters: the steps that had bound them when it was defined."""
    reads: dict[str, frozenset[int]] = field(default_factory=dict)
    """For the outer variables of a lambda: the steps that had bound them when it was defined."""


@dataclass(frozen=True, eq=False)
class Value:
    """One abstract value. Compared by identity; joined with :func:`join`."""

    kind: str = "any"
    relation: str = "const"
    """``const``, ``data`` or ``rows`` (see :data:`RANK`)."""
    rows: int | None = None
    taints: frozenset[str] = frozenset()
    place: int | None = None
    """Heap object number of a mutable value; aliases share it."""
    qualified: str = ""
    """Public name of a module, function or class; class of an estimator."""
    literal: object = MISSING
    items: tuple[tuple[object, Value], ...] | None = None
    """Known elements of a list, tuple or dict: (key or position, value)."""
    function: Function | None = None
    events: frozenset[int] = frozenset()
    """Prediction events that this value was computed from."""
    answer: object = None
    """For a table that holds predictions: the (step, expression) which went into it."""
    predicted: frozenset[tuple[str, int]] = frozenset()
    """For a table: columns that hold predictions, with the event of each."""
    owner: Value | None = None
    """The value that an accessor, bound method or group-by was taken from."""
    names: frozenset[str] = field(default=frozenset())
    """The methods of a class of the notebook; the options that are on, of a call that reads a source."""

    @property
    def from_data(self) -> bool:
        """Whether the value depends on the data at all."""
        return self.relation != "const"

    def but(self, **changes: object) -> Value:
        """Give a copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


UNKNOWN: Final = Value()
NONE: Final = Value(kind="none", literal=None)


def join(left: Value, right: Value, depth: int = 0) -> Value:
    """Combine what two branches know about one name."""
    if left is right:
        return left
    relation = left.relation if RANK[left.relation] >= RANK[right.relation] else right.relation
    stronger = left if RANK[left.relation] >= RANK[right.relation] else right
    same_kind = left.kind == right.kind
    known = stronger if left.kind in ("any", "none") or right.kind in ("any", "none") else None
    kind = (
        left.kind
        if same_kind
        else (known.kind if known and known.kind not in ("any", "none") else _other_kind(left, right))
    )
    absent = frozenset({"absent"} if "none" in (left.kind, right.kind) and not same_kind else ())
    same_literal = type(left.literal) is type(right.literal) and _equal(left.literal, right.literal)
    return Value(
        kind=kind,
        relation=relation,
        rows=stronger.rows if stronger.rows is not None else (left.rows if left.rows is not None else right.rows),
        taints=left.taints | right.taints | absent,
        place=left.place if left.place is not None else right.place,
        qualified=left.qualified if left.qualified == right.qualified else (left.qualified or right.qualified),
        literal=left.literal if same_literal else MISSING,
        items=_join_items(left, right, depth) if depth < MAX_JOIN_DEPTH else None,
        function=left.function or right.function,
        events=left.events | right.events,
        answer=right.answer or left.answer,
        predicted=left.predicted | right.predicted,
        owner=left.owner or right.owner,
    )


def events_in(table: Value, columns: object) -> frozenset[int]:
    """The predictions in some columns of a table: all of its predictions where their columns are not known."""
    names = [columns] if isinstance(columns, str) else columns
    if not isinstance(names, list) or not table.events <= {event for _, event in table.predicted}:
        return table.events
    return frozenset(event for column, event in table.predicted if column in names)


def _other_kind(left: Value, right: Value) -> str:
    if left.kind in ("any", "none"):
        return right.kind
    if right.kind in ("any", "none"):
        return left.kind
    of_row = [value.kind == "scalar" and value.relation == "rows" for value in (left, right)]
    return "scalar" if any(of_row) and "list" in (left.kind, right.kind) else "any"


def _equal(left: object, right: object) -> bool:
    return left is right or (isinstance(left, (str, int, float, bool, bytes)) and left == right)


def _join_items(left: Value, right: Value, depth: int) -> tuple[tuple[object, Value], ...] | None:
    if left.items is None or right.items is None:
        return None
    if [key for key, _ in left.items] != [key for key, _ in right.items]:
        return None
    return tuple((key, join(a, b, depth + 1)) for (key, a), (_, b) in zip(left.items, right.items, strict=True))


def strongest(values: list[Value]) -> Value | None:
    """The operand that decides the relation of a result: row values first, then data."""
    best: Value | None = None
    for value in values:
        if best is None or RANK[value.relation] > RANK[best.relation]:
            best = value
    return best


def combined_taints(values: list[Value]) -> frozenset[str]:
    """All taints of the operands, without those that describe only a single operand."""
    taints: frozenset[str] = frozenset()
    for value in values:
        taints |= value.taints
    return taints - {"size", "meta", "absent"}


def combined_events(values: list[Value]) -> frozenset[int]:
    """All prediction events that the operands carry."""
    events: frozenset[int] = frozenset()
    for value in values:
        events |= value.events
    return events
