"""Fitted estimators on the prediction path.

Breaks in production: ``scaler.fit_transform(X)`` refits on the request, so a single row scales to zero.

    X = scaler.fit_transform(X)      ->      X = state.scaler.transform(X)
    labels = kmeans.fit_predict(X)   ->      labels = state.kmeans.predict(X)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Fit, Op, Step
from nb2prod.slicing.call_templates import argument
from nb2prod.slicing.slices import Capture, Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


def capture_fitted(walk: Recall, step: Step, receiver: ast.expr) -> Capture:
    """Store the estimator right after the call that fits it."""
    from nb2prod.slicing.recall import add_capture

    value = step.values[receiver]
    after = walk.trace.steps[step.number].values.get(receiver, value)
    hint = receiver.id if isinstance(receiver, ast.Name) else walk.names.for_expression(receiver)
    if isinstance(receiver, ast.Call):
        name = receiver.func.attr if isinstance(receiver.func, ast.Attribute) else getattr(receiver.func, "id", "")
        hint = name or "estimator"
    key = ("fitted", step.number, receiver)
    if isinstance(receiver, ast.Call):
        return _capture_constructed(walk, step, receiver, key, hint)
    steps = frozenset({step.number})
    fit = Template("__0__", (Hole(step, receiver, fit=True),))
    return add_capture(walk, step, receiver, key, hint, fit, after, steps, after=True, replace=False)


def _capture_constructed(walk: Recall, step: Step, receiver: ast.Call, key: object, hint: str) -> Capture:
    """``LabelEncoder().fit_transform(c)``: the state holds the new estimator, and training fits it there."""
    from nb2prod.slicing.recall import add_capture, reads_of

    fit = Template("__0__", (Hole(step, receiver, fit=True),))
    steps = reads_of(step, receiver) | {step.number}
    found = add_capture(walk, step, receiver, key, hint, fit, step.values[receiver], steps, replace=False)
    walk.fit_edits[step.number, receiver] = Template(found.target())
    return found


@handles("relation:fit_transform", "relation:fit_predict")
def refitted(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Recall the fitted estimator and only apply it."""
    from nb2prod.slicing.recall import serve

    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    method = "transform" if op.relation == "fit_transform" else "predict"
    features = _features(node)
    found = capture_fitted(walk, step, node.func.value)
    walk.edits[step.number, node] = Edit(
        Template(f"{found.target()}.{method}(__0__)", (Hole(step, features),)), same=False
    )
    serve(walk, step, features)


def _features(node: ast.Call) -> ast.expr:
    for keyword in node.keywords:
        if keyword.arg in ("X", "raw_documents"):
            return keyword.value
    return node.args[0]


@handles("relation:predict")
def predicted(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """``kmeans.labels_`` are the labels of the training rows: predict instead. Everything else is kept."""
    from nb2prod.slicing.recall import serve, serve_children

    if not isinstance(node, ast.Attribute):
        _of_some_rows(walk, step, node)
        serve_children(walk, step, node)
        return
    fit, features = _fitted_rows(walk, step, node)
    if fit is None or features is None:
        walk.refuse(
            step, node, "NB404", f"{ast.unparse(node)} holds values of the rows that the model was fitted on",
            "nothing tells how to compute them for other rows", "predict with the model",
        )  # fmt: skip
        return
    serve(walk, step, node.value)
    model = walk.edits[step.number, node.value].template.code
    walk.edits[step.number, node] = Edit(Template(f"{model}.predict(__0__)", (Hole(fit.step, features),)), same=False)
    serve(walk, fit.step, features)


def _of_some_rows(walk: Recall, step: Step, node: ast.expr) -> None:
    """``r.predict(df[df["age"].isnull()])``: of a request's rows there may be none, which estimators refuse."""
    match node:
        case ast.Call(func=ast.Attribute() as method, args=[features], keywords=[]):
            value = step.values.get(features)
            if value is not None and not walk.in_chain(value) and walk.is_side_filter(value):
                holes = (Hole(step, method), Hole(step, features))
                walk.edits[step.number, node] = Edit(Template("of_some(__0__, __1__)", holes, ("of_some",)), same=True)


def _fitted_rows(walk: Recall, step: Step, node: ast.Attribute) -> tuple[Fit | None, ast.expr | None]:
    """Where the estimator was last given rows, and which: by ``fit(X)`` or by its constructor (``OLS(y, X)``)."""
    place = step.values[node.value].place
    for fit in reversed(walk.trace.fits):
        if fit.model.place != place or fit.step.number > step.number:
            continue
        if isinstance(fit.node.func, ast.Attribute) and fit.node.func.attr.startswith("fit"):
            if fit.node.args or any(keyword.arg in ("X", "raw_documents") for keyword in fit.node.keywords):
                return fit, _features(fit.node)
            continue
        rows = argument(fit.node, 1, "exog") or argument(fit.node, 1, "data")
        given = fit.step.values.get(rows) if rows is not None else None
        return fit, rows if given is not None and given.relation == "rows" else None
    return None, None
