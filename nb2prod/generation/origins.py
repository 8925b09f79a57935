"""Which lines of the notebook a generated line comes from.

Every emitted statement carries a mark, a comment with program lines, through the generation; `take_marks` takes the
marks off the finished module, and `lines_of` finds the statements again in the file that was rendered and formatted
from it. Input: the module's text with marks, the final text. Output: final line -> program lines. A line without
a mark is glue of the template.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeVar

from nb2prod.reading.syntax import Program

if TYPE_CHECKING:
    import libcst as cst

MARK = "#\ue000"
"""No author writes this private character; it never reaches a file."""

Lines = tuple[int, ...]
Statement = TypeVar("Statement", bound="cst.BaseStatement")


def marked(statement: Statement, lines: Iterable[int]) -> Statement:
    """Put a mark right above a statement."""
    import libcst as cst

    mark = cst.EmptyLine(comment=cst.Comment(_mark(lines)))
    return statement.with_changes(leading_lines=[*statement.leading_lines, mark])  # type: ignore[attr-defined]


def mark(lines: Iterable[int], indent: str = "") -> str:
    """Give a mark as a line of text."""
    return f"{indent}{_mark(lines)}\n"


def _mark(lines: Iterable[int]) -> str:
    return f"{MARK} {' '.join(map(str, sorted(set(lines))))}"


def is_mark(line: str) -> bool:
    """Tell whether a line of text is a mark."""
    return line.lstrip().startswith(MARK)


def take_marks(text: str) -> tuple[str, dict[int, Lines]]:
    """Split a marked text into the clean text and, for each marked line of it, the program lines."""
    kept: list[str] = []
    marks: dict[int, Lines] = {}
    waiting: set[int] = set()
    for line in text.splitlines(keepends=True):
        if is_mark(line):
            waiting |= {int(word) for word in line.split()[1:] if word.isdecimal()}
            continue
        kept.append(line)
        if waiting and line.strip() and not line.lstrip().startswith("#"):
            marks[len(kept)] = tuple(sorted(waiting))
            waiting = set()
    return "".join(kept), marks


# ---------------------------------------------------------------------- units: what can carry an origin


@dataclass(eq=False)
class Unit:
    """A statement, or an entry of a dictionary that is written line by line."""

    home: str
    """The function or class that it is in."""
    code: str
    """Its own code, without the blocks below it, in one normal form."""
    first: int
    last: int
    node: ast.AST
    origin: set[int] = field(default_factory=set)


def lines_of(text: str, marks: Mapping[int, Lines], final: str, program: Program) -> dict[int, Lines]:
    """Map the lines of the rendered file to program lines."""
    before = _marked_units(text, marks, program)
    after = list(units(final))
    _transfer(before, after)
    _imports(after, program)
    comments = final.splitlines()
    found: dict[int, set[int]] = {}
    for unit in after:
        for line in range(_with_comments(comments, unit.first), unit.last + 1) if unit.origin else ():
            found.setdefault(line, set()).update(unit.origin)
    return {line: tuple(sorted(origin)) for line, origin in sorted(found.items())}


def units(text: str) -> Iterator[Unit]:
    """Every statement and dictionary entry of a module, in order."""
    for statement in ast.parse(text).body:
        yield from _units(statement, "")


def _units(node: ast.stmt, home: str) -> Iterator[Unit]:
    defines = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    home = node.name if defines and not home else home  # type: ignore[attr-defined]
    below = _blocks(node)
    yield Unit(home, _header(node), _first(node), _last(node, below), node)
    for key, value in _entries(node):
        entry = f"{ast.unparse(key)}: {ast.unparse(value)}"
        yield Unit(home, entry, key.lineno, value.end_lineno or value.lineno, value)
    for child in below:
        yield from _units(child, home)


def _blocks(node: ast.AST) -> list[ast.stmt]:
    """The statements directly below a compound statement, in order."""
    found: list[ast.stmt] = []
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        for child in getattr(node, name, []) if not isinstance(node, (ast.Lambda, ast.IfExp)) else []:
            found.extend([child] if isinstance(child, ast.stmt) else _blocks(child))
    return found


def _header(node: ast.stmt) -> str:
    if not _blocks(node):
        return ast.unparse(node)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return f"{type(node).__name__} {node.name}"
    parts = (getattr(node, name, None) for name in ("target", "iter", "test", "subject"))
    items = [ast.unparse(part) for part in [*parts, *getattr(node, "items", [])] if isinstance(part, ast.AST)]
    return f"{type(node).__name__} {' '.join(items)}"


def _first(node: ast.stmt) -> int:
    first: int = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    return first


def _last(node: ast.stmt, below: list[ast.stmt]) -> int:
    """The last line of a statement itself, without its blocks."""
    if not below:
        return node.end_lineno or node.lineno
    inside = {child for statement in below for child in ast.walk(statement)}
    own = [child for child in ast.walk(node) if child is not node and child not in inside]
    ends = [getattr(child, "end_lineno", None) or 0 for child in own if isinstance(child, (ast.expr, ast.arg))]
    return min(max([node.lineno, *ends]), max(node.lineno, _first(below[0]) - 1))


def _entries(node: ast.stmt) -> list[tuple[ast.expr, ast.expr]]:
    value = getattr(node, "value", None)
    if not isinstance(value, ast.Dict) or value.lineno == value.end_lineno:
        return []
    return [(key, item) for key, item in zip(value.keys, value.values, strict=True) if key is not None]


def _with_comments(lines: list[str], first: int) -> int:
    """The first line of the comments right above a statement."""
    while first > 1 and lines[first - 2].lstrip().startswith("#"):
        first -= 1
    return first


# ---------------------------------------------------------------------- finding them again


def _marked_units(text: str, marks: Mapping[int, Lines], program: Program) -> list[Unit]:
    found = list(units(text))
    for unit in found:
        unit.origin |= set(marks.get(unit.first, ()))
    by_line = {node.lineno: node for statement in program.statements() for node in _statements(statement)}
    by_node = {unit.node: unit for unit in found}
    for unit in found:
        source = by_line.get(min(unit.origin)) if len(unit.origin) == 1 else None
        if source is not None:
            _inherit(unit.node, source, by_node)
    return found


def _statements(node: ast.stmt) -> Iterator[ast.stmt]:
    yield node
    for child in _blocks(node):
        yield from _statements(child)


def _inherit(made: ast.AST, source: ast.stmt, by_node: Mapping[ast.AST, Unit]) -> None:
    """A definition is taken over whole: its inner statements come from those of the notebook's."""
    below, above = _blocks(made), _blocks(source)
    if len(below) != len(above):
        return
    for child, origin in zip(below, above, strict=True):
        unit = by_node[child]
        if not unit.origin:
            unit.origin.add(origin.lineno)
            _inherit(child, origin, by_node)


def _transfer(before: list[Unit], after: list[Unit]) -> None:
    """Give the formatted statements the origins of those that they were, home by home."""
    homes: dict[str, list[Unit]] = {}
    for unit in after:
        homes.setdefault(unit.home, []).append(unit)
    for home, made in homes.items():
        given = [unit for unit in before if unit.home == home]
        matcher = SequenceMatcher(None, [u.code for u in given], [u.code for u in made], autojunk=False)
        for tag, start, end, at, to in matcher.get_opcodes():
            if tag == "equal" or (tag == "replace" and end - start == to - at):
                for old, new in zip(given[start:end], made[at:to], strict=True):
                    new.origin |= old.origin


def _imports(after: list[Unit], program: Program) -> None:
    """Imports are sorted and shared by modules: they are known by what they import."""
    wanted: dict[tuple[str, str, str], set[int]] = {}
    for statement in program.statements():
        for node in _statements(statement):
            for alias in _aliases(node):
                wanted.setdefault(alias, set()).add(node.lineno)
    for unit in after:
        for alias in _aliases(unit.node):
            unit.origin |= wanted.get(alias, set())


def _aliases(node: ast.AST) -> list[tuple[str, str, str]]:
    if isinstance(node, ast.Import):
        return [("", alias.name, alias.asname or "") for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "", alias.name, alias.asname or "") for alias in node.names]
    return []
