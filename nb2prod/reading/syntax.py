"""Notebook to program: every code cell parsed, every node able to name its cell and line.

Input: a :class:`~nb2prod.reading.notebook.Notebook`. Output: a :class:`Program` whose statements carry line numbers
that are unique in the whole program; :meth:`Program.place` turns them back into (cell, line). Refuses a
notebook none of whose cells parse; a single cell with a syntax error could not have run and is left out with
a warning.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from functools import cached_property

from nb2prod.diagnostics import Diagnostic, Place
from nb2prod.errors import UserError
from nb2prod.reading.column_functions import with_column_functions
from nb2prod.reading.import_names import with_own_names
from nb2prod.reading.magics import Neutralised, neutralise, python2_fault
from nb2prod.reading.notebook import Cell, Notebook
from nb2prod.reading.outer_statistics import with_outer_statistics
from nb2prod.reading.own_modules import modules_beside, with_own_modules
from nb2prod.reading.tables_apart import with_tables_apart

MAX_DEPTH = 200
"""Deeper nesting than this in one statement is refused: no author wrote it, and it would exhaust the stack."""


@dataclass(frozen=True)
class CodeCell:
    """A parsed code cell: its first line in the program and its plain Python lines."""

    number: int
    start: int
    lines: tuple[str, ...]
    body: tuple[ast.stmt, ...]
    heading: str
    directives: frozenset[str]


@dataclass(frozen=True)
class Program:
    """All code of a notebook in the order in which it is analysed."""

    notebook: Notebook
    cells: tuple[CodeCell, ...]
    requirements: tuple[str, ...]
    written: tuple[tuple[str, str], ...]
    """Files that the notebook writes: name and text."""
    beside: tuple[tuple[str, str], ...]
    """Modules that lie beside the notebook and are imported: file name and text."""
    diagnostics: tuple[Diagnostic, ...]

    @cached_property
    def sources(self) -> dict[int, str]:
        """The cells as they are written, by their numbers."""
        return {c.number: c.source.replace("\r\n", "\n").replace("\r", "\n") for c in self.notebook.cells}

    @property
    def own_modules(self) -> dict[str, str]:
        """The files of all modules of the notebook's own: name -> text."""
        return {name: text for name, text in (*self.written, *self.beside) if name.endswith(".py")}

    def cell_at(self, line: int) -> CodeCell:
        """Find the cell of a program line."""
        low, high = 0, len(self.cells) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.cells[middle].start <= line else (low, middle - 1)
        return self.cells[low]

    def place(self, node: ast.AST | int) -> Place:
        """Name the cell and line of a node (or of a program line)."""
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        cell = self.cell_at(line)
        offset = line - cell.start
        written = self.sources[cell.number].split("\n")
        text = written[offset].strip() if 0 <= offset < len(written) else ""
        return Place(self.notebook.name, cell.number, offset + 1, text)

    def line(self, number: int) -> str:
        """Give one line of the program's text."""
        cell = self.cell_at(number)
        return cell.lines[number - cell.start]

    def statements(self) -> list[ast.stmt]:
        """Give all top-level statements in order."""
        return [statement for cell in self.cells for statement in cell.body]


def read_program(notebook: Notebook) -> Program:
    """Parse the notebook's code cells in execution order."""
    by_number = {cell.number: cell for cell in notebook.cells}
    headings = _headings(notebook)
    cells: list[CodeCell] = []
    requirements: list[str] = []
    written: list[tuple[str, str]] = []
    diagnostics = list(notebook.diagnostics)
    start = 1
    plains = with_own_modules([neutralise(by_number[number].source) for number in notebook.order])
    plains = with_outer_statistics(with_column_functions(with_tables_apart(with_own_names(plains))))
    for number, plain in zip(notebook.order, plains, strict=True):
        cell = by_number[number]
        requirements.extend(plain.requirements)
        written.extend((file.name, file.text) for file in plain.written)
        body, fault = _parse(notebook, cell, plain, start)
        if fault is not None:
            diagnostics.append(fault)
        lines = tuple(plain.source.split("\n"))
        cells.append(CodeCell(number, start, lines, body, headings.get(number, ""), cell.directives))
        start += len(lines)
    if not any(cell.body for cell in cells):
        raise _nothing(notebook, diagnostics)
    beside = modules_beside(notebook.path.parent, [statement for cell in cells for statement in cell.body])
    beside = tuple((name, text) for name, text in beside if name not in dict(written))
    unique = tuple(dict.fromkeys(requirements))
    return Program(notebook, tuple(cells), unique, tuple(written), beside, tuple(diagnostics))


def _nothing(notebook: Notebook, diagnostics: list[Diagnostic]) -> UserError:
    if diagnostics:
        first = diagnostics[0]
        return UserError(first.message, code=first.code, place=first.place, why=first.why, do=first.do)
    return UserError("the notebook has no code", code="NB107", do="give a notebook that trains a model")


def _parse(
    notebook: Notebook, cell: Cell, plain: Neutralised, start: int
) -> tuple[tuple[ast.stmt, ...], Diagnostic | None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(plain.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return (), _syntax_fault(notebook, cell, plain, error)
    if _too_deep(tree):
        place = Place(notebook.name, cell.number, 1)
        return (), Diagnostic("NB106", "warning", "code nested too deeply to analyse; the cell is left out", place)
    ast.increment_lineno(tree, start - 1)
    return tuple(tree.body), None


def _syntax_fault(notebook: Notebook, cell: Cell, plain: Neutralised, error: Exception) -> Diagnostic:
    line = getattr(error, "lineno", None) or 1
    lines = plain.source.split("\n")
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    place = Place(notebook.name, cell.number, line, text)
    legacy = python2_fault(plain.source)
    if legacy is not None:
        raise UserError(f"Python 2 code: {legacy}", code="NB105", place=place, do="port the notebook to Python 3")
    message = f"the cell is not valid Python ({getattr(error, 'msg', None) or 'cannot be parsed'}); it is left out"
    return Diagnostic("NB106", "warning", message, place)


def _too_deep(tree: ast.AST) -> bool:
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def _title(notebook: Notebook) -> str:
    """The notebook's only heading of the first rank, where it stands above all code; else nothing."""
    first = [
        (at, _plain(line))
        for at, cell in enumerate(notebook.cells)
        if cell.kind == "markdown"
        for line in cell.source.split("\n")
        if line.strip().startswith("#") and not line.strip().startswith("##")
    ]
    code = next((at for at, cell in enumerate(notebook.cells) if cell.kind == "code"), 0)
    return first[0][1] if len(first) == 1 and first[0][0] < code else ""


def _plain(heading: str) -> str:
    """A heading without its marks: hashes, emphasis, HTML."""
    return re.sub(r"<[^>]*>|[*`]", "", heading.strip().lstrip("#")).strip()


def _headings(notebook: Notebook) -> dict[int, str]:
    """The nearest markdown heading above each cell; a title of the whole notebook heads no part of it."""
    found: dict[int, str] = {}
    current, title = "", _title(notebook)
    for cell in notebook.cells:
        if cell.kind == "markdown":
            written = [_plain(line) for line in cell.source.split("\n") if line.strip().startswith("#")]
            current = written[-1] if written else current
        found[cell.number] = "" if current == title else current
    return found
