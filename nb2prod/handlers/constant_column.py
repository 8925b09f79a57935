"""``sm.add_constant(X)``: adds nothing if a column is constant already, which all columns of a single row are.

Breaks in production: the row lacks the column of ones, or has it by accident. The column is always added:

    model.predict(sm.add_constant(X))      ->      model.predict(sm.add_constant(X, has_constant="add"))
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.call_templates import call_template
from nb2prod.slicing.recall import _refuse_operation, serve_children
from nb2prod.slicing.slices import Edit

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("statsmodels.api.add_constant")
def constant_added(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Add the column whatever the row holds."""
    assert isinstance(node, ast.Call)
    if len(node.args) > 2:
        _refuse_operation(walk, step, node, op)
        return
    walk.edits[step.number, node] = Edit(call_template(step, node, add={"has_constant": '"add"'}), same=True)
    serve_children(walk, step, node)
