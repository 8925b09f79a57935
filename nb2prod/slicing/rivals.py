"""Rivals of the chosen model that nothing in the notebook puts behind it.

A model of the price and a model of its logarithm, both measured on the same rows: their answers differ in scale, and
neither is saved or submitted. A package for the wrong one would look right, so the user is asked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from nb2prod.interpretation.trace import Event, Step, Trace

SCALES = re.compile(r"\b(log|log1p|log2|log10|sqrt|cbrt|boxcox|boxcox1p|yeojohnson)\(")
BACK = re.compile(r"\b(exp|expm1|exp2|square|power|inv_boxcox|inv_boxcox1p|inverse_transform)\(|\*\*")
DEEPEST = 8


def rival_in_scale(trace: Trace, chosen: Event, node: ast.expr, others: Iterable[Event]) -> Event | None:
    """Another prediction of the same target on another scale; none if the chosen one is scaled back."""
    if BACK.search(ast.unparse(node)):
        return None
    target = _target(trace, chosen)
    for other in reversed(list(others)):
        if other.model.place in (chosen.model.place, None):
            continue
        theirs = _target(trace, other)
        scales = bool(SCALES.search(target)) != bool(SCALES.search(theirs))
        if scales and target and theirs and (target in theirs or theirs in target):
            return other
    return None


def _target(trace: Trace, event: Event) -> str:
    """What a model was fitted to predict, in terms of the table's columns."""
    fits = [fit for fit in trace.fits if fit.model.place == event.model.place and fit.step.number <= event.step.number]
    for fit in reversed(fits):
        given = [*fit.node.args[1:2], *(k.value for k in fit.node.keywords if k.arg == "y")]
        if given:
            return _text(trace, fit.step, given[0])
    return ""


def _text(trace: Trace, step: Step, node: ast.expr, depth: int = 0) -> str:
    """An expression whose series and arrays are written out as they were computed."""
    if isinstance(node, ast.Name) and depth < DEEPEST:
        value = step.values.get(node)
        defined = [trace.steps[number] for number in step.deps.get(node, frozenset())]
        if len(defined) == 1 and value is not None and value.kind != "frame":
            name = step.emitted(node.id)
            source = _source(defined[0], name)
            if source is not None:
                return _text(trace, defined[0], source, depth + 1)
        return node.id
    text = ast.unparse(node)
    for read in {n for n in ast.walk(node) if isinstance(n, ast.Name) and n is not node}:
        written = _text(trace, step, read, depth + 1)
        if written != read.id:
            text = re.sub(rf"\b{re.escape(read.id)}\b", written.replace("\\", r"\\"), text)
    return text


def _source(step: Step, name: str) -> ast.expr | None:
    """The expression behind a name that a statement defines; of a split, the array that was split."""
    if step.bind is not None:
        return step.bind[1]
    if not isinstance(step.node, ast.Assign) or len(step.node.targets) != 1:
        return None
    target, value = step.node.targets[0], step.node.value
    if isinstance(target, ast.Name):
        return value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Call) and len(value.args) * 2 == len(target.elts):
        places = [at for at, e in enumerate(target.elts) if isinstance(e, ast.Name) and e.id == name]
        return value.args[places[0] // 2] if places else None
    return None
