"""``df.merge(side)``: columns of a second table.

Breaks in production: an inner merge drops a request whose key is unknown, and the side table is gone. The side
table is kept beside the model, and at inference the merge is a left one: one answer for each row.
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


@handles("relation:join")
def merged(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Merge from the left, one row for each request row."""
    assert isinstance(node, ast.Call)
    if op.fact is not None and op.fact.name.endswith(("merge_asof", "merge_ordered")):
        _refuse_operation(walk, step, node, Op("opaque", detail="it needs the rows in the order of the key"))
    method = isinstance(node.func, ast.Attribute) and node.func.attr == "join"
    how = next((keyword.value for keyword in node.keywords if keyword.arg == "how"), None)
    serve_children(walk, step, node)
    literal = how.value if isinstance(how, ast.Constant) else None
    if literal in ("right", "outer", "cross"):
        _refuse_operation(walk, step, node, Op("opaque", detail=f"a {literal} merge adds rows"))
    if (method and how is None) or literal == "left":
        return
    positional = len(node.args) > (1 if isinstance(node.func, ast.Attribute) and _is_method(step, node) else 2)
    if positional:
        _refuse_operation(walk, step, node, Op("opaque", detail="its kind of merge is given by position"))
    walk.edits[step.number, node] = Edit(call_template(step, node, add={"how": '"left"'}), same=False)


def _is_method(step: Step, node: ast.Call) -> bool:
    assert isinstance(node.func, ast.Attribute)
    value = step.values.get(node.func.value)
    return value is not None and value.kind not in ("module", "class")
