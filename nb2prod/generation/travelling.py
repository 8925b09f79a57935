"""Modules of the notebook's own that its package imports: they travel along, as they are.

Input: the texts of the modules that the notebook writes or imports from beside it, and which of them the package
imports. Output: their texts under the names that they have in the package, importing each other from there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from nb2prod.reading.own_modules import Edit, edited, span

GENERATED = frozenset({
    "__init__", "__main__", "artifact", "batch", "commands", "config", "data", "inference", "operations", "plain",
    "predictor", "preprocessing", "probe", "saving", "schema", "service", "serving", "training",
})  # fmt: skip
"""The modules that a package, or its scaffold, has of its own."""


def own_name(module: str) -> str:
    """The name of a travelling module in the package, which may have one of that name already."""
    return f"notebook_{module}" if module in GENERATED else module


def travelling_modules(files: Mapping[str, str], imported: Iterable[str], package: str) -> dict[str, str]:
    """The imported modules among files, and those that they import: name in the package -> text."""
    texts = {name[:-3]: text for name, text in files.items() if name.endswith(".py") and name[:-3].isidentifier()}
    reached: set[str] = set()
    pending = [name for name in imported if name in texts]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            nodes = ast.walk(ast.parse(texts[name]))
            pending += [root for node in nodes for root in _imports_of(node) if root in texts]
    return {own_name(name): _in_package(texts[name], package, reached) for name in texts if name in reached}


def import_lines(node: ast.Import | ast.ImportFrom, package: str, own: Iterable[str]) -> list[tuple[str, str]]:
    """One import statement for each name that an import binds, and the name; modules of `own` are in the package."""
    found = []
    for alias in node.names:
        name = (alias.asname or alias.name).partition(".")[0]
        if alias.asname == alias.name:  # a linter takes `import pandas as pandas` for wanted though nothing reads it
            alias = ast.alias(alias.name)
        module = str(node.module) if isinstance(node, ast.ImportFrom) else alias.name
        if module not in own:
            alone = (
                ast.Import([alias])
                if isinstance(node, ast.Import)
                else ast.ImportFrom(node.module, [alias], node.level)
            )
            found.append((ast.unparse(alone), name))
        elif isinstance(node, ast.ImportFrom):
            renamed = f" as {alias.asname}" if alias.asname else ""
            found.append((f"from {package}.{own_name(module)} import {alias.name}{renamed}", name))
        else:
            renamed = f" as {name}" if own_name(module) != name else ""
            found.append((f"from {package} import {own_name(module)}{renamed}", name))
    return found


def _imports_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def _in_package(text: str, package: str, own: set[str]) -> str:
    """The text of a module whose imports of other travelling modules name the package."""
    edits = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and own & set(_imports_of(node)):
            lines = dict.fromkeys(line for line, _ in import_lines(node, package, own))
            edits.append(Edit(*span(node), "; ".join(lines)))
    return edited(text, edits)
