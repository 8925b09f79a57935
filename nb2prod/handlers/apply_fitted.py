"""``df.apply(encoder.fit_transform)``: one encoder refitted for each column.

Breaks in production: the encoder remembers the last column only, and a request would refit it. One fitted copy for
each column is kept:

    df[c] = df[c].apply(le.fit_transform)
    df[c] = df[c].apply(lambda column: state.le[column.name].transform(column))
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.handlers.column_encoders import encode_columns
from nb2prod.handlers.column_statistics import column_statistics
from nb2prod.handlers.numeric_types import numeric_columns
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.recall import _refuse_operation, add_capture, reads_of, serve, serve_children
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("pandas.DataFrame.apply:fit", "pandas.DataFrame.transform:fit", "pandas.DataFrame.apply:agg")
def apply_fitted(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Keep one fitted estimator for each column."""
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    estimator = fitted_callback(step, node)
    if _is_transformed(node):
        serve_children(walk, step, node)
        return
    if estimator is None and encode_columns(walk, step, node):
        return
    if estimator is None and (numeric_columns(walk, step, node) or column_statistics(walk, step, node)):
        return
    if estimator is None:
        _refuse_operation(walk, step, node, op)
        return
    data = node.func.value
    by_name = _holder_by_name(node.args[0], estimator)
    estimator = by_name or estimator
    hint = estimator.id if isinstance(estimator, ast.Name) else "column_encoders"
    item = "__1__[column]" if by_name is not None else "__1__"
    fit = Template(
        f"{{column: copy.deepcopy({item}).fit(__0__[column]) for column in __0__}}",
        (Hole(step, data, fit=True), Hole(step, estimator, fit=True)),
        needs=("import copy",),
    )
    key = ("columns", step.number, node)
    found = add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)
    recalled = f"__0__.apply(lambda column: {found.target()}[column.name].transform(column))"
    walk.edits[step.number, node] = Edit(Template(recalled, (Hole(step, data),)), same=True)
    serve(walk, step, data)


def _is_transformed(node: ast.Call) -> bool:
    """``lambda c: encoders[c.name].transform(c)``: nothing is learned."""
    callback = node.args[0] if node.args else None
    body = callback.body if isinstance(callback, ast.Lambda) else None
    if not isinstance(body, ast.Call) or not isinstance(body.func, ast.Attribute) or body.func.attr != "transform":
        return False
    inner = [child for child in ast.walk(body.func.value) if isinstance(child, ast.Call)]
    return not inner and len(body.args) == 1 and isinstance(body.args[0], ast.Name)


def _holder_by_name(callback: ast.expr, estimator: ast.expr) -> ast.expr | None:
    """The dict of ``lambda c: encoders[c.name].fit_transform(c)``."""
    if not isinstance(callback, ast.Lambda) or not isinstance(estimator, ast.Subscript):
        return None
    return estimator.value if ast.unparse(estimator.slice) == f"{callback.args.args[0].arg}.name" else None


def fitted_callback(step: Step, node: ast.Call) -> ast.expr | None:
    """The estimator of ``apply(le.fit_transform)`` or ``apply(lambda c: le.fit_transform(c))``."""
    if not node.args:
        return None
    callback = node.args[0]
    if isinstance(callback, ast.Lambda) and isinstance(callback.body, ast.Call):
        arguments = callback.body.args
        same = len(arguments) == 1 and isinstance(arguments[0], ast.Name) and len(callback.args.args) == 1
        if not same or arguments[0].id != callback.args.args[0].arg:  # type: ignore[attr-defined]
            return None
        callback = callback.body.func
    if isinstance(callback, ast.Attribute) and callback.attr == "fit_transform":
        return callback.value
    return None
