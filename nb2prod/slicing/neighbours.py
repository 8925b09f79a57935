"""Loops over the rows that carry a value from one row to the next: no request row has a row before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from nb2prod.interpretation.trace import Step


def carried_values(loop: Step) -> Iterator[tuple[Step, ast.AST]]:
    """The names in a loop over rows whose value may be that of the round before, each with its statement."""
    if not walks_rows(loop):
        return
    inside = {child.number: child for child in loop.walk() if child is not loop}
    for child in inside.values():
        yield from ((child, node) for node in child.deps if _carried(child, node, inside))


def walks_rows(loop: Step) -> bool:
    """Whether a loop has one round for each row."""
    value = loop.values.get(loop.node.iter) if isinstance(loop.node, ast.For) else None
    by_row = value is not None and value.relation == "rows" and value.kind not in ("frame", "groupby", "dict")
    return by_row or (value is not None and "size" in value.taints)


def _carried(step: Step, node: ast.AST, inside: Mapping[int, Step]) -> bool:
    if not isinstance(node, ast.Name):
        return False
    name = step.emitted(node.id)
    numbers = step.deps.get(node, frozenset())
    if any(n in inside and n >= step.number and name in inside[n].binds for n in numbers):
        return True
    value = step.values.get(node)
    held = value is not None and value.kind in ("list", "dict", "set", "any")
    return held and any(n in inside for n in numbers) and _is_looked_up(step, node)


def _is_looked_up(step: Step, node: ast.Name) -> bool:
    """Whether an element of a variable is read, or looked for."""
    return any(
        (isinstance(child, ast.Subscript) and child.value is node and isinstance(child.ctx, ast.Load))
        or (isinstance(child, ast.Compare) and node in child.comparators)
        for child in ast.walk(step.node)
    )
