"""Give the lambdas inside of estimators a name at the top of their module: a nameless function cannot be saved.

Input: the marked text of a generated module. Output: the same text in which ``FunctionTransformer(lambda d: ...)``
names a function above. A lambda that reads variables of the function around it stays where it is.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

from nb2prod.generation.origins import is_mark

HOLDERS = frozenset({"defaultdict", "partial"})
"""What keeps a function besides classes."""


@dataclass(frozen=True)
class Found:
    """A lambda that can be named: where it is, the name that fits, the function it is in."""

    node: ast.Lambda
    wanted: str
    outer: ast.FunctionDef


def name_lambdas(text: str) -> str:
    """Move lambdas that an estimator keeps to functions of the module."""
    if "lambda" not in text:
        return text
    tree = ast.parse(text)
    outer = {name for node in tree.body for name in _bound(node)} | set(dir(builtins))
    taken = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | outer
    lines = text.splitlines(keepends=True)
    named = [(found, _unique(found.wanted, taken)) for found in _kept_lambdas(tree, outer)]
    functions = [(found.outer.lineno - 1, _function(text, lines, found.node, name)) for found, name in named]
    for found, name in sorted(named, key=lambda pair: (pair[0].node.lineno, pair[0].node.col_offset), reverse=True):
        _replace(lines, found.node, name)
    for at, function in sorted(functions, key=lambda pair: pair[0], reverse=True):
        lines[at:at] = [function]
    return "".join(lines)


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    return []


def _kept_lambdas(tree: ast.Module, known: set[str]) -> Iterator[Found]:
    for outer in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(outer) if isinstance(node, ast.Call)):
            called = ast.unparse(call.func).rpartition(".")[2]
            if not called[:1].isupper() and called not in HOLDERS:
                continue
            given = [("", value) for value in call.args] + [(k.arg or "", k.value) for k in call.keywords]
            for keyword, node in given:
                if isinstance(node, ast.Lambda) and _reads(node) <= known:
                    yield Found(node, keyword or _snake(called), outer)


def _reads(node: ast.Lambda) -> set[str]:
    """The names that a lambda reads and does not bind."""
    names = [child for child in ast.walk(node) if isinstance(child, ast.Name)]
    bound = {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
    bound |= {name.id for name in names if not isinstance(name.ctx, ast.Load)}
    return {name.id for name in names} - bound


def _snake(name: str) -> str:
    return "apply_" + re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _unique(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name)
    return name


def _function(text: str, lines: list[str], node: ast.Lambda, name: str) -> str:
    body = ast.get_source_segment(text, node.body) or ast.unparse(node.body)
    body = f"({body})" if "\n" in body else body
    mark = next((line.strip() for line in reversed(lines[: node.lineno]) if is_mark(line)), "")
    origin = f"    {mark}\n" if mark else ""
    summary = '"""Compute one step of an estimator: it is saved by this name."""'
    return f"def {name}({ast.unparse(node.args)}):\n    {summary}\n{origin}    return {body}\n\n\n"


def _replace(lines: list[str], node: ast.Lambda, name: str) -> None:
    """Put a name in the place of a lambda; columns are counted in bytes."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before = lines[first].encode()[: node.col_offset].decode()
    after = lines[last].encode()[node.end_col_offset :].decode()
    lines[first : last + 1] = [f"{before}{name}{after}"]
