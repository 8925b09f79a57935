"""What was chosen by a score on the predicted rows: a model, a setting, a threshold, a seed, a number of rounds.

A value that inference recalls, or the split itself, is followed back to the statements behind it. If one of them
scores a supervised model's predictions against the label, on rows that overlap the predicted ones, the choice has
seen the answers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.diagnostics import Diagnostic
from nb2prod.interpretation.trace import Fit, Step, Trace
from nb2prod.interpretation.values import Value
from nb2prod.leaks.lineage import behind, leakage, operands, overlap
from nb2prod.leaks.target import reads_target, target_columns
from nb2prod.slicing.slices import Capture, ServeSlice

WHY = "the reported score is the best of several on the very same rows"
DO = "decide on a validation part or by cross-validation, and score once on the test part"


def chosen_on_test(trace: Trace, serving: ServeSlice) -> list[Diagnostic]:
    """Choices that were made by looking at the predicted rows."""
    predicted = serving.answer.event.rows
    labels = target_columns(trace, serving)
    found: list[Diagnostic] = []
    scores = scored(trace, labels)
    for what, numbers in _choices(trace, serving) if scores else ():
        for number in sorted(behind(trace, numbers) & scores.keys()):
            node = next((n for n, rows in scores[number] if overlap(trace, rows, predicted)), None)
            if node is not None:
                found.append(leakage(trace, "NB305", f"{what} is chosen by a score on the test rows", node, WHY, DO))
                break
    return _once(found) + _stopped_early(trace, serving)


def _once(found: list[Diagnostic]) -> list[Diagnostic]:
    """One finding for each place."""
    return list({(one.place.cell, one.place.line): one for one in reversed(found) if one.place is not None}.values())


def _choices(trace: Trace, serving: ServeSlice) -> Iterator[tuple[str, set[int]]]:
    for capture in serving.captures:
        yield _called(capture), set(capture.steps) | {capture.step.number} if capture.after else set(capture.steps)
    event = serving.answer.event
    if event.features is not None:
        steps = {n for child in ast.walk(event.features) for n in event.step.deps.get(child, frozenset())}
        yield "the split", {number for number in steps if number != event.step.number}


def _called(capture: Capture) -> str:
    return "the model" if capture.final or capture.estimator else repr(capture.name)


Scores = Mapping[int, Sequence[tuple[ast.AST, int | None]]]
"""For each step that scores: the expressions that compare predictions with the label, and the rows of these."""


def scored(trace: Trace, labels: frozenset[object]) -> Scores:
    """The steps that compare predictions with the label."""
    found: dict[int, list[tuple[ast.AST, int | None]]] = {}
    for sink in trace.sinks:
        if sink.kind in ("metric", "score"):
            rows = [trace.events[number].rows for number in sink.value.events]
            found.setdefault(sink.step.number, []).extend((sink.call or sink.node, those) for those in rows)
    for step in trace.steps:
        for node, value in step.values.items():
            if isinstance(node, ast.Call) and value.relation == "data" and value.kind != "estimator":
                for predicted in predictions_against_label(trace, step, node, labels)[:1]:
                    found.setdefault(step.number, []).append((node, predicted.rows))
    return {number: those for number, those in found.items() if those}


def predictions_against_label(trace: Trace, step: Step, node: ast.Call, labels: frozenset[object]) -> list[Value]:
    """The supervised predictions that a call is given together with the label; none if it has not both."""
    given = [step.values[child] for child in operands(node) if child in step.values]
    predictions = [one for one in given if _is_prediction(trace, one)]
    if predictions and (any("target" in one.taints for one in given) or reads_target(step, node, labels)):
        return predictions
    return []


def is_measured(trace: Trace, serving: ServeSlice) -> bool:
    """Whether the notebook scores the final prediction."""
    labels, event = target_columns(trace, serving), serving.answer.event
    return any(rows == event.rows for those in scored(trace, labels).values() for _, rows in those)


def _is_prediction(trace: Trace, value: Value) -> bool:
    """Whether a value holds what a supervised model predicted."""
    return value.relation == "rows" and any(
        _supervised(trace, trace.events[number].model.place) for number in value.events
    )


def _supervised(trace: Trace, place: int | None) -> bool:
    fits = [fit for fit in trace.fits if fit.model.place == place]
    return not fits or any(fit.target is not None for fit in fits)


def _stopped_early(trace: Trace, serving: ServeSlice) -> list[Diagnostic]:
    """A number of rounds that was chosen on the predicted rows: early stopping with an ``eval_set`` of them."""
    predicted, place = serving.answer.event.rows, serving.answer.event.model.place
    for fit in trace.fits:
        if fit.model.place == place and place is not None and _stops_early(trace, fit):
            watched = [fit.step.values.get(k.value) for k in fit.node.keywords if k.arg in ("eval_set", "evals")]
            rows = {row for value in watched if value is not None for row in _rows_in(value)}
            if any(overlap(trace, row, predicted) for row in rows):
                message = "the number of rounds is chosen by a score on the test rows"
                return [leakage(trace, "NB305", message, fit.node, WHY, DO)]
    return []


def _stops_early(trace: Trace, fit: Fit) -> bool:
    made = [trace.steps[n] for n in behind(trace, [fit.step.number])]
    return any("early_stopping" in ast.unparse(step.node) for step in made if not step.children)


def _rows_in(value: Value) -> set[int]:
    """The rows of a list of pairs of tables."""
    found = {value.rows} if value.rows is not None else set()
    for _, item in value.items or ():
        found |= _rows_in(item)
    return found
