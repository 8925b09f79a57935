"""What definitions read from outside, and what is their own."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

KNOWN = 1024
"""How many definitions are remembered with the names that they read and bind."""
SCOPED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@lru_cache(KNOWN)
def free_names(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef) -> tuple[str, ...]:
    """The names that a definition reads and does not bind itself."""
    bound = {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
    loaded: dict[str, None] = {}
    for child in ast.walk(node):
        if isinstance(child, ast.Name):
            if isinstance(child.ctx, ast.Load):
                loaded.setdefault(child.id)
            else:
                bound.add(child.id)
        elif isinstance(child, (ast.FunctionDef, ast.ClassDef)) and child is not node:
            bound.add(child.name)
    return tuple(name for name in loaded if name not in bound)


@lru_cache(KNOWN)
def locals_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The names that are local to a function."""
    found = {a.arg for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
    found |= {a.arg for a in (node.args.vararg, node.args.kwarg) if a is not None}
    declared: set[str] = set()
    for child in ast.walk(node):
        if isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load):
            found.add(child.id)
        elif isinstance(child, (ast.FunctionDef, ast.ClassDef)) and child is not node:
            found.add(child.name)
        elif isinstance(child, (ast.Import, ast.ImportFrom)):
            found |= {imported_name(alias) for alias in child.names}
        elif isinstance(child, (ast.Global, ast.Nonlocal)):
            declared |= set(child.names)
    return frozenset(found - declared)


@lru_cache(KNOWN)
def aliases_in(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    """The variables of a function that are another one under a second name, all the time: name -> the other one.

    ``frame = data`` makes one where the function binds ``frame`` nowhere else, and ``data`` is a parameter that stays.
    """
    below = list(ast.walk(node))
    bound = Counter(child.id for child in below if isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load))
    parameters = {a.arg for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
    inner = [child.args for child in below if isinstance(child, SCOPED) and child is not node]
    own = {a.arg for args in inner for a in ast.walk(args) if isinstance(a, ast.arg)}
    found: dict[str, str] = {}
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)):
                other = found.get(other, other)
                once = bound[name] == 1 and name not in parameters | own
                if once and other in parameters - own and not bound[other]:
                    found[name] = other
    return found


def imported_name(alias: ast.alias) -> str:
    """The name that an import binds."""
    return (alias.asname or alias.name).partition(".")[0]


def children_in_scopes(node: ast.AST) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """The nodes right below one, each with the names that are bound for it and not for the node."""
    bound, outside = _bound_by(node), _outside_of(node)
    for child in ast.iter_child_nodes(node):
        parts = ast.iter_child_nodes(child) if isinstance(child, ast.arguments) else [child]
        for part in parts:
            yield part, frozenset() if part in outside else bound


def _outside_of(node: ast.AST) -> list[ast.AST]:
    """The parts of a function that do not see its variables: defaults and decorators."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return []
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None), *decorators]


def _bound_by(node: ast.AST) -> frozenset[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return locals_of(node)
    if isinstance(node, ast.Lambda):
        return frozenset(argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg))
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return frozenset(name.id for g in node.generators for name in ast.walk(g.target) if isinstance(name, ast.Name))
    return frozenset()
