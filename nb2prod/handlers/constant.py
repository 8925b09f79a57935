"""``sm.add_constant(X)``: adds nothing where a column is constant already.

Breaks in production: in a single row every column is constant, so the intercept is left out and the model gets one
column too few. At inference the constant is always added.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.call_templates import argument, call_template
from nb2prod.handlers import handles
from nb2prod.recall import serve_children
from nb2prod.slices import Edit
from nb2prod.trace import Op, Step

if TYPE_CHECKING:
    from nb2prod.recall import Recall


@handles("statsmodels.api.add_constant", "statsmodels.tools.add_constant", "statsmodels.tools.tools.add_constant")
def with_constant(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Add the constant whatever the columns hold."""
    assert isinstance(node, ast.Call)
    serve_children(walk, step, node)
    if argument(node, 2, "has_constant") is None:
        walk.edits[step.number, node] = Edit(call_template(step, node, add={"has_constant": '"add"'}), same=False)
