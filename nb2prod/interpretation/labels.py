"""Follow index labels far enough to see tables put side by side whose labels stand for different rows.

Input: values that are aligned with rows. Output: a note on the step (see hidden.py) where a table that was numbered
anew meets one whose rows were filtered, so that pandas would give rows the values of other rows. Does not follow
labels that a file or a column gives; such tables are taken to fit.
"""

from __future__ import annotations

import ast

from nb2prod.interpretation import hidden
from nb2prod.interpretation.machine import Machine
from nb2prod.interpretation.values import Value

NUMBERED = frozenset({"numbered"})
LABELLED = frozenset({"frame", "series"})


def numbered(machine: Machine, data: Value, index: Value | None) -> frozenset[str]:
    """Whether ``pd.DataFrame(array)`` numbers rows anew that had other labels: then a taint says so."""
    if index is not None or data.relation != "rows" or data.kind != "array":
        return frozenset()
    return frozenset() if _labels(machine, data.rows) == _whole(machine, data.rows) else NUMBERED


def check(machine: Machine, node: ast.AST, values: list[Value]) -> None:
    """Note where labels that were counted anew meet the labels of rows that were filtered."""
    tables = [value for value in values if value.kind in LABELLED and value.relation == "rows"]
    counted = [value for value in tables if "numbered" in value.taints]
    others = [value for value in tables if "numbered" not in value.taints]
    wrong = any(
        _labels(machine, other.rows) != _whole(machine, value.rows)
        for value in counted
        for other in others
        if _whole(machine, other.rows) == _whole(machine, value.rows)
    )
    if wrong or _numbered_below(machine, others):
        _note(machine, node)


def _numbered_below(machine: Machine, tables: list[Value]) -> bool:
    """Whether ``reset_index`` came between a filter and one table, and another table has the labels of before."""
    seen = [(table.rows, _labels(machine, table.rows)) for table in tables]
    for rows, mine in seen:
        for other, theirs in seen:
            if mine != theirs and _comes_from(machine, mine, theirs) and rows != other and _is_narrower(machine, mine):
                return True
    return False


def _is_narrower(machine: Machine, number: int | None) -> bool:
    """Whether rows were left out; drawn or reshaped rows are another matter."""
    return number in machine.row_sets and machine.row_sets[number].how in ("filter", "part")


def _labels(machine: Machine, number: int | None) -> int | None:
    """The row set whose positions the labels are: filters and splits keep labels, ``reset_index`` counts anew."""
    while number is not None:
        rows = machine.row_sets.get(number)
        if rows is None or not rows.parents or rows.how not in ("filter", "part", "order"):
            return number
        if _counts_anew(machine, number):
            return _whole(machine, number)
        number = rows.parents[0]
    return number


def _whole(machine: Machine, number: int | None) -> int | None:
    """The same rows before they were numbered anew."""
    while number is not None and _counts_anew(machine, number):
        number = machine.row_sets[number].parents[0]
    return number


def _counts_anew(machine: Machine, number: int) -> bool:
    rows = machine.row_sets.get(number)
    return rows is not None and rows.how == "order" and isinstance(rows.by, ast.Call) and bool(rows.parents)


def _comes_from(machine: Machine, number: int | None, other: int | None) -> bool:
    while number is not None:
        if number == other:
            return True
        rows = machine.row_sets.get(number)
        number = rows.parents[0] if rows is not None and rows.parents else None
    return False


def _note(machine: Machine, node: ast.AST) -> None:
    shown = ast.unparse(node).partition("\n")[0][:70]
    hidden.note(
        machine, node, f"{shown} puts columns together whose rows are numbered differently",
        "after a filter the labels of one table mean other rows in the other, so rows get values of other rows",
        "give the new table the index of the old one: pd.DataFrame(array, index=df.index)", anywhere=False,
    )  # fmt: skip
