"""The prediction of a notebook that asks its model about made-up rows only, or saves it without asking it anything.

    reg.fit(df[["area", "rooms"]], df["price"])
    reg.predict([[120, 3]])

Input: a trace without a prediction for rows that are read. Output: the prediction for rows like those that the model
was fitted on. None where the answer for the made-up row is scaled or decoded before it is used: what a request should
get would be a guess. Refuses nothing itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.facts import load_facts
from nb2prod.interpretation.trace import Event, Fit, Step, Trace
from nb2prod.interpretation.values import Value

BACK = frozenset({"inverse_transform", "exp", "exp2", "expm1", "power", "square", "inv_boxcox", "inv_boxcox1p"})
"""Calls that turn an answer into the units of the target, or of something else."""


NO_MODELS = frozenset({"transformer", "text", "decomposition"})
"""Kinds of estimators that have no ``predict``."""


def asked_of_example(trace: Trace) -> Event | None:
    """Read the last prediction for a made-up row, else the saved model, as a question about rows like its own."""
    for step, node, model, model_node in _questions(trace):
        fit = next((fit for fit in reversed(trace.fits) if _taught(fit, model, step)), None)
        features = _features(fit) if fit is not None else None
        if fit is None or features is None or fit.features is None:
            continue
        if _in_loop(step) or _in_loop(fit.step) or _turned_back(trace, fit) or _changed(trace, features, fit, step):
            return None
        return Event(-1, step, node, "score", model, model_node, features, fit.features.rows, features_step=fit.step)
    return None


def _questions(trace: Trace) -> Iterator[tuple[Step, ast.expr, Value, ast.expr]]:
    for step in reversed(trace.steps):
        for node, op in step.ops.items():
            if op.relation == "example" and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if op.receiver is not None:
                    yield step, node, op.receiver, node.func.value
    for sink in reversed(trace.sinks):
        if sink.kind == "save" and isinstance(sink.node, ast.Name) and has_predict(sink.value):
            yield sink.step, ast.copy_location(ast.Call(sink.node, [], []), sink.node), sink.value, sink.node


def has_predict(model: Value) -> bool:
    """Whether an estimator is no transformer, such as a selection of columns by the target."""
    fact = load_facts().estimator(model.qualified)
    return fact is None or fact.kind not in NO_MODELS


def _taught(fit: Fit, model: Value, step: Step) -> bool:
    """Whether this call taught a model a target, from rows that are read."""
    rows = fit.features is not None and fit.features.relation == "rows" and fit.target is not None
    return rows and model.place is not None and fit.model.place == model.place and fit.step.number < step.number


def _features(fit: Fit) -> ast.expr | None:
    if fit.node.args:
        return fit.node.args[0]
    return next((keyword.value for keyword in fit.node.keywords if keyword.arg == "X"), None)


def _in_loop(step: Step) -> bool:
    return any(isinstance(outer.node, (ast.For, ast.While)) for outer in step.ancestors())


def _turned_back(trace: Trace, fit: Fit) -> bool:
    later = (step.node for step in trace.steps if step.number > fit.step.number)
    called = (child.func for node in later for child in ast.walk(node) if isinstance(child, ast.Call))
    return any((f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "")) in BACK for f in called)


def _changed(trace: Trace, features: ast.expr, fit: Fit, step: Step) -> bool:
    """Whether the features mean something else where the question is asked."""
    names = [node for node in ast.walk(features) if isinstance(node, ast.Name)]
    read = {fit.step.emitted(name.id) for name in names}
    places = {fit.step.values[name].place for name in names if name in fit.step.values}
    between = trace.steps[fit.step.number + 1 : step.number + 1]
    return any(read & other.binds or places & other.mutates for other in between)
