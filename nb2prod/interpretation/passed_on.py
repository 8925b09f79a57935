"""Note the changes of whoever was given a list or table, or one of its methods: callbacks, classes, objects.

Input: a call or attribute that is being interpreted. Output: a note on its step as in hidden.py, and the object that
may change from there on marked as changed by it. Refuses nothing itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from nb2prod.interpretation import hidden
from nb2prod.interpretation.machine import Machine
from nb2prod.interpretation.values import Value

if TYPE_CHECKING:
    from nb2prod.interpretation.calls import Arguments

GROWING = frozenset({"list", "dict", "set"})
"""Kinds of the objects that those methods change."""


def taken_method(machine: Machine, node: ast.Attribute, owner: Value) -> None:
    """``add = cols.append``, ``map(cols.append, names)``: whoever has the method changes the object."""
    if owner.kind in GROWING and node.attr in hidden.CHANGES | hidden.DUNDERS:
        hidden.note(
            machine, node, f"{ast.unparse(node)[:70]} is passed on, and changes {ast.unparse(node.value)[:30]!r} later",
            "when it is called cannot be followed", f"call {ast.unparse(node)[:70]}(...) itself",
        )  # fmt: skip
        machine.mutate(owner)


def called_through_class(machine: Machine, node: ast.Call, qualified: str, given: Arguments) -> None:
    """``list.append(cols, x)``, ``partial(list.append, cols)``: a method that is reached through its class."""
    reached = [qualified, *(value.qualified for value in given.all())]
    for name in reached:
        owner, _, method = name.rpartition(".")
        if owner.removeprefix("builtins.") in GROWING and owner != method and method in hidden.CHANGES | hidden.DUNDERS:
            for value in given.all():
                if value.kind in GROWING:
                    _changed_through_class(machine, node, value)


def _changed_through_class(machine: Machine, node: ast.Call, changed: Value) -> None:
    hidden.note(
        machine, node, f"{ast.unparse(node)[:70]}: a method that changes its object is called through its class",
        "what it changes is not followed", "call the method of the object: x.append(y)",
    )  # fmt: skip
    machine.mutate(changed)


def keeps_arguments(machine: Machine, node: ast.Call, definition: ast.AST | None, given: Arguments) -> None:
    """``Registry(cols)``: an object that keeps a list or table of the notebook, and has methods that change it."""
    kept = [value for value in given.all() if value.kind in GROWING | {"frame", "series", "array"}]
    if kept and definition is not None and _changes_what_it_keeps(definition):
        hidden.note(
            machine, node, f"{ast.unparse(node)[:70]} keeps what it is given, and its methods change it",
            "what an object does to the variables of others is not followed",
            "let the object keep a copy, or change the variable in a function of its own",
        )  # fmt: skip
        for value in kept:
            machine.mutate(value)


@lru_cache(1024)
def _changes_what_it_keeps(node: ast.AST) -> bool:
    """Whether a class stores a parameter as it is in ``self``, and changes such an attribute somewhere."""
    given = {child.arg for child in ast.walk(node) if isinstance(child, ast.arg)}
    kept = {
        target.attr
        for child in ast.walk(node)
        if isinstance(child, ast.Assign) and isinstance(child.value, ast.Name) and child.value.id in given
        for target in child.targets
        if isinstance(target, ast.Attribute)
    }
    return any(place.attr in kept for child in ast.walk(node) for place in _changed_attributes(child))


def _changed_attributes(node: ast.AST) -> Iterator[ast.Attribute]:
    """The attributes whose objects a piece of code changes: ``self.d['a'] = 1``, ``self.d.pop('a')``."""
    places: list[ast.expr] = []
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        places = [node.value]
    elif isinstance(node, ast.AugAssign):
        places = [node.target]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        in_place = any(keyword.arg == "inplace" for keyword in node.keywords)
        places = [node.func.value] if in_place or node.func.attr in hidden.CHANGES else []
    for place in places:
        yield from (child for child in ast.walk(place) if isinstance(child, ast.Attribute))
