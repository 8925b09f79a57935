"""Scaling functions that fit as they are called: ``scale``, ``minmax_scale``.

Breaks in production: a single row has no mean and no range. The class of the same meaning is fitted
in training and applied at inference:

    X = minmax_scale(df)      ->      X = state.minmax_scale.transform(df)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.call_templates import argument
from nb2prod.slicing.recall import _refuse_operation, add_capture, reads_of, serve
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall

CLASSES = {
    "scale": "StandardScaler",
    "minmax_scale": "MinMaxScaler",
    "robust_scale": "RobustScaler",
}


@handles(*(f"sklearn.preprocessing.{name}" for name in CLASSES))
def scaled(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Fit the scaler that the function stands for, and apply it."""
    assert isinstance(node, ast.Call) and op.fact is not None
    data = argument(node, 0, "X")
    if data is None or len(node.args) > 1 or [k for k in node.keywords if k.arg != "X"]:
        _refuse_operation(walk, step, node, op)
        return
    name = op.fact.name.rpartition(".")[2]
    scaler = CLASSES[name]
    column = step.values[data].kind == "series"
    table = "__0__.to_frame()" if column else "__0__"
    fit = Template(
        f"{scaler}().fit({table})", (Hole(step, data, fit=True),), (f"from sklearn.preprocessing import {scaler}",)
    )
    key = ("scaled", step.number, node)
    found = add_capture(walk, step, node, key, name, fit, step.values[node], reads_of(step, node), replace=False)
    code = f"{found.target()}.transform({table})" + (".ravel()" if column else "")
    walk.edits[step.number, node] = Edit(Template(code, (Hole(step, data),)), same=True)
    serve(walk, step, data)
