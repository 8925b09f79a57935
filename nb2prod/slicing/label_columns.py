"""Columns that hold the target of a data set of scikit-learn: ``df["species"] = iris.target``.

A request has the features of such a data set and no target. Inference leaves these columns out; where columns are
picked by their places, or by whatever else may leave the target out, it holds gaps. Features that surely need the
target are refused here, and others by the proof at the end of training. Input: a trace.
"""

from __future__ import annotations

import ast
from typing import TypeGuard

from nb2prod.errors import Refusal
from nb2prod.interpretation.trace import Op, Step, Trace
from nb2prod.slicing.columns import NAMED, PICKED, Columns
from nb2prod.slicing.slices import Template

GAP = Template("np.nan", (), ("import numpy as np",))
"""What inference stores as a label."""
NO_LABELS = Template("no_labels(rows)", (), ("no_labels",))
"""What stands for the target of a data set where rows are predicted."""

PICKS = frozenset({"drop", "filter", "pop", "reindex", "select_dtypes"})
"""Methods of a table that leave columns out."""


def is_target_of_source(op: Op) -> bool:
    """Whether an operation reads the target of what was loaded: ``iris.target``, ``iris["target"]``."""
    return op.relation == "col" and op.receiver is not None and op.receiver.kind == "bunch"


def stores_of_labels(trace: Trace) -> frozenset[int]:
    """The steps that store the target, or what is made of it, as a column of a table."""
    labels: set[tuple[str, object]] = set()
    found: set[int] = set()
    for step in trace.steps:
        column = _stored(step)
        if column is None:
            continue
        if any(is_target_of_source(op) for op in step.ops.values()) or _columns_read(step) & labels:
            labels.add(column)
            found.add(step.number)
        else:
            labels.discard(column)
    return frozenset(found)


def picks_columns(step: Step, node: ast.expr) -> Columns | None:
    """What is needed of a table or an array that is narrowed to some of its columns: by names, a place, a mask."""
    if isinstance(node, ast.Subscript):
        holder = node.value.value if _is_accessor(node.value) else node.value
        op = step.ops.get(node)
        rows_only = op is not None and op.relation in ("rowf", "rows", "ord") and not isinstance(node.slice, ast.Tuple)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PICKS:
        holder, rows_only = node.func.value, False
    else:
        return None
    owner = step.values.get(holder)
    if owner is None or owner.kind not in ("frame", "array") or owner.relation != "rows" or rows_only:
        return None
    by_name = isinstance(node, ast.Subscript) and holder is node.value and owner.kind == "frame"
    return NAMED if by_name else PICKED


def _is_accessor(node: ast.expr) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and node.attr in ("loc", "iloc")


def refused_label(trace: Trace, node: ast.AST) -> Refusal:
    """The refusal of features that cannot be made without the target."""
    return Refusal(
        f"{ast.unparse(node)[:70]} is needed to make the features, and a row that is predicted has no label",
        code="NB406",
        place=trace.program.place(node),
        why="a row of the request is a row of the features alone",
        do="keep the target out of the table of the features, in a variable of its own",
    )


def _stored(step: Step) -> tuple[str, object] | None:
    node = step.node
    if step.bind is not None or not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None
    return _column(step, node.targets[0])


def _column(step: Step, node: ast.AST) -> tuple[str, object] | None:
    """The table and the column of ``df["species"]`` or ``df.species``."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Constant):
        return step.emitted(node.value.id), node.slice.value
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return step.emitted(node.value.id), node.attr
    return None


def _columns_read(step: Step) -> set[tuple[str, object]]:
    assert isinstance(step.node, ast.Assign)
    return {column for child in ast.walk(step.node.value) if (column := _column(step, child)) is not None}
