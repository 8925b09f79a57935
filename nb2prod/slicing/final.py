"""Which predictions of a notebook may be its final answer, and which only describe a model.

Input: a trace. Output: the predictions that are labels, or probabilities that the notebook goes on to use as its
answer: mixed with those of other models, cut at a threshold, or all that their model ever predicts. Probabilities
beside the labels of the same model are for curves and looks. Refuses nothing.
"""

from __future__ import annotations

import ast

from nb2prod.interpretation.trace import Event, Step, Trace
from nb2prod.interpretation.values import Value

LABELS = ("predict", "labels_", "fit_predict")


def final_predictions(trace: Trace) -> set[int]:
    """The numbers of the predictions that may be the notebook's answer."""
    found = {event.number for event in trace.events if event.method in LABELS}
    labelled = {event.model.place for event in trace.events if event.method in (*LABELS, "score")}
    rest = [event for event in trace.events if event.method not in (*LABELS, "score")]
    found |= {event.number for event in rest if event.model.place not in labelled and not in_loop(event.step)}
    for form in (form for step in trace.steps for form in forms(step)):
        members = [event for event in rest if is_form(form, event)]
        several = len({event.model.place for event in members}) > 1
        cut = not in_loop(form[0]) and _is_cut(form[1])
        found |= {event.number for event in members if several or cut or _is_summed(form[1], event)}
    return found | {event.number for event in rest if changed_in_place(trace, event)}


def used_forms(trace: Trace, event: Event) -> list[tuple[Step, ast.expr]]:
    """The expressions that a prediction becomes, in order; not what a loop after it tries out."""
    around = set(event.step.ancestors())
    return [
        form
        for step in trace.steps
        for form in forms(step)
        if is_form(form, event) and all(outer in around for outer in step.ancestors() if _loops(outer))
    ]


def changed_in_place(trace: Trace, event: Event) -> list[tuple[Step, ast.expr]]:
    """The reads of a variable that was changed in place: each round of a loop added its predictions, it was clipped."""
    return [
        (step, node)
        for step in trace.steps
        if not in_loop(step) and not isinstance(step.node, ast.AugAssign)
        for node, value in step.values.items()
        if isinstance(node, ast.Name) and event.number in value.events and value.relation == "rows"
        if value.rows == event.rows
        and not value.taints & {"target", "each"}
        and value.kind in ("array", "series", "any")
        if any(_changes(trace.steps[number], value) for number in step.deps.get(node, ()))
    ]


def _changes(step: Step, value: Value) -> bool:
    """``y += 1`` and ``np.clip(y, 0, 1, out=y)`` alike."""
    return isinstance(step.node, ast.AugAssign) or value.place in step.mutates


def _loops(step: Step) -> bool:
    return isinstance(step.node, (ast.For, ast.While))


def in_loop(step: Step) -> bool:
    """Whether a step stands in a loop, which may only try things out."""
    return any(_loops(outer) for outer in step.ancestors())


def _is_summed(node: ast.expr, event: Event) -> bool:
    """``sum(w * m.predict_proba(X) for w, m in zip(weights, models))``."""
    inside = [child for child in ast.walk(node) if isinstance(child, (ast.GeneratorExp, ast.ListComp))]
    return any(event.node is child for each in inside for child in ast.walk(each))


def _is_cut(node: ast.expr) -> bool:
    """``(chances > 0.3).astype(int)``, ``chances.argmax(axis=1)``, ``np.digitize(chances, edges)``."""
    for child in ast.walk(node):
        if isinstance(child, ast.Compare) and isinstance(child.ops[0], (ast.Gt, ast.GtE, ast.Lt, ast.LtE)):
            return True
        if isinstance(child, ast.Attribute) and child.attr in ("argmax", "digitize", "cut"):
            return True
    return False


def forms(step: Step) -> list[tuple[Step, ast.expr]]:
    """The expressions that a step gives a name or a column."""
    if step.bind is not None:
        return [(step, step.bind[1])]
    node = step.node
    if isinstance(node, ast.Assign) and not isinstance(node.targets[0], (ast.Tuple, ast.List)):
        return [(step, node.value)] if node.value not in step.inlined else []
    if isinstance(node, ast.Expr):
        return [(step, node.value)]
    return []


def is_form(form: tuple[Step, ast.expr], event: Event) -> bool:
    """Whether an expression is the prediction, transformed row by row, without the label in it."""
    step, node = form
    value = step.values.get(node)
    if value is None or value.relation != "rows" or event.number not in value.events:
        return False
    several = value.kind in ("frame", "tuple", "dict", "groupby") or isinstance(node, (ast.List, ast.Set))
    if several or value.taints & {"target", "each"} or value.rows != event.rows:
        return False
    return not isinstance(step.node, ast.Expr) or step is event.step
