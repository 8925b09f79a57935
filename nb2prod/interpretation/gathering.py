"""Loops over the groups of a table that put some rows of each group together again: filters of the table.

    kept = pd.DataFrame()
    for town, homes in df.groupby("town"):
        kept = pd.concat([kept, homes[homes["price"] < homes["price"].mean()]], ignore_index=True)

Input: such a loop, after it was interpreted. Output: the table that it gathers is bound as rows of the grouped table in
another order; a request, which no filter applies to, is that table as it was. Loops that change the rows of a group
are left alone. Refuses nothing itself.
"""

from __future__ import annotations

import ast

from nb2prod.interpretation.machine import Binding, Machine
from nb2prod.interpretation.trace import Op, Step

MASKS = (ast.Compare, ast.BinOp, ast.UnaryOp, ast.BoolOp)
PLAIN = (ast.Assign, ast.Expr, ast.Pass)


def note_gathered(machine: Machine, step: Step, node: ast.For | ast.AsyncFor, before: Binding | None) -> None:
    """Bind what the loop gathers; ``before`` is the binding that the name had when it began."""
    found = gathered_name(node)
    table = _grouped(node)
    if found is None or table is None or before is None or node.orelse:
        return
    owner = step.values.get(table)
    empty = before.value.kind == "frame" and machine.content(before.value).relation == "const"
    if owner is None or owner.kind != "frame" or owner.relation != "rows" or owner.rows is None or not empty:
        return
    machine.current = step
    rows = machine.new_rows("order", (owner.rows,), by=node.iter)
    machine.bind(found, machine.fresh(machine.content(owner).but(rows=rows, items=None)))
    machine.gathered[step.number] = (machine.emitted(found), table)
    for child in step.walk():
        child.ops = {at: op for at, op in child.ops.items() if not _puts_together(op)}


def gathered_name(node: ast.For | ast.AsyncFor) -> str | None:
    """The variable that grows by rows of each group, if the loop does nothing else to the rows."""
    target = node.target
    if not isinstance(target, ast.Tuple) or len(target.elts) != 2 or not isinstance(target.elts[1], ast.Name):
        return None
    rows = {target.elts[1].id}
    grown: list[str] = []
    for statement in node.body:
        if not isinstance(statement, PLAIN) or _writes_inside(statement):
            return None
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name = statement.targets[0].id
        if _is_some_of(statement.value, rows):
            rows.add(name)
        elif _appends(statement.value, name, rows):
            grown.append(name)
        elif name in rows:
            return None
    return grown[0] if len(grown) == 1 else None


def _grouped(node: ast.For | ast.AsyncFor) -> ast.Name | None:
    match node.iter:
        case ast.Call(func=ast.Attribute(value=ast.Name() as table, attr="groupby")):
            return table
    return None


def _is_some_of(value: ast.expr, rows: set[str]) -> bool:
    """``group``, ``group[mask]``, ``group.loc[mask]``: some of its rows, with all of its columns."""
    if isinstance(value, ast.Name):
        return value.id in rows
    if not isinstance(value, ast.Subscript) or not isinstance(value.slice, MASKS):
        return False
    holder = value.value
    if isinstance(holder, ast.Attribute) and holder.attr == "loc":
        holder = holder.value
    return isinstance(holder, ast.Name) and holder.id in rows


def _appends(value: ast.expr, name: str, rows: set[str]) -> bool:
    """``pd.concat([kept, some])`` or ``kept.append(some)``."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or not value.args:
        return False
    if any(keyword.arg not in ("ignore_index", "sort") for keyword in value.keywords):
        return False
    first = value.args[0]
    if value.func.attr == "append":
        return isinstance(value.func.value, ast.Name) and value.func.value.id == name and _is_some_of(first, rows)
    parts = first.elts if isinstance(first, (ast.List, ast.Tuple)) and value.func.attr == "concat" else []
    mine = [part for part in parts if isinstance(part, ast.Name) and part.id == name]
    return len(parts) == 2 and len(mine) == 1 and all(part in mine or _is_some_of(part, rows) for part in parts)


def _writes_inside(statement: ast.stmt) -> bool:
    """Whether a statement stores into an object, or calls a method that may change one."""
    for child in ast.walk(statement):
        if isinstance(child, (ast.Subscript, ast.Attribute)) and not isinstance(child.ctx, ast.Load):
            return True
        if isinstance(child, ast.keyword) and child.arg == "inplace":
            return True
    return False


def _puts_together(op: Op) -> bool:
    return op.relation in ("concat", "aug")
