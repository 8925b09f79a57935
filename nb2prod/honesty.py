"""Leakage and skew: report where the notebook's own evaluation saw what it should not have seen."""

from __future__ import annotations

import ast

from nb2prod.diagnostics import Diagnostic
from nb2prod.fitting import FitSlice
from nb2prod.slices import Capture, Hole, ServeSlice
from nb2prod.trace import Step, Trace

ENCODERS = frozenset({"LabelEncoder", "LabelBinarizer", "OrdinalEncoder", "OneHotEncoder"})
STRUCTURE = ("learn_categories", ".columns", "categories")


def find_leaks(trace: Trace, serving: ServeSlice, fitting: FitSlice) -> tuple[Diagnostic, ...]:
    """Statistics and fits that used the rows on which the notebook evaluates."""
    found: list[Diagnostic] = []
    for capture in serving.captures:
        if capture.final or _is_structure(trace, capture):
            continue
        leak = _whole_rows(trace, serving, capture)
        if leak is not None and leak not in found:
            found.append(leak)
    return tuple(found)


def _is_structure(trace: Trace, capture: Capture) -> bool:
    """Lists of columns and categories tell nothing of the test rows' values."""
    if any(word in capture.fit.code for word in STRUCTURE):
        return True
    steps = capture.steps | {capture.step.number}
    fitted = {fit.model.qualified.rpartition(".")[2] for fit in trace.fits if fit.step.number in steps}
    return bool(fitted) and fitted <= ENCODERS


def _whole_rows(trace: Trace, serving: ServeSlice, capture: Capture) -> Diagnostic | None:
    """A capture learned from a row set that is split later."""
    event_rows = serving.answer.event.rows
    learned = _learned_rows(trace, capture)
    if event_rows is None or not learned:
        return None
    predicted = trace.row_sets[event_rows]
    above = [n for n in serving.chain if n != event_rows]
    if event_rows in learned and (predicted.how == "part" or not above) and predicted.how != "source":
        return _diagnostic(trace, capture, "NB303", "is learned from the rows that are predicted")
    if not _evaluated_on_part(trace, serving):
        return None
    if learned & set(above):
        code = "NB302" if capture.estimator else "NB301"
        return _diagnostic(trace, capture, code, "is learned before the split, from train and test rows together")
    return None


def _evaluated_on_part(trace: Trace, serving: ServeSlice) -> bool:
    return any(trace.row_sets[number].how == "part" for number in serving.chain)


def _diagnostic(trace: Trace, capture: Capture, code: str, what: str) -> Diagnostic:
    step = _origin(trace, capture)
    return Diagnostic(
        code,
        "warning",
        f"leakage: {capture.name!r} {what}",
        trace.program.place(step.node),
        "the reported scores have seen the test rows",
        "move it below the split and fit it on the train part",
    )


def _origin(trace: Trace, capture: Capture) -> Step:
    """The statement that learned the value."""
    fitted = [fit.step for fit in trace.fits if fit.step.number in capture.steps]
    if fitted:
        return fitted[-1]
    named = not capture.fit.holes
    return trace.steps[max(capture.steps)] if named and capture.steps else capture.step


def _learned_rows(trace: Trace, capture: Capture) -> set[int]:
    """The row sets that a statistic was computed over, or an estimator fitted on."""
    steps = capture.steps | ({capture.step.number} if capture.after else set())
    fits = [fit for fit in trace.fits if fit.step.number in steps]
    if fits:
        return {fit.features.rows for fit in fits if fit.features is not None and fit.features.rows is not None}
    rows = {found for hole in capture.fit.holes for node in ast.walk(hole.node) for found in _reduced(hole.step, node)}
    if rows:
        return rows
    if any(_is_table(hole) for hole in capture.fit.holes):
        return {hole.step.values[hole.node].rows or 0 for hole in capture.fit.holes if _is_table(hole)}
    return _through_statistics(trace, capture)


def _is_table(hole: Hole) -> bool:
    """Whether a recipe learns from the rows of this operand."""
    value = hole.step.values.get(hole.node)
    return value is not None and value.relation == "rows" and value.kind in ("frame", "series", "array")


def _through_statistics(trace: Trace, capture: Capture) -> set[int]:
    """Follow a variable through other learned variables to the rows."""
    rows: set[int] = set()
    pending, seen = list(capture.steps), set[int]()
    while pending:
        number = pending.pop()
        if number in seen:
            continue
        seen.add(number)
        step = trace.steps[number]
        value = step.values.get(getattr(step.node, "value", None))  # type: ignore[arg-type]
        if value is None or value.relation == "data":
            rows |= {found for node in step.ops for found in _reduced(step, node)}
            pending.extend(step.all_deps())
    return rows


def _reduced(step: Step, node: ast.AST) -> set[int]:
    op = step.ops.get(node)
    if op is None or op.receiver is None or op.receiver.rows is None:
        return set()
    if op.relation in ("agg", "fit", "grp") and op.receiver.relation == "rows":
        if op.fact is not None and op.fact.name == "builtins.len":
            return set()
        return {op.receiver.rows}
    return set()
