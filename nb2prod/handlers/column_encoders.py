"""``df.apply(encode)`` where ``encode`` fits an encoder on the columns that pass a test, and leaves the others.

Breaks in production: each request would refit the encoders, and the types of a few rows decide which columns. The
fitted encoders are kept by column name, and with them which columns are encoded:

    def encode(column):                              df = df.apply(
        if column.dtype == "object":                     lambda column: state.column_encoders[column.name]
            column = LabelEncoder().fit_transform(column)  ->    .transform(column)
        return column                                        if column.name in state.column_encoders else column
    df = df.apply(encode)                            )
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nb2prod.interpretation.trace import Step
from nb2prod.slicing.recall import add_capture, reads_of, serve
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall

TYPES = frozenset({"object", "str", "bool", "int", "float"})
CASTS = frozenset({"str", "'str'"})


@dataclass(frozen=True)
class Encoding:
    """What a callback does to a column: fits ``encoder`` on it (cast to text or not) where ``test`` holds."""

    parameter: str
    test: ast.expr
    encoder: ast.expr
    cast: str


def encode_columns(walk: Recall, step: Step, node: ast.Call) -> bool:
    """Keep one fitted encoder for each column that is encoded; False if the callback does anything else."""
    found = _encoding(step, node.args[0]) if len(node.args) == 1 and not node.keywords else None
    if found is None or not isinstance(node.func, ast.Attribute):
        return False
    data = node.func.value
    column = ast.parse("__0__[column]", mode="eval").body
    test = ast.unparse(_replaced(found.test, found.parameter, column))
    made = ast.unparse(found.encoder)
    encoder = made if isinstance(found.encoder, ast.Call) else f"copy.deepcopy({made})"
    fit = Template(
        f"{{column: {encoder}.fit(__0__[column]{found.cast}) for column in __0__ if {test}}}",
        (Hole(step, data, fit=True),),
        needs=() if isinstance(found.encoder, ast.Call) else ("import copy",),
    )
    steps = reads_of(step, node)
    kept = add_capture(
        walk,
        step,
        node,
        ("columns", step.number, node),
        "column_encoders",
        fit,
        step.values[node],
        steps,
        replace=False,
    ).target()
    recalled = (
        f"__0__.apply(lambda column: {kept}[column.name].transform(column{found.cast})"
        f" if column.name in {kept} else column)"
    )
    walk.edits[step.number, node] = Edit(Template(recalled, (Hole(step, data),)), same=True)
    serve(walk, step, data)
    return True


def _encoding(step: Step, callback: ast.expr) -> Encoding | None:
    """Read a lambda, a function of the notebook, or a lambda that hands its column to one."""
    if isinstance(callback, ast.Lambda):
        parameter = callback.args.args[0].arg if len(callback.args.args) == 1 else ""
        if isinstance(callback.body, ast.IfExp):
            return _of_choice(parameter, callback.body.test, callback.body.body, callback.body.orelse, {})
        called = callback.body
        handed = isinstance(called, ast.Call) and not called.keywords and [ast.unparse(a) for a in called.args]
        if handed == [parameter] and isinstance(called, ast.Call):
            return _encoding(step, called.func) if not isinstance(called.func, ast.Lambda) else None
        return None
    value = step.values.get(callback)
    function = value.function.node if value is not None and value.function is not None else None
    return _of_function(function) if isinstance(function, ast.FunctionDef) else None


def _of_function(function: ast.FunctionDef) -> Encoding | None:
    if len(function.args.args) != 1 or function.args.defaults:
        return None
    parameter = function.args.args[0].arg
    body, made = list(function.body), dict[str, ast.expr]()
    while body and isinstance(body[0], (ast.Assign, ast.Expr)):
        first = body.pop(0)
        if isinstance(first, ast.Assign) and isinstance(first.targets[0], ast.Name):
            made[first.targets[0].id] = first.value
        elif not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
            return None
    if not body or not isinstance(body[0], ast.If) or parameter in made:
        return None
    branch, rest = body[0], body[1:]
    chosen, other = branch.body, branch.orelse or rest
    if branch.orelse and rest and [ast.unparse(s) for s in rest] != [f"return {parameter}"]:
        return None
    return _of_choice(parameter, branch.test, _given(chosen, parameter), _given(other, parameter), made)


def _given(body: list[ast.stmt], parameter: str) -> ast.expr | None:
    """What a branch makes of the column: ``return value`` or ``column = value``."""
    if len(body) != 1:
        return None
    match body[0]:
        case ast.Return(value=value):
            return value
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == parameter:
            return value
    return None


def _of_choice(
    parameter: str, test: ast.expr, chosen: ast.expr | None, other: ast.expr | None, made: dict[str, ast.expr]
) -> Encoding | None:
    if isinstance(chosen, ast.Name) and chosen.id == parameter:
        test, chosen, other = ast.UnaryOp(ast.Not(), test), other, chosen
    untouched = isinstance(other, ast.Name) and other.id == parameter
    names = {child.id for child in ast.walk(test) if isinstance(child, ast.Name)}
    if not untouched or not names <= TYPES | {parameter} or not isinstance(chosen, ast.Call):
        return None
    fitted = isinstance(chosen.func, ast.Attribute) and chosen.func.attr == "fit_transform"
    cast = _cast(chosen.args[0], parameter) if len(chosen.args) == 1 and not chosen.keywords else None
    if not fitted or cast is None or not isinstance(chosen.func, ast.Attribute):
        return None
    encoder = chosen.func.value
    encoder = made.get(encoder.id, encoder) if isinstance(encoder, ast.Name) else encoder
    plain = isinstance(encoder, ast.Name) or (isinstance(encoder, ast.Call) and not encoder.args)
    return Encoding(parameter, test, encoder, cast) if plain else None


def _cast(node: ast.expr, parameter: str) -> str | None:
    """How the column is cast before it is encoded: not at all, or to text."""
    if isinstance(node, ast.Name) and node.id == parameter:
        return ""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or ast.unparse(node.args[0]) not in CASTS:
        return None
    return ".astype(str)" if ast.unparse(node.func) == f"{parameter}.astype" else None


def _replaced(node: ast.expr, name: str, by: ast.expr) -> ast.expr:
    """An expression in which a name is replaced by another expression."""

    class Replace(ast.NodeTransformer):
        def visit_Name(self, found: ast.Name) -> ast.expr:
            return by if found.id == name else found

    changed = Replace().visit(copy.deepcopy(node))
    assert isinstance(changed, ast.expr)
    return changed
