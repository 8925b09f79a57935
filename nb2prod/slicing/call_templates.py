"""Templates made from calls of the notebook: the same call with arguments left out or added."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Mapping

from nb2prod.interpretation.trace import Step
from nb2prod.slicing.slices import Hole, Template

POSITIONS = ("lineno", "col_offset", "end_lineno", "end_col_offset")


def call_template(
    step: Step,
    node: ast.Call,
    drop: Iterable[str] = (),
    add: Mapping[str, str] | None = None,
    fit: bool = False,
) -> Template:
    """The call itself, every operand a hole, without the keywords ``drop`` and with the keywords ``add``."""
    holes: list[Hole] = []

    def hole(expression: ast.expr) -> str:
        holes.append(Hole(step, expression, fit))
        return f"__{len(holes) - 1}__"

    if isinstance(node.func, ast.Attribute) and step.values.get(node.func.value) is not None:
        kind = step.values[node.func.value].kind
        function = (
            ast.unparse(node.func) if kind in ("module", "class") else f"{hole(node.func.value)}.{node.func.attr}"
        )
    else:
        function = ast.unparse(node.func)
    added = dict(add or {})
    parts = [hole(argument) for argument in node.args]
    left_out = {*drop, *added}
    parts += [f"{k.arg}={hole(k.value)}" for k in node.keywords if k.arg is not None and k.arg not in left_out]
    parts += [f"{name}={value}" for name, value in added.items()]
    return Template(f"{function}({', '.join(parts)})", tuple(holes))


def synthetic(node: ast.expr) -> ast.expr:
    """A copy of an expression that stands for itself, not for its place in the notebook."""
    fresh = copy.deepcopy(node)
    for child in ast.walk(fresh):
        for name in POSITIONS:
            child.__dict__.pop(name, None)
    return fresh


def argument(node: ast.Call, position: int, name: str) -> ast.expr | None:
    """An argument of a call by position or keyword."""
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    return node.args[position] if position < len(node.args) else None


def first_item(step: Step, node: ast.expr) -> ast.Subscript | None:
    """The ``[0]`` that is taken of a call at once, if it is."""
    for child in ast.walk(step.node):
        if isinstance(child, ast.Subscript) and child.value is node and isinstance(child.slice, ast.Constant):
            return child if child.slice.value == 0 and child.slice.value is not False else None
    return None
