"""Interpret subscripts of row values: columns, row filters, parts of a split, single elements."""

from __future__ import annotations

import ast

from nb2prod.interpretation.machine import Machine
from nb2prod.interpretation.trace import Op
from nb2prod.interpretation.values import MISSING, Value, events_in


def select(machine: Machine, node: ast.Subscript, owner: Value, index: Value) -> Value:  # noqa: C901 - the cases
    """Interpret ``owner[index]`` for an owner that is aligned with rows."""
    if _reaches_neighbours(machine, node.slice):
        machine.note(node, Op("win", owner), heavy=True)
        return Value(kind="any", relation="rows", rows=_base(owner).rows, taints=owner.taints)
    if owner.kind.startswith("indexer."):
        return _by_indexer(machine, node, owner, index)
    if owner.kind in ("groupby",):
        return owner.but(items=None)
    if owner.kind.startswith("series."):
        machine.note(node, Op("map", owner))
        return machine.fresh(owner.but(kind="series", owner=None))
    if owner.kind in ("row", "scalar", "str"):
        return owner.but(kind="scalar", literal=MISSING, items=None, place=None)
    if isinstance(node.slice, ast.Tuple) and owner.kind in ("array", "any", "sparse") and node.slice.elts:
        return _by_parts(machine, node, owner, node.slice.elts)
    if _names_columns(index):
        return _columns(machine, node, owner, index)
    if index.kind == "slice":
        return _slice(machine, node, owner, node.slice)
    if index.relation == "rows":
        return _by_rows(machine, node, owner, index)
    if owner.kind in ("frame", "any"):
        return _columns(machine, node, owner, index)
    if owner.kind in ("array", "sparse") and (isinstance(index.literal, str) or index.kind == "str"):
        return _columns(machine, node, owner.but(kind="frame"), index)  # no array has names: it was a table
    if isinstance(index.literal, (int, float, str)) or index.kind in ("scalar", "str"):
        machine.note(node, Op("agg", owner), heavy=True)
        return Value(kind="any", relation="data", taints=owner.taints, events=owner.events)
    return filtered(machine, node, owner, "rows")


def _reaches_neighbours(machine: Machine, index: ast.expr) -> bool:
    """Whether an index counts on from a row's own: ``v[i - 1]``, ``df.loc[i + 1, 'a']``, ``v[i - 7:i]``."""
    if not machine.loops:
        return False
    for child in ast.walk(index):
        if isinstance(child, ast.BinOp) and isinstance(child.op, (ast.Add, ast.Sub)):
            for side in (child.left, child.right):
                value = machine.step.values.get(side)
                if (
                    isinstance(side, ast.Name)
                    and value is not None
                    and value.relation == "rows"
                    and value.kind == "scalar"
                ):
                    return True
    return False


def _side_of_concat(machine: Machine, owner: Value, index: Value | None) -> str:
    """Which table of ``pd.concat([a, b], keys=['x', 'y'])`` the label of ``.loc['y']`` picks."""
    rows = machine.row_sets.get(owner.rows or -1)
    while rows is not None and rows.how in ("filter", "order") and rows.parents:
        rows = machine.row_sets.get(rows.parents[0])
    if index is None or rows is None or rows.how != "concat" or not isinstance(rows.by, ast.Call):
        return ""
    keys = next((k.value for k in rows.by.keywords if k.arg == "keys"), None)
    names = [e.value for e in getattr(keys, "elts", []) if isinstance(e, ast.Constant)]
    tables = rows.by.args[0] if rows.by.args else None
    if isinstance(tables, ast.Dict):
        names = [key.value for key in tables.keys if isinstance(key, ast.Constant)]
    if len(names) != len(rows.parents) or index.literal not in names:
        return ""
    return "head" if index.literal == names[0] else "tail"


def _names_columns(index: Value) -> bool:
    """Whether an index is a list of names: columns, whatever the table is."""
    names = index.literal
    return isinstance(names, list) and bool(names) and all(isinstance(name, str) for name in names)


def filtered(machine: Machine, node: ast.expr, owner: Value, relation: str, how: str = "filter") -> Value:
    """The rows of the owner that a filter leaves."""
    machine.note(node, Op(relation, owner), heavy=True)
    rows = machine.new_rows(how, (owner.rows,) if owner.rows else (), by=_row_index(node))
    return machine.fresh(_base(owner).but(rows=rows, items=None))


def _row_index(node: ast.expr) -> ast.expr | None:
    """The part of a subscript that picks rows."""
    if not isinstance(node, ast.Subscript):
        return None
    return node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice


def _base(owner: Value) -> Value:
    if owner.kind.startswith("indexer.") and owner.owner is not None:
        return owner.owner
    return owner


def _by_rows(machine: Machine, node: ast.Subscript, owner: Value, index: Value) -> Value:
    """A mask, or the row numbers of a split."""
    if index.kind == "index" and index.rows is not None and machine.row_sets[index.rows].how == "part":
        machine.note(node, Op("split", owner), heavy=True)
        return machine.fresh(_base(owner).but(rows=index.rows, items=None))
    if "shifted" in index.taints and index.kind in ("scalar", "row"):
        return _of_neighbours(machine, node, owner)
    if index.kind in ("scalar", "row") and owner.kind != "frame":
        by_label = owner.kind == "series" and "position" in index.taints
        machine.note(node, Op("at" if by_label else "map", owner))
        return owner.but(kind="scalar", place=None, items=None)
    return filtered(machine, node, owner, "rowf")


def _of_neighbours(machine: Machine, node: ast.expr, owner: Value) -> Value:
    """In a loop over rows: ``x[i + 1]``, ``x[i : i + 3]``."""
    machine.note(node, Op("win", owner), heavy=True)
    return _base(owner).but(kind="scalar", items=None, place=None, literal=MISSING)


def _slice(machine: Machine, node: ast.expr, owner: Value, part: ast.expr) -> Value:
    assert isinstance(part, ast.Slice)
    bounds = [machine.step.values.get(bound) for bound in (part.lower, part.upper) if bound is not None]
    if any(bound is not None and bound.relation == "rows" for bound in bounds):
        return _of_neighbours(machine, node, owner)
    side = slice_side(part)
    if side == "":
        step = part.step
        if step is None or (isinstance(step, ast.Constant) and step.value == 1):
            machine.note(node, Op("map", owner))
            return machine.fresh(_base(owner).but(items=None))
        return filtered(machine, node, owner, "ord", "order")
    machine.note(node, Op("split", owner, detail=side), heavy=True)
    rows = machine.new_rows("part", (owner.rows,) if owner.rows else (), side, _row_index(node))
    return machine.fresh(_base(owner).but(rows=rows, items=None))


def slice_side(part: ast.Slice) -> str:
    """Which end of the rows a slice takes: ``head``, ``tail``, ``middle``, or nothing for all of them."""
    if part.lower is None and part.upper is None:
        return ""
    if part.lower is None or (isinstance(part.lower, ast.Constant) and part.lower.value == 0):
        return "head"
    return "tail" if part.upper is None else "middle"


def _columns(machine: Machine, node: ast.Subscript, owner: Value, index: Value) -> Value:
    many = index.kind in ("list", "index", "tuple", "array", "series", "set", "any")
    if index.kind == "any" and isinstance(node.slice, ast.Name) and node.slice.id in machine.local:
        many = False
    one_of_loop = isinstance(node.slice, ast.Name) and any(
        node.slice.id in _loop_names(loop.step.node) for loop in machine.loops
    )
    kind = "series" if (not many or one_of_loop) and owner.kind == "frame" else ("frame" if many else "any")
    machine.note(node, Op("col", owner))
    base = _base(owner)
    events = events_in(base, index.literal)
    answer = owner.answer if kind == "frame" and events else None
    value = machine.fresh(base.but(kind=kind, items=None, answer=answer, events=events))
    if kind == "series" and value.place is not None:
        machine.share(value, [base])
        if isinstance(index.literal, str):
            machine.columns[value.place] = index.literal
    return value


def _loop_names(node: ast.stmt) -> set[str]:
    if not isinstance(node, ast.For):
        return set()
    return {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}


def _by_indexer(machine: Machine, node: ast.Subscript, owner: Value, index: Value) -> Value:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return _by_parts(machine, node, owner, list(parts))


def _by_parts(machine: Machine, node: ast.Subscript, owner: Value, parts: list[ast.expr]) -> Value:
    """``[rows, columns]``: decide by the row part, then narrow by the column part."""
    rows = _row_part(machine, node, owner, parts[0])
    if len(parts) < 2 or rows.relation != "rows":
        return rows
    kind = rows.kind
    column = parts[1]
    value = machine.step.values.get(column)
    if value is not None and value.kind in ("str", "scalar") and not isinstance(column, ast.Slice):
        kind = "series" if rows.kind == "frame" else ("array" if rows.kind == "array" else rows.kind)
    value = machine.fresh(rows.but(kind=kind, items=None, answer=rows.answer if kind == rows.kind else None))
    return machine.share(value, [owner]) if owner.kind == "array" and _is_whole(parts[0]) else value


def _is_whole(part: ast.expr) -> bool:
    """Whether ``a[:, 0]`` takes all rows: then it is a view."""
    return isinstance(part, ast.Slice) and part.lower is None and part.upper is None


def _row_part(machine: Machine, node: ast.Subscript, owner: Value, part: ast.expr) -> Value:
    value = machine.step.values.get(part)
    side = _side_of_concat(machine, owner, value)
    if side:
        machine.note(node, Op("split", owner, detail=side), heavy=True)
        rows = machine.new_rows("part", (owner.rows,) if owner.rows else (), side, part)
        return machine.fresh(_base(owner).but(rows=rows, items=None))
    if isinstance(part, ast.Slice):
        return _slice(machine, node, owner, part)
    if value is None or value.relation == "rows":
        if value is not None and "shifted" in value.taints:
            return _of_neighbours(machine, node, owner)
        if value is not None and value.kind in ("scalar",) and owner.kind.startswith("indexer."):
            machine.note(node, Op("map", owner))
            return owner.but(kind="scalar" if isinstance(node.slice, ast.Tuple) else "row", place=None, items=None)
        return _by_rows(machine, node, owner, value if value is not None else owner)
    if isinstance(value.literal, int) or value.kind in ("scalar", "str"):
        if isinstance(part, ast.Constant) and part.value is None:
            machine.note(node, Op("map", owner))
            return machine.fresh(_base(owner).but(items=None))
        machine.note(node, Op("agg", owner), heavy=True)
        return Value(kind="any", relation="data", taints=owner.taints)
    if value.kind in ("any", "none") and isinstance(part, (ast.Constant, ast.Attribute)):
        machine.note(node, Op("map", owner))
        return machine.fresh(_base(owner).but(items=None))
    return filtered(machine, node, owner, "rows")
