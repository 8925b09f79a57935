"""``pd.cut(x, 5)`` and ``pd.qcut(x, 4)``: bin edges from the range or the quantiles of the rows.

Breaks in production: a single row has no range. The edges are kept:

    pd.qcut(df["fare"], 4, labels=False)
    pd.cut(df["fare"], state.fare_edges, labels=False, include_lowest=True)

A value outside the training range gets no bin (NaN), as the notebook's own edges would have it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.call_templates import argument, call_template
from nb2prod.slicing.recall import add_capture, reads_of, serve
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("pandas.cut:fit", "pandas.qcut")
def binned(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Keep the edges."""
    assert isinstance(node, ast.Call)
    values = argument(node, 0, "x")
    assert values is not None
    edges = call_template(step, node, add={"retbins": "True"}, fit=True)
    fit = Template(f"{edges.code}[1]", edges.holes)
    hint = f"{walk.names.for_expression(values)}_edges"
    key = ("edges", step.number, node)
    found = add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)
    walk.edits[step.number, node] = Edit(_recalled(step, node, values, found.target()), same=True)
    serve(walk, step, values)
    labels = argument(node, 2 if _is_qcut(node) else 3, "labels")
    if labels is not None:
        serve(walk, step, labels)


def _is_qcut(node: ast.Call) -> bool:
    return ast.unparse(node.func).endswith("qcut")


def _recalled(step: Step, node: ast.Call, values: ast.expr, edges: str) -> Template:
    function = ast.unparse(node.func)
    function = function[: -len("qcut")] + "cut" if function.endswith("qcut") else function
    labels = argument(node, 2 if _is_qcut(node) else 3, "labels")
    parts, holes = [f"__0__, {edges}"], [Hole(step, values)]
    if labels is not None:
        parts.append("labels=__1__")
        holes.append(Hole(step, labels))
    for name in ("right", "include_lowest", "ordered", "retbins"):
        given = argument(node, 99, name)
        if given is not None and not (_is_qcut(node) and name == "include_lowest"):
            parts.append(f"{name}={ast.unparse(given)}")
    if _is_qcut(node):
        parts.append("include_lowest=True")
    return Template(f"{function}({', '.join(parts)})", tuple(holes))
