"""The evaluation slice: labels for raw rows, and the notebook's scores as a function of labels and predictions.

Serves the label of the last score that the notebook computes for the final prediction, the way recall.py serves the
prediction itself. A notebook without such a score, or whose label cannot be computed from a raw row, gets no
``evaluate`` command.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from nb2prod.errors import Refusal
from nb2prod.interpretation.trace import Sink, Step, Trace
from nb2prod.slicing.choice import Answer, on_training_rows
from nb2prod.slicing.recall import recall
from nb2prod.slicing.scores import what_is_read
from nb2prod.slicing.slices import ServeSlice


@dataclass(frozen=True, eq=False)
class Score:
    """A metric call whose operands are only the labels and the predictions."""

    name: str
    step: Step
    call: ast.Call
    truth: ast.expr
    predicted: ast.expr


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How raw rows with labels are scored."""

    labels: ServeSlice
    scores: tuple[Score, ...]

    def functions(self, trace: Trace) -> frozenset[int]:
        """The imports and definitions of what the scores call."""
        read = {number for score in self.scores for number in what_is_read(score.step, score.call)}
        kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef)
        return frozenset(number for number in read if isinstance(trace.steps[number].node, kinds))


def evaluation_slice(trace: Trace, serving: ServeSlice) -> Evaluation | None:
    """Find labels and scores; None if the notebook has none that a raw row can give."""
    answer = serving.answer
    sinks = [sink for sink in trace.sinks if _scores(trace, sink, answer)]
    if not sinks:
        return None
    last = sinks[-1]
    assert last.truth is not None
    event = replace(answer.event, rows=_rows(last))
    try:
        labels = recall(trace, Answer(last.step, last.truth, event, "label"), serving)
    except Refusal:
        return None
    if set(labels.sources.values()) != set(serving.sources.values()):
        return None
    found: dict[str, Score] = {}
    for sink in sinks:
        assert isinstance(sink.call, ast.Call) and sink.truth is not None
        found.setdefault(sink.name, Score(sink.name, sink.step, sink.call, sink.truth, sink.node))
    return Evaluation(labels, tuple(found.values()))


def _rows(sink: Sink) -> int | None:
    assert sink.truth is not None
    value = sink.step.values.get(sink.truth)
    return value.rows if value is not None else None


def _scores(trace: Trace, sink: Sink, answer: Answer) -> bool:
    """A metric of just this model's predictions, in the form in which the package gives them."""
    if sink.kind != "metric" or sink.fact is None or sink.truth is None or not isinstance(sink.call, ast.Call):
        return False
    if not isinstance(sink.node, ast.Name) or not any(_as_answered(trace, sink, n, answer) for n in sink.value.events):
        return False
    operands = [*sink.call.args, *(keyword.value for keyword in sink.call.keywords)]
    others = [node for node in operands if node is not sink.node and node is not sink.truth]
    if any(sink.step.values[node].relation != "const" or not isinstance(node, ast.Constant) for node in others):
        return False
    return sink.truth is not sink.node


def _as_answered(trace: Trace, sink: Sink, number: int, answer: Answer) -> bool:
    """Whether a variable holds the answer, or what another call of the same method of the same model gave."""
    writers = sink.step.deps.get(sink.node, frozenset())
    if number == answer.event.number and writers == {answer.step.number}:
        return True
    event, asked = trace.events[number], answer.event
    alike = event.model.place is not None and (event.model.place, event.method) == (asked.model.place, asked.method)
    plain = answer.node is asked.node and getattr(event.step.node, "value", None) is event.node
    return alike and plain and writers == {event.step.number} and not on_training_rows(trace, event)
