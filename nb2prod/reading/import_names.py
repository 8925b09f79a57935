"""Variables that take the name of an import, or of a builtin: from there on they get a name of their own.

Input: the cells in the order in which they run, as plain Python. Output: the same cells with as many lines each, where
``xgb = xgb.XGBRegressor()`` is ``xgb_model = xgb.XGBRegressor()``, ``list = list(df)`` is ``list_ = list(df)``, and
what follows reads ``xgb_model`` and ``list_``. A function of the package cannot have one name for both. Where it is not
plain which of the two is meant, the notebook stays as it is.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from nb2prod.reading.magics import Neutralised, parse
from nb2prod.reading.own_modules import Edit, edited, span
from nb2prod.reading.scopes import imported_name, locals_of

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
IMPORTS = (ast.Import, ast.ImportFrom)
RENAMING = (ast.Global, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
"""What binds a name that stands in it as text."""
BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.Try)
WORD = re.compile(r"\w+")
BINDS = re.compile(r"^(\w+) *=(?!=)", re.MULTILINE)
IMPORTING = re.compile(r"\bimport\b.*")
"""What the statements look like that bind a name; most notebooks bind none in both ways, and need not be parsed."""
BINDS_SOME = re.compile(r"^[ \t]*(?:for +)?((?:\w+ *, *)*\w+) *(?:=(?!=)|in\b)", re.MULTILINE)
BUILTINS = frozenset(name for name in dir(builtins) if name.isalpha() and name.islower())
"""The builtins whose names people take for variables: ``list``, ``max``, ``id``."""


class _UnclearError(Exception):
    """It cannot be told whether the import (or the builtin) or the variable is meant."""


@dataclass
class _Walk:
    """One name on its way through the notebook: an import or a builtin at first, then a variable."""

    name: str
    builtin: bool = False
    imported: bool = False
    own: str = ""
    """The variable's own name, once it is one."""
    edits: dict[int, list[Edit]] = field(default_factory=dict)


def with_own_names(cells: Sequence[Neutralised]) -> list[Neutralised]:
    """Rename the variables called like an import or a builtin; `cells` are in the order in which they run."""
    bound = {name for cell in cells for name in BINDS.findall(cell.source)}
    names = bound & {word for cell in cells for line in IMPORTING.findall(cell.source) for word in WORD.findall(line)}
    names |= {
        name for cell in cells for some in BINDS_SOME.findall(cell.source) for name in WORD.findall(some)
    } & BUILTINS
    if not names:
        return list(cells)
    trees = [parse(cell.source) for cell in cells]
    words = frozenset(word for cell in cells for word in WORD.findall(cell.source))
    edits: dict[int, list[Edit]] = {}
    for name in sorted(names):
        if not any(f"@{name}" in cell.source for cell in cells):  # a query reads it in its text
            for at, found in _edits_of(name, trees, words).items():
                edits.setdefault(at, []).extend(found)
    return [replace(cell, source=edited(cell.source, edits.get(at, []))) for at, cell in enumerate(cells)]


def _edits_of(name: str, trees: Sequence[ast.Module | None], words: frozenset[str]) -> dict[int, list[Edit]]:
    """The edits of each cell for one name; none where the name is not taken over, or it is unclear where."""
    walk = _Walk(name, builtin=name in BUILTINS, imported=name in BUILTINS)
    try:
        for at, tree in enumerate(trees):
            for statement in tree.body if tree is not None else ():
                walk.edits.setdefault(at, []).extend(_edits(statement, walk, words))
    except _UnclearError:
        return {}
    return walk.edits


def _edits(statement: ast.stmt, walk: _Walk, words: frozenset[str]) -> list[Edit]:
    names, texts, binds = _occurrences(statement, walk)
    if binds and walk.own:
        raise _UnclearError
    walk.imported |= binds
    if walk.own:
        found = _of_all(names, texts, walk)
        walk.own = "" if isinstance(statement, ast.Delete) and names else walk.own
        return found
    stored = [node for node in names if not isinstance(node.ctx, ast.Load)]
    if not walk.imported or not stored:
        return []
    if walk.builtin and _binds_first(statement, names):
        walk.own = _own_name(walk, None, words)
        return _of_all(names, texts, walk)
    if not isinstance(statement, ast.Assign) or any(_inside(statement.value, node) for node in stored):
        raise _UnclearError
    if isinstance(statement.value, (ast.Name, ast.Lambda)):  # perhaps the same module again, or a function like it
        raise _UnclearError
    walk.own = _own_name(walk, statement.value, words)
    return [Edit(*span(node), walk.own) for node in names if not _inside(statement.value, node)]


def _of_all(names: Sequence[ast.Name], texts: Sequence[ast.JoinedStr], walk: _Walk) -> list[Edit]:
    return [*(Edit(*span(node), walk.own) for node in names), *(_of_text(text, walk) for text in texts)]


def _binds_first(statement: ast.stmt, names: Sequence[ast.Name]) -> bool:
    """Whether a block binds the name before anything in it reads it."""
    first = min(names, key=lambda node: (node.lineno, node.col_offset))
    if not isinstance(statement, BLOCKS) or isinstance(first.ctx, ast.Load):
        return False
    for node in ast.walk(statement):
        if isinstance(node, ast.For) and _inside(node.target, first):
            return not _mentions(node.iter, first.id)
        if isinstance(node, ast.Assign) and any(_inside(target, first) for target in node.targets):
            return not _mentions(node.value, first.id) and not isinstance(node.value, (ast.Name, ast.Lambda))
    return False


def _occurrences(statement: ast.stmt, walk: _Walk) -> tuple[list[ast.Name], list[ast.JoinedStr], bool]:
    """Where a statement names it, outside and inside of formatted text, and whether it imports it."""
    name = walk.name
    names: list[ast.Name] = []
    texts: list[ast.JoinedStr] = []
    imports = False
    for node in _own_nodes(statement, walk):
        if isinstance(node, IMPORTS):
            imports |= any(imported_name(alias) == name for alias in node.names)
        elif isinstance(node, ast.JoinedStr):
            texts += [node] if _mentions(node, name) else []
        elif isinstance(node, ast.Name) and node.id == name:
            names.append(node)
    return names, texts, imports


def _own_nodes(node: ast.AST, walk: _Walk) -> Iterator[ast.AST]:
    """The nodes in which the name is the notebook's own.

    What runs later must be defined when the name already is the variable's, or not read it at all; a builtin may be
    called there, which the variable could not be.
    """
    name = walk.name
    yield node
    if isinstance(node, ast.JoinedStr):
        return
    if isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
        if not isinstance(node, ast.Lambda) and node.name == name:
            raise _UnclearError
        if not _mentions(node, name) or _is_local(node, name) or (walk.builtin and not walk.own and _calls(node, name)):
            return
        if isinstance(node, ast.ClassDef) or not walk.own:
            raise _UnclearError
    if isinstance(node, RENAMING) and name in (node.names if isinstance(node, ast.Global) else [node.name]):
        raise _UnclearError
    for child in ast.iter_child_nodes(node):
        yield from _own_nodes(child, walk)


def _calls(node: ast.AST, name: str) -> bool:
    """Whether a definition only calls what has the name (or annotates with it), and never takes it for a value."""
    below = list(ast.walk(node))
    meant = {id(child.func) for child in below if isinstance(child, ast.Call)}
    meant |= {id(part) for hint in _annotations(below) for part in ast.walk(hint)}
    return all(id(child) in meant for child in below if isinstance(child, ast.Name) and child.id == name)


def _annotations(nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    for node in nodes:
        hint = node.annotation if isinstance(node, (ast.arg, ast.AnnAssign)) else getattr(node, "returns", None)
        if hint is not None:
            yield hint


def _is_local(node: ast.AST, name: str) -> bool:
    """Whether a function has the name for itself; defaults and decorators see the notebook's."""
    if isinstance(node, FUNCTIONS):
        around = [*node.args.defaults, *node.args.kw_defaults, *node.decorator_list]
        return name in locals_of(node) and not any(part is not None and _mentions(part, name) for part in around)
    return isinstance(node, ast.Lambda) and name in {argument.arg for argument in node.args.args}


def _mentions(node: ast.AST, name: str) -> bool:
    below = list(ast.walk(node))
    imported = (imported_name(alias) for child in below if isinstance(child, IMPORTS) for alias in child.names)
    return any(isinstance(child, ast.Name) and child.id == name for child in below) or name in imported


def _inside(outer: ast.AST, node: ast.AST) -> bool:
    return any(child is node for child in ast.walk(outer))


def _of_text(text: ast.JoinedStr, walk: _Walk) -> Edit:
    """A formatted text anew: before Python 3.12 the places of the names in it are not known."""
    (first, _), (last, _) = span(text)
    if first != last:
        raise _UnclearError
    copy = ast.parse(ast.unparse(text), mode="eval")
    for node in ast.walk(copy):
        if isinstance(node, ast.Name) and node.id == walk.name:
            node.id = walk.own
    return Edit(*span(text), ast.unparse(copy))


def _own_name(walk: _Walk, value: ast.expr | None, words: frozenset[str]) -> str:
    """``list_`` for a builtin; else ``xgb_model`` for what a class makes, or ``xgb_value``; a word that is not used."""
    made = ast.unparse(value.func).rpartition(".")[2] if isinstance(value, ast.Call) else ""
    own = f"{walk.name}_" if walk.builtin else f"{walk.name}_model" if made[:1].isupper() else f"{walk.name}_value"
    while own in words:
        own += "_"
    return own
