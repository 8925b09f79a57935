"""The value of one row, in a loop over the numbers of the rows.

Breaks in production: `df["text"][i]` finds the row by its label, and the rows of a request have labels of their own.

    for i in range(len(df)):                        for i in range(len(df)):
        corpus.append(clean(df["text"][i]))   ->        corpus.append(clean(df["text"].iloc[i]))
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.recall import serve
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall

MOVED = frozenset({"order", "part"})
"""After these the label of a row is not its position, not even in the notebook."""


@handles("relation:at")
def by_position(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Find the row by its position."""
    assert isinstance(node, ast.Subscript)
    rows = walk.trace.row_sets.get((op.receiver.rows if op.receiver is not None else None) or -1)
    same = rows is not None and rows.how not in MOVED
    holes = (Hole(step, node.value), Hole(step, node.slice))
    walk.edits[step.number, node] = Edit(Template("__0__.iloc[__1__]", holes), same=same)
    serve(walk, step, node.value)
    serve(walk, step, node.slice)
