"""Statistics and fits that used the rows on which the notebook evaluates: before the split, or on the test rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.diagnostics import Diagnostic
from nb2prod.interpretation.trace import Fit, Step, Trace
from nb2prod.leaks.choices import Scores, scored
from nb2prod.leaks.lineage import ancestors, behind, leakage, target_node
from nb2prod.leaks.target import _columns_behind, columns_like_target, reads_target, target_columns
from nb2prod.slicing.fitting import FitSlice
from nb2prod.slicing.slices import Capture, Hole, ServeSlice

ENCODERS = frozenset({"LabelEncoder", "LabelBinarizer", "OrdinalEncoder", "OneHotEncoder"})
STRUCTURE = ("learn_categories", ".columns", "categories")
LISTS = frozenset({"unique", "columns", "categories", "nunique", "dtypes", "keys", "drop_duplicates", "shape"})
"""Calls and attributes that tell which values and columns there are, and nothing of their distribution."""

LEARNS = frozenset({"agg", "fit", "grp", "group"})
WHY = "the reported scores have seen the test rows"
DO = "move it below the split and fit it on the train part"
DO_TARGET = "compute it below the split from the train rows, best of all out of fold"
OWN = "is learned from the predicted table itself; the package recalls that value"
WHY_OWN = "the test rows are prepared otherwise than the train rows, and one row alone has no statistics"
DO_OWN = "use the value of the train rows for both tables"


def early_statistics(trace: Trace, serving: ServeSlice, fitting: FitSlice) -> list[Diagnostic]:
    """What was learned from rows that should not have been seen."""
    labels = columns_like_target(trace, target_columns(trace, serving))
    scores = scored(trace, labels)
    found: list[Diagnostic] = []
    for capture in serving.captures:
        leak = None if capture.final else _whole_rows(trace, serving, capture, labels)
        if leak is None or (_is_structure(trace, capture) and not (capture.estimator and leak.code == "NB303")):
            continue
        if leak not in found and not _is_choice(trace, capture, scores):
            found.append(leak)
    return found


def _is_structure(trace: Trace, capture: Capture) -> bool:
    """Lists of columns and categories tell nothing of the test rows' values."""
    if any(word in capture.fit.code for word in STRUCTURE):
        return True
    steps = capture.steps | {capture.step.number}
    fitted = {fit.model.qualified.rpartition(".")[2] for fit in trace.fits if fit.step.number in steps}
    if fitted:
        return fitted <= ENCODERS
    if any(_asks_type(hole.node) for hole in capture.fit.holes):
        return True
    reduced = list(_statistics(trace, capture))
    return bool(reduced) and all(_lists(node) for _, node in reduced)


def _asks_type(node: ast.AST) -> bool:
    """``column.dtype == object``."""
    compared = node.left if isinstance(node, ast.Compare) else node
    return isinstance(compared, ast.Attribute) and compared.attr == "dtype"


def _lists(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    return isinstance(called, ast.Attribute) and called.attr in LISTS


def _whole_rows(trace: Trace, serving: ServeSlice, capture: Capture, labels: frozenset[object]) -> Diagnostic | None:
    """A capture learned from a row set that is split later."""
    event_rows = serving.answer.event.rows
    learned = _learned_rows(trace, capture)
    if event_rows is None or not learned:
        return None
    predicted = trace.row_sets[event_rows]
    above = [n for n in serving.chain if n != event_rows]
    if event_rows in learned and (predicted.how == "part" or not above) and predicted.how != "source":
        return _diagnostic(trace, capture, "NB303", "is learned from the rows that are predicted")
    if event_rows in learned and predicted.how == "source" and not _trains_on(trace, serving, event_rows):
        place = trace.program.place(_origin(trace, capture).node)
        return Diagnostic("NB303", "warning", f"skew: {capture.name!r} {OWN}", place, WHY_OWN, DO_OWN)
    if not any(trace.row_sets[number].how == "part" for number in serving.chain):
        return None
    if not learned & set(above):
        return None
    if _of_target(trace, capture, labels):
        return _diagnostic(trace, capture, "NB304", "holds the target of the test rows: it is learned before the split")
    code = "NB302" if capture.estimator else "NB301"
    return _diagnostic(trace, capture, code, "is learned before the split, from train and test rows together")


def _is_choice(trace: Trace, capture: Capture, scores: Scores) -> bool:
    """Whether a value was found by scoring predictions; choices.py reports these."""
    return bool(scores) and not scores.keys().isdisjoint(behind(trace, capture.steps))


def _trains_on(trace: Trace, serving: ServeSlice, number: int) -> bool:
    """Whether the final model is fitted on rows that come from a row set, or on rows that are not known."""
    place = serving.answer.event.model.place
    fits = [fit for fit in trace.fits if fit.model.place == place and fit.features is not None]
    return not fits or any(number in ancestors(trace, fit.features.rows) for fit in fits if fit.features is not None)


def _of_target(trace: Trace, capture: Capture, labels: frozenset[object]) -> bool:
    """Whether a statistic or a transformer was computed from the label."""
    for fit in _fits(trace, capture):
        node = target_node(fit)
        if node is not None and labels & set(_columns_behind(trace, fit.step, node, 40)):
            return True
    return any(reads_target(step, node, labels) for step, node in _statistics(trace, capture))


def _diagnostic(trace: Trace, capture: Capture, code: str, what: str) -> Diagnostic:
    do = DO_TARGET if code == "NB304" else DO
    return leakage(trace, code, f"{capture.name!r} {what}", _origin(trace, capture).node, WHY, do)


def _origin(trace: Trace, capture: Capture) -> Step:
    """The statement that learned the value."""
    fitted = [fit.step for fit in trace.fits if fit.step.number in capture.steps]
    if fitted:
        return fitted[-1]
    named = not capture.fit.holes
    return trace.steps[max(capture.steps)] if named and capture.steps else capture.step


def _fits(trace: Trace, capture: Capture) -> list[Fit]:
    steps = capture.steps | ({capture.step.number} if capture.after else set())
    inside = {node for hole in capture.fit.holes for node in ast.walk(hole.node)}
    return [fit for fit in trace.fits if fit.step.number in steps or fit.node in inside]


def _learned_rows(trace: Trace, capture: Capture) -> set[int]:
    """The row sets that a statistic was computed over, or an estimator fitted on."""
    fits = _fits(trace, capture)
    if fits:
        tables = {rows for hole in capture.fit.holes if _is_table(hole) for rows in _rows_of(hole.step, hole.node)}
        return tables | {
            fit.features.rows for fit in fits if fit.features is not None and fit.features.rows is not None
        }
    return {rows for step, node in _statistics(trace, capture) for rows in _rows_of(step, node)}


def _statistics(trace: Trace, capture: Capture) -> Iterator[tuple[Step, ast.AST]]:
    """The expressions that reduce rows to what is stored."""
    inside = [
        (hole.step, node) for hole in capture.fit.holes for node in ast.walk(hole.node) if _reduces(hole.step, node)
    ]
    if inside:
        yield from inside
        return
    tables = [(hole.step, hole.node) for hole in capture.fit.holes if _is_table(hole)]
    if tables:
        yield from tables
        return
    yield from _through_variables(trace, capture)


def _through_variables(trace: Trace, capture: Capture) -> Iterator[tuple[Step, ast.AST]]:
    """Follow a variable through other learned variables to the rows."""
    pending, seen = list(capture.steps), set[int]()
    while pending:
        number = pending.pop()
        if number in seen:
            continue
        seen.add(number)
        step = trace.steps[number]
        value = step.values.get(getattr(step.node, "value", None))  # type: ignore[arg-type]
        if value is None or value.relation == "data":
            yield from ((step, node) for node in step.ops if _reduces(step, node))
            pending.extend(step.all_deps())


def _is_table(hole: Hole) -> bool:
    """Whether a recipe learns from the rows of this operand."""
    value = hole.step.values.get(hole.node)
    return value is not None and value.relation == "rows" and value.kind in ("frame", "series", "array", "groupby")


def _reduces(step: Step, node: ast.AST) -> bool:
    op = step.ops.get(node)
    if op is None or op.receiver is None or op.receiver.rows is None:
        return False
    if op.relation not in LEARNS or op.receiver.relation != "rows":
        return False
    return op.fact is None or op.fact.name != "builtins.len"


def _rows_of(step: Step, node: ast.AST) -> set[int]:
    op, value = step.ops.get(node), step.values.get(node)
    if op is not None and op.receiver is not None and op.receiver.rows is not None and _reduces(step, node):
        return {op.receiver.rows}
    return {value.rows} if value is not None and value.rows is not None else set()
