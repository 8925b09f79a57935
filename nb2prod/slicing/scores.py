"""The scores that the notebook computes for the final model: metric calls, ``model.score`` and plain arithmetic.

Input: a trace and the inference slice. Output: one named expression per score, which training evaluates where the
notebook does. A score inside a loop or a function is not one value of the program and is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nb2prod.interpretation.trace import Event, Sink, Step, Trace
from nb2prod.leaks.choices import predictions_against_label
from nb2prod.leaks.target import target_columns
from nb2prod.slicing.choice import on_training_rows
from nb2prod.slicing.slices import ServeSlice

WRAPPERS = (ast.If, ast.With, ast.Try)
"""Statements whose body is run at most once, in the program's own namespace."""


@dataclass(frozen=True, eq=False)
class Metric:
    """A score that the notebook computes for the chosen prediction."""

    name: str
    step: Step
    node: ast.expr


def reported_scores(trace: Trace, serving: ServeSlice) -> tuple[Metric, ...]:
    """Name each score once: by the metric's name, else by the variable that holds it."""
    found: dict[str, Metric] = {}
    known = [_of_sink(trace, sink) for sink in trace.sinks if _is_reported(trace, sink, serving.answer.event)]
    for metric in [*known, *_plain_scores(trace, serving)]:
        at, number = metric.name, 2
        while at in found:
            at, number = f"{metric.name}_{number}", number + 1
        found[at] = Metric(at, metric.step, metric.node)
    same: dict[str, Metric] = {}
    for metric in found.values():
        same.setdefault(ast.unparse(metric.node) + str(sorted(what_is_read(metric.step, metric.node))), metric)
    return tuple(same.values())


def what_is_read(step: Step, node: ast.AST) -> set[int]:
    """The statements that define what an expression reads."""
    found: set[int] = set()
    for child in ast.walk(node):
        found |= step.deps.get(child, frozenset())
        for free in step.free.get(child, {}).values():
            found |= free.steps
    return found


def in_loop(step: Step) -> bool:
    """Whether a statement may run more than once."""
    return any(isinstance(outer.node, (ast.For, ast.While)) for outer in step.ancestors())


# ---------------------------------------------------------------------- calls that are known to score


def _is_reported(trace: Trace, sink: Sink, event: Event) -> bool:
    scores = sink.kind == "score" or (sink.kind == "metric" and sink.fact is not None)
    return scores and sink.call is not None and not in_loop(sink.step) and _measures(trace, sink.value.events, event)


def _of_sink(trace: Trace, sink: Sink) -> Metric:
    assert sink.call is not None
    node = reported(sink.step, sink.call)
    name = sink.name if sink.kind == "metric" else ""
    return Metric(_named(trace, name or _held_by(sink.step, node), sink.value.events), sink.step, node)


def _named(trace: Trace, name: str, events: Iterable[int]) -> str:
    """Say of a score on the rows that the model was fitted on that it is one."""
    measured = [trace.events[number] for number in events]
    training = bool(measured) and all(on_training_rows(trace, event) for event in measured)
    return f"train_{name}" if training and "train" not in name.lower() else name


def _held_by(step: Step, node: ast.expr) -> str:
    """The variable that a statement gives a score to."""
    statement = step.node
    if step.bind is None and isinstance(statement, ast.Assign) and statement.value is node:
        target = statement.targets[0]
        if len(statement.targets) == 1 and isinstance(target, ast.Name):
            return target.id
    return "score"


def _measures(trace: Trace, events: Iterable[int], event: Event) -> bool:
    """Whether a score is one of the final model: of this prediction, or of another one that it made."""
    measured = [trace.events[number] for number in events]
    if any(other.number == event.number for other in measured):
        return True
    place = event.model.place
    return bool(measured) and place is not None and all(other.model.place == place for other in measured)


def reported(step: Step, call: ast.expr) -> ast.expr:
    """The score as the notebook reports it: its square root, in per cent, rounded."""
    parents = {child: node for node in ast.walk(step.node) for child in ast.iter_child_nodes(node)}
    node = call
    while isinstance(parent := parents.get(node), (ast.BinOp, ast.Call)) and _only_rescales(parent, node):
        node = parent
    return node


def _only_rescales(parent: ast.BinOp | ast.Call, node: ast.expr) -> bool:
    if isinstance(parent, ast.BinOp):
        other = parent.right if parent.left is node else parent.left
        return isinstance(other, ast.Constant) and isinstance(other.value, (int, float))
    called = ast.unparse(parent.func).rpartition(".")[2]
    others = [argument for argument in parent.args if argument is not node]
    return called in ("sqrt", "round", "abs", "float") and all(isinstance(other, ast.Constant) for other in others)


# ---------------------------------------------------------------------- scores that are plain arithmetic


def _plain_scores(trace: Trace, serving: ServeSlice) -> list[Metric]:
    """Numbers that compare the prediction with the label, and what later statements compute from them alone."""
    labels = target_columns(trace, serving)
    found: dict[int, Metric] = {}
    for step in trace.steps:
        if step.children or not all(isinstance(outer.node, WRAPPERS) for outer in step.ancestors()):
            continue
        metric = _compared(trace, step, serving.answer.event, labels) or _derived(step, found)
        if metric is not None:
            found[step.number] = metric
    read = {number for metric in found.values() for number in what_is_read(metric.step, metric.node)}
    return [metric for number, metric in found.items() if number not in read]


def _compared(trace: Trace, step: Step, event: Event, labels: frozenset[object]) -> Metric | None:
    scored = {sink.call for sink in trace.sinks if sink.step is step and sink.kind in ("metric", "score")}
    for call in _outermost(step, scored):
        predicted = predictions_against_label(trace, step, call, labels)
        events = frozenset[int]().union(*(value.events for value in predicted))
        if events and _measures(trace, events, event):
            node = _whole_number(step, call)
            return Metric(_named(trace, _held_by(step, node), events), step, node)
    return None


def _outermost(step: Step, scored: set[ast.expr | None]) -> Iterator[ast.Call]:
    """Calls that give one number; those around or inside a known score are left to it."""
    pending: list[ast.AST] = [step.node]
    while pending:
        node = pending.pop()
        if node in scored or isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Call) and _is_number(step, node) and not scored & set(ast.walk(node)):
            yield node
        pending.extend(ast.iter_child_nodes(node))


def _is_number(step: Step, node: ast.AST) -> bool:
    value = step.values.get(node)
    return value is not None and value.relation == "data" and value.kind == "scalar"


def _whole_number(step: Step, node: ast.expr) -> ast.expr:
    """The largest expression around a number that is still one: ``1 - a / b``, ``np.sqrt(...)``."""
    parents = {child: parent for parent in ast.walk(step.node) for child in ast.iter_child_nodes(parent)}
    while isinstance(parent := parents.get(node), (ast.BinOp, ast.UnaryOp, ast.Call)) and _is_number(step, parent):
        node = parent
    return node


def _derived(step: Step, scores: dict[int, Metric]) -> Metric | None:
    """A number that is computed from scores and other numbers: ``r2 = 1 - ss_res / ss_tot``."""
    statement = step.node
    if step.bind is not None or not isinstance(statement, ast.Assign) or not _is_number(step, statement.value):
        return None
    name = _held_by(step, statement.value)
    if name == "score" or not what_is_read(step, statement.value) & set(scores):
        return None
    parts = [step.values.get(child) for child in ast.walk(statement.value) if isinstance(child, ast.Name)]
    if any(part is not None and part.relation == "rows" for part in parts):
        return None
    return Metric(name, step, statement.value)
