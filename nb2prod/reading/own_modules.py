"""Modules that the notebook writes itself with ``%%writefile``: read as the definitions that they are.

Input: the cells in the order in which they run, as plain Python. Output: the same cells with as many lines each; the
text of such a module stands in the cell that writes it, its imports are gone, and ``tools.clean`` reads ``clean``. So
the functions are analysed like any other. A module is left as a file that travels along where this could change its
meaning: it does more than define and import, one of its names is bound elsewhere in the notebook, or it is used
otherwise than by its names. So is a module that lies beside the notebook. Refuses nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nb2prod.reading.magics import Neutralised, WrittenFile, parse

DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LARGEST = 1_000_000
"""Bytes; a larger file beside the notebook is no module that somebody wrote."""
IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Edit:
    """Replace a span of a cell, which begins and ends at (line, byte column), by a text of one line."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


@dataclass(frozen=True)
class _Module:
    """A written module: the cell that writes it, its lines, the names that it binds and those that it imports."""

    name: str
    cell: int
    source: str
    names: frozenset[str]
    imports: frozenset[str]


def with_own_modules(cells: Sequence[Neutralised]) -> list[Neutralised]:
    """Take the written modules in; `cells` are in the order in which they run."""
    cells = list(cells)
    files = [(at, file) for at, cell in enumerate(cells) for file in cell.written]
    for at, file in reversed(files):  # a module may import one that was written before it
        if sum(other.name == file.name for _, other in files) == 1:
            module = _module(at, cells[at], file)
            taken = None if module is None else _taken_in(cells, module)
            cells = cells if taken is None else taken
    return cells


def modules_beside(folder: Path, body: Sequence[ast.stmt]) -> tuple[tuple[str, str], ...]:
    """The files of modules that statements import from the notebook's folder, and those that these import."""
    found: dict[str, str] = {}
    pending = _imported(body)
    while pending:
        name = f"{pending.pop()}.py"
        text = _text_of(folder / name) if name not in found else None
        tree = parse(text) if text is not None else None
        if text is not None and tree is not None:
            found[name] = text
            pending += _imported(tree.body)
    return tuple(found.items())


def _imported(body: Sequence[ast.stmt]) -> list[str]:
    nodes = [node for statement in body for node in ast.walk(statement)]
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    plain += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level]
    return [name for name in plain if name.isidentifier()]


def _text_of(path: Path) -> str | None:
    """The text of a small file that lies in its folder itself, not behind a link; else None."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
            return None
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except (OSError, ValueError):
        return None


def _module(at: int, cell: Neutralised, file: WrittenFile) -> _Module | None:
    """Read a module; None if it does anything but define."""
    name = file.name.removesuffix(".py")
    tree = parse(file.text)
    if tree is None or file.append or not file.name.endswith(".py") or not name.isidentifier():
        return None
    if not all(_only_defines(node) for node in tree.body):
        return None
    text = _without_main(file.text, tree)
    above = cell.source.count("\n") - text.count("\n")
    names = {name for node in tree.body for name in _bound_by(node) if not isinstance(node, IMPORTS)}
    imports = {_told(alias) for node in tree.body if isinstance(node, IMPORTS) for alias in _aliases(node)}
    return _Module(name, at, "\n" * above + text, frozenset(names), frozenset(imports)) if above >= 0 else None


def _only_defines(node: ast.stmt) -> bool:
    if isinstance(node, (*DEFINES, ast.Assign, ast.AnnAssign)):
        return True
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and all(alias.name != "*" for alias in node.names)
    return isinstance(node, ast.Import) or _is_text(node) or _is_main(node)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_main(node: ast.stmt) -> bool:
    """``if __name__ == "__main__":``, which an import does not run."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'" and not node.orelse


def _without_main(text: str, tree: ast.Module) -> str:
    lines = text.split("\n")
    for node in tree.body:
        if _is_main(node):
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    return "\n".join(lines)


def _taken_in(cells: list[Neutralised], module: _Module) -> list[Neutralised] | None:
    """The cells with a module among them; None where it cannot be taken in, or nothing imports it."""
    trees = [parse(cell.source) for cell in cells]
    holders = frozenset(name for tree in trees if tree is not None for name in _holders(tree, module))
    found = list(cells)
    used = False
    for at, tree in enumerate(trees):
        if tree is None or at == module.cell:
            continue
        if _collides(tree, module, holders):
            return None
        edits = _edits(tree, module, holders)
        if edits is None or (edits and at < module.cell):
            return None
        used = used or bool(edits)
        found[at] = replace(cells[at], source=edited(cells[at].source, edits))
        if parse(found[at].source) is None:
            return None
    rest = tuple(file for file in cells[module.cell].written if file.name != f"{module.name}.py")
    found[module.cell] = replace(cells[module.cell], source=module.source, written=rest)
    return found if used else None


# ---------------------------------------------------------------------- names


def _holders(tree: ast.Module, module: _Module) -> Iterator[str]:
    """The names under which a cell imports the module itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.asname or alias.name for alias in node.names if alias.name == module.name)


def _collides(tree: ast.Module, module: _Module, holders: frozenset[str]) -> bool:
    """Whether a cell binds a name of the module, or gives another meaning to what the module imports."""
    free = {told.partition("=")[0] for told in module.imports}
    for node in ast.walk(tree):
        if isinstance(node, IMPORTS):
            if _is_of(node, module):
                continue
            mine = {_told(alias) for alias in _aliases(node)}
            if any(told.partition("=")[0] in module.names for told in mine):
                return True
            if any(told.partition("=")[0] in free and told not in module.imports for told in mine):
                return True
        elif {*_names_bound_at(node)} & (module.names | free | holders):
            return True
    return False


def _names_bound_at(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name


def _bound_by(node: ast.stmt) -> Iterator[str]:
    """The names that a statement of the module binds at its top level."""
    if isinstance(node, DEFINES):
        yield node.name
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        yield from (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def _aliases(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, ast.alias]]:
    yield from ((node.module or "" if isinstance(node, ast.ImportFrom) else "", alias) for alias in node.names)


def _told(found: tuple[str, ast.alias]) -> str:
    """``np=.numpy``: the name that an import binds, and what it stands for."""
    origin, alias = found
    name = alias.asname or alias.name.partition(".")[0]
    return f"{name}={origin}.{alias.name if alias.asname or origin else name}"


def _is_of(node: ast.AST, module: _Module) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == module.name and node.level == 0
    return isinstance(node, ast.Import) and any(alias.name == module.name for alias in node.names)


# ---------------------------------------------------------------------- edits


def _edits(tree: ast.Module, module: _Module, holders: frozenset[str]) -> list[Edit] | None:
    """What changes in a cell; None if the module is used in a way that cannot be followed."""
    found: list[Edit] = []
    followed: set[ast.AST] = set()
    for node in ast.walk(tree):
        text: str | None = ""
        if _is_of(node, module):
            text = _instead(node, module)
        elif isinstance(node, ast.Attribute) and _reads(node.value, holders):
            followed.add(node.value)
            text = node.attr if node.attr in module.names and isinstance(node.ctx, ast.Load) else None
        elif isinstance(node, ast.JoinedStr) and any(_reads(part, holders) for part in ast.walk(node)):
            text = None  # where its parts stand is known to newer versions of Python only
        if text is None:
            return None
        found += [Edit(*span(node), text)] if text else []
    others = (node for node in ast.walk(tree) if _reads(node, holders) and node not in followed)
    return None if any(True for _ in others) else found


def _instead(node: ast.AST, module: _Module) -> str | None:
    """What stands in place of an import of the module."""
    if isinstance(node, ast.ImportFrom):
        wanted = [(alias.name, alias.asname or alias.name) for alias in node.names]
        if any(name not in module.names | {"*"} for name, _ in wanted):
            return None
        return "; ".join(f"{to} = {name}" for name, to in wanted if name != to) or "pass"
    assert isinstance(node, ast.Import)
    others = [alias for alias in node.names if alias.name != module.name]
    return ast.unparse(ast.Import(others)) if others else "pass"


def _reads(node: ast.AST, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def span(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where a node begins and ends: lines from 1 and byte columns."""
    start = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    return start, (getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 0))


def edited(source: str, edits: Sequence[Edit]) -> str:
    """Apply edits that do not overlap; the number of lines stays."""
    lines = [line.encode() for line in source.split("\n")]
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        (first, start), (last, end) = edit.start, edit.end
        rest = lines[last - 1][end:]
        lines[first - 1] = lines[first - 1][:start] + edit.text.encode() + rest
        lines[first:last] = [b""] * (last - first)
    return "\n".join(line.decode() for line in lines)
