"""Refuse classes that keep what they learn in the class, where saving an object leaves it behind.

``maps = {}`` in the body of a class is one dict for all of its objects. What ``fit`` puts there is not saved with the
object: the loaded one finds the dict empty, and answers as if nothing were learned. Input: the definition of a class.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.errors import Refusal
from nb2prod.interpretation.trace import Step, Trace

MUTABLE = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)
MAKERS = frozenset({"Counter", "OrderedDict", "defaultdict", "deque", "dict", "list", "set"})
CHANGING = frozenset(
    {"add", "append", "clear", "extend", "insert", "pop", "popitem", "remove", "setdefault", "sort", "update"}
)


def refuse_shared_attributes(trace: Trace, step: Step) -> None:
    """Raise Refusal if a method changes an attribute that belongs to the class."""
    assert isinstance(step.node, ast.ClassDef)
    shared = _mutable_attributes(step.node) - _own_attributes(step.node)
    for node, name, holder in _changes(step.node):
        if holder in (step.node.name, "cls") or (holder == "self" and name in shared):
            raise Refusal(
                f"{step.node.name}.{name} belongs to the class, and a method changes it",
                code="NB406",
                place=trace.program.place(node),
                why="an object is saved without its class: the loaded one would not know what was learned",
                do=f"make it the object's own: self.{name} = ... in __init__ or fit",
            )


def _mutable_attributes(node: ast.ClassDef) -> set[str]:
    found = set()
    for statement in node.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and _is_mutable(statement.value):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def _is_mutable(node: ast.expr | None) -> bool:
    """Whether an expression makes a collection; what ``dataclasses.field`` gives is each object's own."""
    made = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
    return isinstance(node, MUTABLE) or made in MAKERS


def _own_attributes(node: ast.ClassDef) -> set[str]:
    """The attributes that methods give to the object itself."""
    stores = [child for child in ast.walk(node) if isinstance(child, ast.Attribute)]
    return {child.attr for child in stores if isinstance(child.ctx, ast.Store) and _holder(child) == "self"}


def _changes(node: ast.ClassDef) -> Iterator[tuple[ast.AST, str, str]]:
    """What methods change: the place, the attribute, and the name of what has it."""
    for method in node.body:
        for child in ast.walk(method) if isinstance(method, ast.FunctionDef) else ():
            changed = _changed(child)
            while isinstance(changed, ast.Subscript):
                changed = changed.value
            if isinstance(changed, ast.Attribute) and (holder := _holder(changed)) is not None:
                yield child, changed.attr, holder


def _changed(node: ast.AST) -> ast.expr | None:
    """What a subscript's assignment or a changing call changes, or the attribute of a class that is set."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        return node.func.value
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _holder(node) not in (None, "self"):
        return node
    return None


def _holder(node: ast.Attribute) -> str | None:
    value = node.value
    if isinstance(value, ast.Name):
        return value.id
    typed = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "type"
    return "cls" if typed or (isinstance(value, ast.Attribute) and value.attr == "__class__") else None
