"""What definitions read from outside, and what is their own."""

from __future__ import annotations

import ast
from functools import lru_cache

KNOWN = 1024
"""How many definitions are remembered with the names that they read and bind."""


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
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in child.names}
        elif isinstance(child, (ast.Global, ast.Nonlocal)):
            declared |= set(child.names)
    return frozenset(found - declared)
