"""``pd.to_numeric(errors="ignore")``: whether a column becomes numeric depends on all of its values.

Breaks in production: a single row may be numeric by chance, and its column would change type. Training decides:

    df = df.apply(lambda column: pd.to_numeric(column, errors="ignore"))
    df = df.apply(lambda column: pd.to_numeric(column) if column.name in state.numeric_columns else column)

Refuses nothing: a value of a numeric column that is no number is an error of the request.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.call_templates import argument
from nb2prod.slicing.recall import add_capture, reads_of, serve
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("pandas.to_numeric:fit")
def numeric_if_possible(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Keep whether one column became numeric."""
    assert isinstance(node, ast.Call)
    data = argument(node, 0, "arg")
    assert data is not None
    target = _kept(walk, step, node, data, "is_numeric", "pd.api.types.is_numeric_dtype(__0__)")
    code = f"(pd.to_numeric(__0__) if {target} else __0__)"
    walk.edits[step.number, node] = Edit(Template(code, (Hole(step, data),)), same=True)
    serve(walk, step, data)


def numeric_columns(walk: Recall, step: Step, node: ast.Call) -> bool:
    """``df.apply(pd.to_numeric, errors="ignore")``: keep which columns became numeric; False if it is another call."""
    if not isinstance(node.func, ast.Attribute) or not _ignores_text(node):
        return False
    data = node.func.value
    target = _kept(walk, step, node, data, "numeric_columns", 'list(__0__.select_dtypes("number").columns)')
    code = f"__0__.apply(lambda column: pd.to_numeric(column) if column.name in {target} else column)"
    walk.edits[step.number, node] = Edit(Template(code, (Hole(step, data),)), same=True)
    serve(walk, step, data)
    return True


def _kept(walk: Recall, step: Step, node: ast.Call, data: ast.expr, hint: str, code: str) -> str:
    fit = Template(code, (Hole(step, node, fit=True),), needs=("import pandas as pd",))
    named = walk.names.for_expression(data)
    hint = hint if named == "value" else f"{named}_{hint}"
    key = ("numeric", step.number, node)
    return add_capture(
        walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False
    ).target()


def _ignores_text(node: ast.Call) -> bool:
    """Whether ``apply`` is given ``pd.to_numeric`` with ``errors="ignore"``, bare or in a lambda."""
    callback = argument(node, 0, "func")
    if isinstance(callback, ast.Lambda) and isinstance(callback.body, ast.Call):
        parameters = [parameter.arg for parameter in callback.args.args]
        given = argument(callback.body, 0, "arg")
        same = isinstance(given, ast.Name) and parameters == [given.id]
        return same and _converts(callback.body.func, callback.body)
    return callback is not None and _converts(callback, node)


def _converts(function: ast.expr, call: ast.Call) -> bool:
    errors = next((keyword.value for keyword in call.keywords if keyword.arg == "errors"), None)
    named = ast.unparse(function).split(".")[-1] == "to_numeric"
    return named and isinstance(errors, ast.Constant) and errors.value == "ignore"
