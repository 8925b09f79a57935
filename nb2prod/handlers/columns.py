"""Column sets chosen from the data: ``select_dtypes``, ``dropna(axis=1)``.

Breaks in production: a single row has other types and other gaps, so it gets other columns. The list is frozen:

    X = df.select_dtypes("number")   ->   X = df[state.select_dtypes_columns]
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.recall import add_capture, reads_of, serve
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("relation:sel")
def frozen_columns(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Freeze the list of columns."""
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    receiver = node.func.value
    value = step.values[node] if not _in_place(node) else step.values[receiver]
    hint = f"{walk.names.for_expression(node)}_columns"
    fit = Template("list(__0__.columns)", (Hole(step, _not_in_place(node), fit=True),))
    steps = reads_of(step, node)
    found = add_capture(walk, step, node, ("columns", step.number, node), hint, fit, value, steps, replace=False)
    code = f"__0__[{found.target()}]"
    if _in_place(node):
        code = f"__0__.drop(columns=__0__.columns.difference({found.target()}), inplace=True)"
    if node.func.attr in ("split", "rsplit", "get_dummies"):
        fill = ", fill_value=0" if node.func.attr == "get_dummies" else ""
        walk.wraps[step.number, node] = Template(f"__0__.reindex(columns={found.target()}{fill})", (Hole(step, node),))
        for argument in [receiver, *node.args, *(keyword.value for keyword in node.keywords)]:
            serve(walk, step, argument)
        return
    walk.edits[step.number, node] = Edit(Template(code, (Hole(step, receiver),)), same=True)
    serve(walk, step, receiver)


def _in_place(node: ast.Call) -> bool:
    return any(keyword.arg == "inplace" for keyword in node.keywords)


def _not_in_place(node: ast.Call) -> ast.expr:
    if not _in_place(node):
        return node
    from nb2prod.slicing.call_templates import synthetic

    kept = [keyword for keyword in node.keywords if keyword.arg != "inplace"]
    return synthetic(ast.Call(node.func, node.args, kept))
