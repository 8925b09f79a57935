"""Name the first step at which the package leaves the notebook's way.

Input: the notebook's tables after each statement of inference, and the package's on the same rows. Output: a
`Spot`: a sentence, the function and the cell. A statement that the package no longer has, or never comes to, is the
culprit where the next table differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np
import pandas as pd

from .compare import tables_differ
from .recorded import Missing, Recorded
from .rows import Lines, count, labelled, take
from .steps import Note, Way, statements, statements_of_functions

Point = dict[str, Any]
State = Literal["equal", "differs", "unknown", "absent"]


@dataclass(frozen=True)
class Spot:
    """A step that differs."""

    said: str
    function: str
    cell: int


@dataclass(frozen=True)
class Checked:
    """A statement of inference, and how its table came out."""

    step: Point
    state: State
    said: str = ""

    @property
    def cell(self) -> int:
        """The cell that the statement came from."""
        return int(self.step["point"]["cell"])


def check_steps(
    steps: list[Point], recorded: Recorded, lines: Lines, way: Way, foreign: frozenset[str]
) -> list[Checked]:
    """Compare the tables of both, statement by statement; `foreign` columns are none of inference's."""
    found = _check(steps, recorded, lines, way, foreign, stacked=False)
    if all(one.state != "differs" for one in found):
        return found
    # The notebook may have put the rows below others: all = pd.concat([train, test]).reset_index(drop=True)
    below = _check(steps, recorded, lines, way, foreign, stacked=True)
    return below if _equal(below) > _equal(found) else found


def _equal(checked: list[Checked]) -> int:
    return sum(one.state == "equal" for one in checked)


def _check(
    steps: list[Point], recorded: Recorded, lines: Lines, way: Way, foreign: frozenset[str], stacked: bool
) -> list[Checked]:
    notes: dict[tuple[str, str], list[Note]] = {}
    for note in way.notes:
        notes.setdefault((note.statement, note.variable), []).append(note)
    twins: dict[tuple[str, str], int] = {}
    for step in steps:
        key = (step["statement"], step["variable"])
        twins[key] = twins.get(key, 0) + 1
    seen: dict[tuple[str, str], int] = {}
    found = []
    for number, step in zip(recorded.numbers("step"), steps):  # noqa: B905 - an older Python may run this
        key = (step["statement"], step["variable"])
        mine = notes.get(key, [])
        if twins[key] > 1 and len(mine) % twins[key] == 0:
            size, at = len(mine) // twins[key], seen.get(key, 0)
            seen[key] = at + 1
            mine = mine[at * size : (at + 1) * size]
        theirs = [_last(value, lines) if stacked else value for value in recorded.values(number)]
        found.append(_checked(step, mine, theirs, lines, foreign))
    return found


def _last(value: Any, lines: Lines) -> Any:
    """The last rows of a taller table, numbered as the raw rows are."""
    size = count(lines.raw)
    if not hasattr(value, "iloc") or _count(value) <= size or not hasattr(lines.raw, "index"):
        return value
    return value.iloc[-size:].set_axis(lines.raw.index, axis=0)


def _checked(step: Point, mine: list[Note], theirs: list[Any], lines: Lines, foreign: frozenset[str]) -> Checked:
    if not mine:
        return Checked(step, "absent")
    pairs = list(zip(mine, theirs)) if len(mine) == len(theirs) else list(zip(mine[-1:], theirs[-1:]))  # noqa: B905
    state: State = "unknown"
    for note, value in pairs:
        said = _differ(note.value, value, lines, foreign)
        if said:
            return Checked(step, "differs", said)
        state = "equal" if said is not None else state
    return Checked(step, state)


def _differ(mine: Any, theirs: Any, lines: Lines, foreign: frozenset[str]) -> str | None:
    """How a table differs from the notebook's; None where their rows cannot be lined up."""
    if isinstance(theirs, Missing) or theirs is None:
        return None
    aligned = _aligned(mine, theirs, lines)
    if aligned is None:
        return None
    try:
        return tables_differ(mine, aligned, foreign)
    except (TypeError, ValueError):
        return None


def _aligned(mine: Any, theirs: Any, lines: Lines) -> Any:
    """The notebook's rows in the order of the package's, by label, else by position."""
    size, other, index = _count(mine), _count(theirs), getattr(theirs, "index", None)
    if isinstance(index, pd.Index) and index.is_unique and size == len(lines.places) and hasattr(lines.raw, "index"):
        places = index.get_indexer(lines.raw.index[lines.places])
        return take(theirs, places) if (places >= 0).all() else None
    if size == other:
        return theirs
    if other == count(lines.raw) and size == len(lines.places):
        return take(theirs, lines.places) if hasattr(theirs, "shape") else [theirs[at] for at in lines.places]
    return None


def _count(value: Any) -> int:
    try:
        return count(value)
    except TypeError:
        return -1


def wide(recorded: Recorded, lines: Lines) -> Lines:
    """The rows on which the ways are compared: as many as the notebook's last table with labels holds."""
    for number in reversed(recorded.numbers("step")):
        value = recorded.value(number)
        index = getattr(value, "index", None)
        if isinstance(index, pd.Index) and hasattr(value, "columns") and index.is_unique:
            places = labelled(lines.raw, index)
            if places is not None and (places >= 0).all() and set(lines.places) <= set(places):
                return Lines(lines.raw, places, "by label")
            return lines
    return lines


def first_spot(checked: list[Checked], way: Way) -> Spot | None:
    """The first statement that differs, or is not there and makes the next table differ."""
    at = next((at for at, one in enumerate(checked) if one.state == "differs"), None)
    if at is None and not way.fault:
        return _absent(checked, len(checked), "")
    if at is None:
        return _stopped(checked, way)
    found = _absent(checked, at, checked[at].said)
    return found or _spot(checked[at].step, checked[at].said)


def _absent(checked: list[Checked], end: int, said: str) -> Spot | None:
    start = max((at + 1 for at in range(end) if checked[at].state == "equal"), default=0)
    for one in checked[start:end]:
        if one.state == "absent":
            return _spot(one.step, said or "the statement is not what the notebook runs")
    return None


def _stopped(checked: list[Checked], way: Way) -> Spot | None:
    beyond = bool(way.at[0]) and "preprocess" not in way.through
    if checked and beyond and all(one.state == "absent" for one in checked):  # no step ran before it
        found = next((one for one in checked if one.step["statement"] == way.at[1]), checked[-1])
        return Spot(f"cell {found.cell}: {way.fault} from step {way.at[0]} on", way.at[0], found.cell)
    last = max((at + 1 for at, one in enumerate(checked) if one.state == "equal"), default=0)
    for one in checked[last:]:
        if one.state == "absent":
            return _spot(one.step, way.fault)
    return None


def fault_spot(way: Way) -> Spot | None:
    """The function of the package that failed."""
    return Spot(f"{way.at[0]}: {way.fault}", way.at[0], 0) if way.fault else None


def _spot(step: Point, said: str) -> Spot:
    cell, function = step["point"]["cell"], step["function"]
    return Spot(f"cell {cell}: {said or 'the rows differ'} from step {function} on", function, cell)


def gone_spot(steps: list[Point], modules: list[ModuleType], pristine: Path) -> Spot | None:
    """The first statement, as extracted, that the package no longer has; `pristine` holds its modules as extracted."""
    cells = {step["statement"]: int(step["point"]["cell"]) for step in steps}
    for module in modules:
        path, written = pristine / f"{Path(str(module.__file__)).name}.orig", set(statements(module.__file__))
        for function, said, code in statements_of_functions(path) if path.is_file() else ():
            if code not in written:
                numbers = re.findall(r"From cells? (\d+)", said)
                cell = cells.get(code, int(numbers[0]) if numbers else 0)
                return _spot({"point": {"cell": cell}, "function": function}, f"{code[:80]!r} is gone")
    return None


def lonely_spot(steps: list[Point], alone: list[Way], batch: Way) -> Spot | None:
    """The first statement after which a row alone differs from the same row in a batch."""
    for note_at, note in enumerate(batch.notes):
        for row, way in enumerate(alone):
            if note_at >= len(way.notes) or way.notes[note_at].statement != note.statement:
                if way.fault:
                    return _unknown_statement(steps, batch, note_at, f"a row alone ends in {way.fault}")
                continue
            said = _row_differs(way.notes[note_at].value, note.value, row)
            if said:
                return _unknown_statement(steps, batch, note_at, f"{said} for a row alone")
    return None


def _row_differs(alone: Any, batch: Any, row: int) -> str:
    if _count(alone) != 1 or _count(batch) <= row:
        return ""
    try:
        return tables_differ(alone, take(batch, np.array([row])) if hasattr(batch, "shape") else [batch[row]])
    except (TypeError, ValueError):
        return ""


def _unknown_statement(steps: list[Point], batch: Way, at: int, said: str) -> Spot:
    """A statement that was changed is known by its neighbours."""
    note = batch.notes[at]
    known = {step["statement"]: place for place, step in enumerate(steps)}
    if note.statement in known:
        return _spot(steps[known[note.statement]], said)
    passed = {other.statement for other in batch.notes}
    before = max((known[other.statement] for other in batch.notes[:at] if other.statement in known), default=-1)
    for step in steps[before + 1 :]:
        if step["statement"] not in passed and step["function"] == note.function:
            return _spot(step, said)
    cell = steps[before]["point"]["cell"] if before >= 0 else 0
    return Spot(f"cell {cell}: {said} from step {note.function} on", note.function, cell)
