"""Where rows and values come from: ancestors of row sets, rows that overlap, the statements behind a value."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from nb2prod.diagnostics import Diagnostic
from nb2prod.interpretation.trace import Fit, Step, Trace
from nb2prod.interpretation.values import Value


def ancestors(trace: Trace, number: int | None) -> set[int]:
    """A row set and all that it was made from, over every parent."""
    found: set[int] = set()
    pending = [number]
    while pending:
        current = pending.pop()
        if current is None or current in found or current not in trace.row_sets:
            continue
        found.add(current)
        pending.extend(trace.row_sets[current].parents)
    return found


def parted_from(trace: Trace, part: int | None, whole: int | None) -> bool:
    """Whether a row set is one side of a split of another, or was made from such a side."""
    if whole is None or part is None or whole == part or whole not in ancestors(trace, part):
        return False
    between = ancestors(trace, part) - ancestors(trace, whole)
    return any(trace.row_sets[number].how == "part" for number in between)


def overlap(trace: Trace, one: int | None, other: int | None) -> bool:
    """Whether two row sets are known to share rows: the same, one within the other, or parts of different splits."""
    if one is None or other is None:
        return False
    if one == other:
        return True
    mine, theirs = ancestors(trace, one), ancestors(trace, other)
    if one in theirs or other in mine:
        return True
    common = mine & theirs
    for left in _below(trace, mine, common):
        for right in _below(trace, theirs, common):
            a, b = trace.row_sets[left], trace.row_sets[right]
            if a.how == b.how == "part" and a.step != b.step and {a.side, b.side} <= {"train", "test"}:
                return True
    return False


def _below(trace: Trace, family: set[int], common: set[int]) -> list[int]:
    """The members of a family right below the row sets that it shares with another."""
    return [number for number in family - common if set(trace.row_sets[number].parents) & common]


def behind(trace: Trace, numbers: Iterable[int]) -> set[int]:
    """The statements that a value was computed from, with the conditions and loops that decided on them."""
    found: set[int] = set()
    pending = list(numbers)
    while pending:
        number = pending.pop()
        if number in found:
            continue
        found.add(number)
        step = trace.steps[number]
        pending.extend(step.all_deps())
        for outer in step.ancestors():
            if isinstance(outer.node, (ast.If, ast.While)):
                pending.extend(outer.all_deps())
    return found


def operands(node: ast.Call) -> Iterator[ast.expr]:
    """What a call works on: its receiver and its arguments."""
    if isinstance(node.func, ast.Attribute):
        yield node.func.value
    yield from node.args
    for keyword in node.keywords:
        yield keyword.value


def target_node(fit: Fit) -> ast.expr | None:
    """The argument of a fitting call that is the label."""
    if fit.target is None:
        return None
    return next((node for node in operands(fit.node) if fit.step.values.get(node) is fit.target), None)


def value_at(step: Step, node: ast.AST) -> Value | None:
    """What is known of an expression in a step."""
    return step.values.get(node)


def leakage(trace: Trace, code: str, message: str, node: ast.AST, why: str = "", do: str = "") -> Diagnostic:
    """A finding of this family."""
    return Diagnostic(code, "warning", f"leakage: {message}", trace.program.place(node), why, do)
