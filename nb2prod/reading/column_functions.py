"""Functions that compute with a whole column, and are passed by name to ``apply`` or ``transform``.

Input: the cells in the order in which they run, as plain Python. Output: the same cells with as many lines, where
``df[cols].apply(cap)`` has a lambda in place of ``cap``, if that is no more than assignments and one returned
expression with a statistic of its argument in it. The statistics are then found, and kept for inference, like those
of a lambda.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from nb2prod.reading.magics import Neutralised, parse
from nb2prod.reading.own_modules import Edit, edited, span

LONGEST = 400
"""Characters of a lambda."""
PASSES = re.compile(r"\.(?:apply|transform)\(\s*\w+\s*[,)]")
"""What the calls look like; most notebooks have none, and need not be parsed for this."""
PASSED_TO = frozenset({"apply", "transform"})
STATISTICS = frozenset(
    {"quantile", "mean", "median", "std", "var", "min", "max", "sum", "mode", "skew", "value_counts"}
)
NUMPY = frozenset({"percentile", "quantile", "nanpercentile", "nanquantile", "mean", "median", "std", "min", "max"})
LATER = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr, ast.Await, ast.Yield)
"""What may read a variable later, or elsewhere, than where it stands."""


def with_column_functions(cells: Sequence[Neutralised]) -> list[Neutralised]:
    """Give such functions where they are passed; `cells` are in the order in which they run."""
    if not any(PASSES.search(cell.source) for cell in cells):
        return list(cells)
    trees = [parse(cell.source) for cell in cells]
    functions = _functions([tree for tree in trees if tree is not None])
    if not functions:
        return list(cells)
    return [
        replace(cell, source=edited(cell.source, list(_edits(tree, functions)))) if tree is not None else cell
        for cell, tree in zip(cells, trees, strict=True)
    ]


def _edits(tree: ast.Module, functions: Mapping[str, str]) -> Iterator[Edit]:
    for node in _outside_functions(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=method), args=[ast.Name(id=name) as given], keywords=keywords):
                if method in PASSED_TO and name in functions and all(_is_down(keyword) for keyword in keywords):
                    yield Edit(*span(given), functions[name])


def _outside_functions(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes but those in functions and classes, whose variables may hide those that the lambda reads."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))


def _is_down(keyword: ast.keyword) -> bool:
    """``axis=0``: the function is given columns, as without it."""
    return keyword.arg == "axis" and isinstance(keyword.value, ast.Constant) and keyword.value.value in (0, "index")


# ---------------------------------------------------------------------- the functions


def _functions(trees: Sequence[ast.Module]) -> dict[str, str]:
    """The lambdas that functions stand for, by name; of those that are defined once and bound by nothing else."""
    found: dict[str, str] = {}
    bound: dict[str, int] = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound[node.name] = bound.get(node.name, 0) + 1
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound[node.id] = bound.get(node.id, 0) + 1
    for statement in (statement for tree in trees for statement in tree.body):
        if isinstance(statement, ast.FunctionDef) and bound[statement.name] == 1:
            text = _as_lambda(statement)
            if text and len(text) <= LONGEST:
                found[statement.name] = text
    return found


def _as_lambda(function: ast.FunctionDef) -> str:
    """The lambda that a function stands for; nothing, if it does more, or computes no statistic of its argument."""
    parameters = function.args
    plain = [parameters.vararg, parameters.kwarg, *parameters.kwonlyargs, *parameters.posonlyargs, *parameters.defaults]
    if len(parameters.args) != 1 or any(part is not None for part in plain) or function.decorator_list:
        return ""
    if any(isinstance(node, LATER) for node in ast.walk(function)):
        return ""
    name = parameters.args[0].arg
    result = _returned(function.body, name)
    if result is None or not any(_is_statistic(node, name) for node in ast.walk(result)):
        return ""
    return f"lambda {name}: {ast.unparse(result)}"


def _returned(body: Sequence[ast.stmt], parameter: str) -> ast.expr | None:
    """What is returned, in terms of the parameter; None where there are other statements than assignments."""
    known: dict[str, ast.expr] = {}
    for at, statement in enumerate(body):
        match statement:
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.Return(value=ast.expr() as value) if at == len(body) - 1:
                return _with(known, value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                known[name] = _with(known, value)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(names) == len(values):
                if not all(isinstance(name, ast.Name) for name in names):
                    return None
                made = [_with(known, value) for value in values]
                known |= {name.id: value for name, value in zip(names, made, strict=True) if isinstance(name, ast.Name)}
            case _:
                return None
        if sum(len(ast.unparse(value)) for value in known.values()) > LONGEST * 10:
            return None
    return None


class _Known(ast.NodeTransformer):
    """Puts what they were assigned in place of variables."""

    def __init__(self, known: Mapping[str, ast.expr]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a variable that was assigned."""
        return self.known.get(node.id, node)


def _with(known: Mapping[str, ast.expr], node: ast.expr) -> ast.expr:
    """A copy of an expression in terms of what is known of its variables."""
    copy = ast.parse(ast.unparse(node), mode="eval")
    return ast.Expression(_Known(known).visit(copy.body)).body


def _is_statistic(node: ast.AST, parameter: str) -> bool:
    """``s.quantile(0.9)`` or ``np.percentile(s, 90)`` of the parameter ``s``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr in STATISTICS and _reads(node.func.value, parameter):
        return True
    return node.func.attr in NUMPY and bool(node.args) and _reads(node.args[0], parameter)


def _reads(node: ast.expr, name: str) -> bool:
    return any(isinstance(child, ast.Name) and child.id == name for child in ast.walk(node))
