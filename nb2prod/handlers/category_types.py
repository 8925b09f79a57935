"""``astype("category")`` and ``pd.Categorical``: the list of categories comes from the rows.

Breaks in production: a single row has one category, which then gets code 0. The list is kept:

    df["town"] = df["town"].astype("category")
    df["town"] = df["town"].astype(state.town_types)

A value that training has not seen becomes missing. Refuses nothing: other types are kept as they are.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.call_templates import argument, call_template
from nb2prod.slicing.recall import add_capture, reads_of, serve, serve_children
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("pandas.Series.astype", "pandas.DataFrame.astype")
def frozen_types(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Keep the types with their categories; ``dtypes`` gives them for a column and for a table alike."""
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    if op.relation != "fit" and not _names_category(argument(node, 0, "dtype")):
        serve_children(walk, step, node)
        return
    data = node.func.value
    hint = f"{walk.names.for_expression(data)}_types"
    fit = Template("__0__.dtypes", (Hole(step, node, fit=True),))
    key = ("types", step.number, node)
    found = add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)
    walk.edits[step.number, node] = Edit(Template(f"__0__.astype({found.target()})", (Hole(step, data),)), same=True)
    serve(walk, step, data)


def _names_category(dtype: ast.expr | None) -> bool:
    """Whether ``{"town": "category"}`` or its like asks for categories from the rows."""
    return isinstance(dtype, ast.Dict) and any(
        isinstance(value, ast.Constant) and value.value == "category" for value in dtype.values
    )


@handles("pandas.Categorical:fit")
def frozen_categories(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Name the categories in the call."""
    assert isinstance(node, ast.Call)
    data = argument(node, 0, "values")
    assert data is not None
    hint = f"{walk.names.for_expression(data)}_categories"
    fit = Template("list(__0__.categories)", (Hole(step, node, fit=True),))
    key = ("categories", step.number, node)
    found = add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)
    walk.edits[step.number, node] = Edit(call_template(step, node, add={"categories": found.target()}), same=True)
    serve_children(walk, step, node)
