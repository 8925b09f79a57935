"""Choose the model and the prediction that the package is about.

The final model is the one that is saved, else the last one whose prediction for rows other than the training rows
is used or written out, else the last one that predicts. Probabilities count as such a prediction only where they
are the answer (see final.py). The user's ``--model`` and
``--prediction`` decide over all of this. Runners-up are reported; nothing is chosen silently.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nb2prod.errors import Refusal, UserError
from nb2prod.interpretation.trace import Event, Fit, Sink, Step, Trace
from nb2prod.interpretation.values import RowSet
from nb2prod.slicing.examples import asked_of_example, has_predict
from nb2prod.slicing.final import LABELS, changed_in_place, final_predictions, used_forms
from nb2prod.slicing.rivals import rival_in_scale
from nb2prod.slicing.rowless import fitted_on_nothing_read, rows_unknown

LAST_USED = "it is the last prediction that is used"


@dataclass(frozen=True, eq=False)
class Answer:
    """What the package answers: an expression of the program, evaluated where its step stands."""

    step: Step
    node: ast.expr
    event: Event
    reason: str
    runners_up: tuple[str, ...] = ()
    method: str = "predict"


def choose(trace: Trace, model: str | None = None, prediction: str | None = None) -> Answer:
    """Find the final prediction."""
    events = list(trace.events)
    if prediction is not None:
        return _named_prediction(trace, prediction)
    if model is not None:
        events = [event for event in events if _model_name(event) == model]
        if not events:
            known = ", ".join(dict.fromkeys(_model_name(event) for event in trace.events)) or "none"
            raise UserError(
                f"no prediction of a model called {model!r}; the notebook predicts with: {known}",
                code="NB207",
            )
    if not events:
        asked = asked_of_example(trace)
        if asked is None:
            raise _nothing(trace)
        return answer_of(trace, asked, "no rows that are read are predicted; it is asked about rows like its own")
    reason, chosen = _chosen(trace, events)
    answer = answer_of(trace, chosen, reason)
    if model is None and reason == LAST_USED:
        expect_no_rival(trace, answer, events)
    return answer


def expect_no_rival(trace: Trace, answer: Answer, events: list[Event]) -> None:
    """Refuse where another model predicts the same on another scale, and nothing says which of them counts."""
    equals = [event for event in events if on_training_rows(trace, event) == on_training_rows(trace, answer.event)]
    rival = rival_in_scale(trace, answer.event, answer.node, equals)
    if rival is not None:
        ours, theirs = _model_name(answer.event), _model_name(rival)
        raise Refusal(
            f"{ours} and {theirs} predict the same target on different scales, and neither is saved or submitted",
            code="NB203",
            place=trace.program.place(answer.event.step.node),
            do=f"name the model with --model {ours} or --model {theirs}",
        )


def _nothing(trace: Trace) -> Refusal:
    hidden = _fitted_in_class(trace)
    if hidden is not None and not trace.fits:
        return Refusal(
            f"the model is fitted by a method of {hidden.name}, whose attributes are not followed",
            code="NB406",
            place=trace.program.place(hidden),
            why="the tables and the model that the object holds have no name of their own",
            do="fit and predict in statements of the notebook or in functions",
        )
    unseen = (_fitted_unseen(trace) or fitted_on_nothing_read(trace)) if not trace.fits else None
    if unseen is not None:
        return unseen
    if not trace.fits:
        return Refusal("no model is fitted in this notebook", code="NB201", do="fit an estimator and predict with it")
    models = [fit for fit in trace.fits if has_predict(fit.model)]
    place = trace.program.place((models or trace.fits)[-1].node)
    if not models:
        return Refusal(
            "the notebook fits transformers only, and no model", code="NB201", place=place,
            do="fit an estimator that predicts, and predict with it",
        )  # fmt: skip
    grouped = _grouping(trace, models[-1])
    if grouped is not None:
        return Refusal(
            f"{ast.unparse(grouped)[:70]}: the rows of the model are groups of the rows that are loaded",
            code="NB403",
            place=trace.program.place(grouped),
            do="group them in the data source, and load the grouped table",
        )
    if _predicts(trace) and models[-1].features is not None and models[-1].features.relation != "rows":
        return rows_unknown(trace, models[-1].node)
    return Refusal(
        "a model is fitted, but nothing is predicted with it",
        code="NB202",
        place=place,
        do="add the prediction that the package should give, e.g. y_pred = model.predict(X_test)",
    )


def _fitted_unseen(trace: Trace) -> Refusal | None:
    """The refusal of a function that fits a model and cannot be followed."""
    for step in trace.steps:
        for node, op in step.ops.items():
            value = step.values.get(node.func) if isinstance(node, ast.Call) else None
            called = value.function if value is not None else None
            if op.relation == "opaque" and called is not None and _calls(called.node, "fit"):
                return Refusal(
                    f"{ast.unparse(node)[:70]} fits a model in a function that cannot be followed: {op.detail}",
                    code="NB406",
                    place=trace.program.place(node),
                    do="fit and predict in statements of the notebook, or return once, at the end of the function",
                )
    return None


def _fitted_in_class(trace: Trace) -> ast.ClassDef | None:
    """A class of the notebook whose methods fit a model."""
    classes = [step.node for step in trace.steps if isinstance(step.node, ast.ClassDef)]
    return next((node for node in classes if _calls(node, "fit") and _calls(node, "predict")), None)


def _calls(node: ast.AST, method: str) -> bool:
    calls = [child.func for child in ast.walk(node) if isinstance(child, ast.Call)]
    return any(isinstance(called, ast.Attribute) and called.attr == method for called in calls)


def _predicts(trace: Trace) -> bool:
    return any(_calls(step.node, "predict") for step in trace.steps)


def _grouping(trace: Trace, fit: Fit) -> ast.Call | None:
    """The call that made a table of groups out of the rows which the model is fitted on."""
    if fit.features is None or fit.features.relation != "data":
        return None
    pending, seen = sorted(fit.step.all_deps()), set[int]()
    while pending:
        step = trace.steps[pending.pop()]
        if step.number in seen:
            continue
        seen.add(step.number)
        for node, op in step.ops.items():
            from_rows = op.receiver is not None and op.receiver.relation == "rows"
            if op.relation in ("agg", "resh") and from_rows and isinstance(node, ast.Call) and _makes_groups(node):
                return node
        pending.extend(sorted(step.all_deps()))
    return None


def _makes_groups(node: ast.Call) -> bool:
    """Whether a call makes a table of groups."""
    called = {n.func.attr for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
    return bool(called & {"groupby", "pivot_table", "pivot", "crosstab", "resample", "melt", "stack", "unstack"})


def _named_prediction(trace: Trace, name: str) -> Answer:
    for step in reversed(trace.steps):
        node = step.node
        if not (isinstance(node, ast.Assign) and step.bind is None):
            continue
        named = any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        value = step.values.get(node.value)
        if named and value is not None and value.events:
            event = trace.events[max(value.events)]
            return Answer(step, node.value, event, f"--prediction {name}")
    raise UserError(f"no prediction is stored in a variable called {name!r}", code="NB208")


def _model_name(event: Event) -> str:
    return ast.unparse(event.model_node)


def _chosen(trace: Trace, events: list[Event]) -> tuple[str, Event]:
    saved = [sink for sink in trace.sinks if sink.kind == "save"]
    for sink in reversed(saved):
        mine = [event for event in events if event.model.place == sink.value.place and event.model.place is not None]
        if any(event.method != "score" for event in mine):
            return "its model is the one that is saved", best_of(trace, mine)
    best = _after_refits(trace, events, best_of(trace, events))
    submitted = {event.number for sink in trace.sinks if sink.kind == "submission" for event in _of(sink, events)}
    if best.number in submitted:
        return "it is what the notebook writes out", best
    return LAST_USED, best


def _after_refits(trace: Trace, events: list[Event], best: Event) -> Event:
    """The same estimator fitted again later, and measured then: its last state is the one that is handed over."""
    refits = [
        fit.step.number for fit in trace.fits if fit.model.place == best.model.place and best.model.place is not None
    ]
    later = [
        event
        for event in events
        if event.model.place == best.model.place
        and not on_training_rows(trace, event)
        and any(best.step.number < number < event.step.number for number in refits)
    ]
    return later[-1] if later else best


def _of(sink: Sink, events: list[Event]) -> list[Event]:
    return [event for event in events if _is_submitted(sink, event)]


def _is_submitted(sink: Sink, event: Event) -> bool:
    """Whether the column of predictions in a table that is written out holds this one, not one that it wrote over."""
    answer = sink.value.answer
    column = answer[0].values.get(answer[1]) if isinstance(answer, tuple) else None
    return event.number in (sink.value if column is None else column).events


def best_of(trace: Trace, events: list[Event]) -> Event:
    """The last final prediction for rows that did not train the model; then weaker kinds of evidence."""
    labels = any(event.method in LABELS and not on_training_rows(trace, event) for event in events)
    final = final_predictions(trace) if labels else set[int]()
    scored = [(_rank(trace, event, final), event.number, event) for event in events]
    return max(scored, key=lambda item: item[:2])[2]


def _rank(trace: Trace, event: Event, final: set[int]) -> tuple[int, int]:
    outside = 0 if on_training_rows(trace, event) else 1
    if event.number in final:
        return (outside, 2)
    return (outside, 0 if event.method == "score" else 1)


def on_training_rows(trace: Trace, event: Event) -> bool:
    """Whether a prediction is for the rows of a training part."""
    rows = trace.row_sets.get(event.rows or -1)
    while rows is not None:
        if rows.side == "train":
            return True
        if rows.how == "part":
            return False
        rows = _parent(trace, rows)
    return False


def _parent(trace: Trace, rows: RowSet) -> RowSet | None:
    return trace.row_sets.get(rows.parents[0]) if rows.parents else None


def answer_of(trace: Trace, event: Event, reason: str) -> Answer:
    """The answer that a prediction is, in the form in which it is used."""
    names = dict.fromkeys(_model_name(other) for other in trace.events)
    others = tuple(name for name in names if name != _model_name(event))
    step, node = _final_form(trace, event)
    method = "predict" if event.method in ("score", *LABELS) else event.method
    return Answer(step, node, event, reason, others, method)


def _final_form(trace: Trace, event: Event) -> tuple[Step, ast.expr]:
    """Follow the prediction to the form in which it is used: submitted, decoded, thresholded, or as predicted."""
    for sink in reversed(trace.sinks):
        if sink.kind == "submission" and _is_submitted(sink, event):
            return _submitted(trace, sink)
    if event.method == "score":
        return event.step, event.node
    found = sorted([*changed_in_place(trace, event), *used_forms(trace, event)], key=lambda form: form[0].number)
    return found[-1] if found else (event.step, event.node)


def _submitted(trace: Trace, sink: Sink) -> tuple[Step, ast.expr]:
    """The column of predictions in a table that is written out."""
    answer = sink.value.answer
    if not isinstance(answer, tuple):
        return _through(trace, sink.step, sink.node)
    step, node, column = answer
    writers = {n for child in ast.walk(sink.node) for n in sink.step.deps.get(child, frozenset())}
    changed_later = any(n > step.number and trace.steps[n].mutates for n in writers)
    if changed_later and column is not None and isinstance(sink.node, ast.Name):
        return sink.step, ast.Subscript(sink.node, ast.Constant(column), ast.Load())
    return _through(trace, step, node)


def _through(trace: Trace, step: Step, node: ast.expr) -> tuple[Step, ast.expr]:
    """The defining expression of a plain variable, so that the step which uses it need not be served."""
    if isinstance(node, ast.Name):
        definition = _definition(trace, step, node)
        if definition is not None:
            return definition
    return step, node


def _definition(trace: Trace, step: Step, node: ast.Name) -> tuple[Step, ast.expr] | None:
    numbers = step.deps.get(node, frozenset())
    found = [trace.steps[number] for number in numbers]
    if len(found) != 1:
        return None
    (definition,) = found
    if definition.bind is not None:
        return definition, definition.bind[1]
    if isinstance(definition.node, ast.Assign) and all(isinstance(t, ast.Name) for t in definition.node.targets):
        if definition.node.value in definition.inlined:
            return None
        return definition, definition.node.value
    return None
