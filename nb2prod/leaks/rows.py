"""Rows on both sides of a split: copies made before it, a model fitted on the test rows, parts that overlap."""

from __future__ import annotations

import ast

from nb2prod.diagnostics import Diagnostic
from nb2prod.interpretation.trace import Fit, Step, Trace
from nb2prod.interpretation.values import RowSet
from nb2prod.leaks.choices import is_measured
from nb2prod.leaks.lineage import ancestors, leakage, parted_from
from nb2prod.slicing.slices import ServeSlice

UNDER = ("UnderSampler", "Undersampl", "NearMiss", "TomekLinks", "EditedNearestNeighbours", "CondensedNearest")
"""Samplers that only leave rows out: no row can be in both parts."""


def resampled_before_split(trace: Trace, serving: ServeSlice) -> list[Diagnostic]:
    """Copies of rows that were made before the rows were split."""
    model = serving.answer.event.model.place
    predicted = [serving.answer.event.rows]
    predicted += [event.rows for event in trace.events if event.model.place == model and model is not None]
    for rows in dict.fromkeys(predicted):
        for number in sorted(ancestors(trace, rows)):
            if _copies(trace, trace.row_sets[number]) and parted_from(trace, rows, number):
                step = trace.steps[trace.row_sets[number].step]
                message = "rows are copied before the split, so that one row can be in both parts"
                return [leakage(trace, "NB306", message, step.node)]
    return []


def _copies(trace: Trace, rows: RowSet) -> bool:
    """Whether a row set can hold one row twice."""
    step = trace.steps[rows.step]
    if rows.how == "more":
        return not any(word in _calls(trace, step) for word in UNDER)
    if rows.how == "concat":
        families = [ancestors(trace, parent) for parent in rows.parents]
        within = [a for a in rows.parents for f in families if a in f]
        return len(within) > len(rows.parents) or len(set(rows.parents)) < len(rows.parents)
    return _is_draw(rows.by) and isinstance(rows.by, ast.Call) and any(_replaces(k) for k in rows.by.keywords)


def _replaces(keyword: ast.keyword) -> bool:
    """``replace=True``."""
    return keyword.arg == "replace" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True


def _calls(trace: Trace, step: Step) -> str:
    """The text of a step and of what it reads: the class of the sampler is in one of them."""
    named = [trace.steps[number] for number in step.all_deps()]
    receivers = [value.qualified for value in step.values.values() if value.kind == "estimator"]
    return " ".join([ast.unparse(step.node), *receivers, *(ast.unparse(s.node) for s in named if not s.children)])


def fitted_on_test(trace: Trace, serving: ServeSlice) -> list[Diagnostic]:
    """A model that is scored on rows that it was fitted on, although there was a split."""
    event = serving.answer.event
    if event.model.place is None or not is_measured(trace, serving):
        return []
    fits = [f for f in trace.fits if f.model.place == event.model.place and f.step.number <= event.step.number]
    if not fits or fits[-1].features is None:
        return []
    last = fits[-1]
    if parted_from(trace, event.rows, _rows(last)):
        message = "the model is fitted on rows that hold the test rows"
        return [leakage(trace, "NB307", message, last.node)]
    return _parts_overlap(trace, serving, last)


def _rows(fit: Fit) -> int | None:
    return fit.features.rows if fit.features is not None else None


def _parts_overlap(trace: Trace, serving: ServeSlice, fit: Fit) -> list[Diagnostic]:
    """Two samples or slices of one table that were taken independently of each other."""
    predicted = serving.answer.event.rows
    mine, theirs = ancestors(trace, _rows(fit)), ancestors(trace, predicted)
    for left in sorted(mine - theirs):
        for right in sorted(theirs - mine):
            a, b = trace.row_sets[left], trace.row_sets[right]
            if a.parents == b.parents and _taken_twice(a, b):
                message = "the train and the test part can hold the same rows"
                return [leakage(trace, "NB309", message, trace.steps[b.step].node)]
    return []


def _taken_twice(one: RowSet, other: RowSet) -> bool:
    """Two draws, or two slices whose literal bounds overlap."""
    if _is_draw(one.by) and _is_draw(other.by):
        return True
    a, b = _interval(one.by), _interval(other.by)
    return a is not None and b is not None and max(a[0], b[0]) < min(a[1], b[1])


def _is_draw(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sample"


def _interval(node: ast.AST | None) -> tuple[float, float] | None:
    """The positions of ``[a:b]`` with literal bounds."""
    if not isinstance(node, ast.Slice) or node.step is not None:
        return None
    lower, upper = _bound(node.lower, 0), _bound(node.upper, float("inf"))
    return None if lower is None or upper is None else (lower, upper)


def _bound(node: ast.expr | None, default: float) -> float | None:
    if node is None:
        return default
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else None
