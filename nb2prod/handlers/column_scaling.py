"""``maxabs_scale``, ``quantile_transform``, ``power_transform``, ``normalize(axis=0)``: fitted and forgotten at once.

Breaks in production: a single row has no quantiles, no likelihood, and is its columns' norm. What was fitted is kept:

    Z = power_transform(X)           ->      Z = state.x_power_transform.transform(X)
    Z = normalize(X, axis=0)         ->      Z = np.asarray(X) / state.x_norms

Refuses an axis that is not a literal.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.call_templates import argument
from nb2prod.slicing.recall import _refuse_operation, add_capture, reads_of, serve, serve_children
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall

CLASSES = {
    "maxabs_scale": "MaxAbsScaler",
    "quantile_transform": "QuantileTransformer",
    "power_transform": "PowerTransformer",
}


@handles(*(f"sklearn.preprocessing.{name}" for name in CLASSES))
def transformed(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Fit the class that the function stands for, with the same settings, and apply it."""
    assert isinstance(node, ast.Call) and op.fact is not None
    name = op.fact.name.rpartition(".")[2]
    data, axis = argument(node, 0, "X"), argument(node, 99, "axis")
    if isinstance(axis, ast.Constant) and axis.value == 1:
        serve_children(walk, step, node)
        return
    if data is None or (axis is not None and not isinstance(axis, ast.Constant)):
        _refuse_operation(walk, step, node, op)
        return
    fit = _fitted(step, node, data, CLASSES[name])
    value = step.values[node].but(kind="estimator", relation="data", place=None)
    key = ("scaler", step.number, node)
    hint = _hint(walk, data, name)
    found = add_capture(walk, step, node, key, hint, fit, value, reads_of(step, node), replace=False)
    walk.edits[step.number, node] = Edit(Template(f"{found.target()}.transform(__0__)", (Hole(step, data),)), same=True)
    serve(walk, step, data)


def _fitted(step: Step, node: ast.Call, data: ast.expr, name: str) -> Template:
    """``PowerTransformer(method="box-cox").fit(X)``."""
    given = {k.arg: k.value for k in node.keywords if k.arg not in (None, "X", "axis")}
    if len(node.args) > 1:
        given["method"] = node.args[1]
    holes = tuple(Hole(step, expression, fit=True) for expression in (data, *given.values()))
    settings = ", ".join(f"{keyword}=__{at}__" for at, keyword in enumerate(given, 1))
    return Template(f"{name}({settings}).fit(__0__)", holes, (f"from sklearn.preprocessing import {name}",))


def _hint(walk: Recall, data: ast.expr, word: str) -> str:
    return f"{data.id if isinstance(data, ast.Name) else walk.names.for_expression(data)}_{word}"


@handles("sklearn.preprocessing.normalize:fit")
def normalised(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Keep each column's norm."""
    assert isinstance(node, ast.Call)
    data, norm = argument(node, 0, "X"), argument(node, 1, "norm")
    if data is None or argument(node, 99, "return_norm") is not None:
        _refuse_operation(walk, step, node, op)
        return
    holes = tuple(Hole(step, part, fit=True) for part in (data, norm) if part is not None)
    code = f"column_norms({', '.join(f'__{at}__' for at in range(len(holes)))})"
    fit = Template(code, holes, ("column_norms", "import numpy as np"))
    key, hint = ("norms", step.number, node), _hint(walk, data, "norms")
    found = add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)
    recalled = Template(f"np.asarray(__0__) / {found.target()}", (Hole(step, data),), ("import numpy as np",))
    walk.edits[step.number, node] = Edit(recalled, same=True)
    serve(walk, step, data)
