"""Columns that hold the target of a data set of scikit-learn: ``df["species"] = iris.target``.

A request has the features of such a data set and no target, so inference leaves these columns out. Where the features
need one after all, it refuses. Input: a trace.
"""

from __future__ import annotations

import ast

from nb2prod.errors import Refusal
from nb2prod.interpretation.trace import Op, Step, Trace


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
