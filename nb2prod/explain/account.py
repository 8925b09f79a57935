"""From a notebook to its `Explanation`: roles, fates, learned state, findings.

A notebook that cannot be extracted is explained too: its statements have roles, and the refusal stands at its place.
Refuses what cannot be read at all (`UserError`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nb2prod.diagnostics import Diagnostic
from nb2prod.errors import Refusal
from nb2prod.explain import reasons
from nb2prod.explain.answering import answer_of, learned_of, sources_of
from nb2prod.explain.placing import Placing, place
from nb2prod.explain.reasons import Reasons
from nb2prod.explain.records import FORMAT, Cell, Destination, Explanation, Fate, Finding, Learned, Statement
from nb2prod.explain.records import Path as Branch
from nb2prod.explain.roles import roles_of, strongest_first
from nb2prod.facts.vocabulary import Role
from nb2prod.generation.emission import DEFINITIONS
from nb2prod.generation.package import generate, package_name
from nb2prod.interpretation.trace import Step, Trace
from nb2prod.pipeline import Analysis, Options, analyse_trace, trace_notebook
from nb2prod.reading.magics import neutralise
from nb2prod.reading.notebook import Notebook
from nb2prod.reading.syntax import CodeCell

BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


@dataclass(frozen=True, eq=False)
class Piece:
    """A statement of a code cell, numbered."""

    number: int
    node: ast.stmt
    cell: CodeCell
    depth: int
    below: tuple[ast.stmt, ...]


def explain(notebook: Notebook, options: Options) -> Explanation:
    """Tell what becomes of each statement of a notebook."""
    trace = trace_notebook(notebook)
    name = package_name(notebook.name, options.name)
    try:
        analysis = analyse_trace(notebook, trace, options)
        placing = place(generate(analysis, name), trace.program)
    except Refusal as refusal:
        return _Account(notebook, trace, name, refusal=refusal.diagnostic).tell()
    return _Account(notebook, analysis.trace, name, analysis, placing).tell()


def outline(notebook: Notebook) -> Explanation:
    """Tell only what each statement is for; decides nothing, so that nothing can be refused."""
    return _Account(notebook, trace_notebook(notebook), package_name(notebook.name, None)).tell()


@dataclass(eq=False)
class _Account:
    notebook: Notebook
    trace: Trace
    name: str
    analysis: Analysis | None = None
    placing: Placing | None = None
    refusal: Diagnostic | None = None
    shown: list[Finding] = field(default_factory=list)

    def tell(self) -> Explanation:
        self.shown = [self._finding(found) for found in self._diagnostics()]
        statements = tuple(self._statement(piece) for piece in self.pieces)
        return Explanation(
            format=FORMAT,
            notebook=self.notebook.name,
            digest=self.notebook.digest,
            package=self.name,
            cells=tuple(self._cells(statements)),
            statements=statements,
            learned=self.learned,
            sources=sources_of(self.trace, self.analysis, self.number),
            findings=tuple(self.shown),
            answer=answer_of(self.analysis, self.number) if self.analysis else None,
            refusal=len(self.shown) - 1 if self.refusal else None,
            modules=self.placing.modules if self.placing else (),
        )

    # ------------------------------------------------------------------ statements

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        found: list[Piece] = []
        for cell in self.trace.program.cells:
            for node, depth in _nested(cell.body, 0):
                found.append(Piece(len(found), node, cell, depth, tuple(_below(node))))
        return tuple(found)

    @cached_property
    def numbers(self) -> dict[ast.stmt, int]:
        return {piece.node: piece.number for piece in self.pieces}

    def number(self, step: Step) -> int:
        """The statement of a step."""
        return self.numbers[step.node]

    @cached_property
    def steps(self) -> dict[ast.stmt, list[Step]]:
        found: dict[ast.stmt, list[Step]] = {}
        for step in self.trace.steps:
            found.setdefault(step.node, []).append(step)
        return found

    @cached_property
    def roles(self) -> dict[ast.stmt, tuple[Role, ...]]:
        return roles_of(self.trace)

    @cached_property
    def learned(self) -> tuple[Learned, ...]:
        if self.analysis is None or self.placing is None:
            return ()
        return learned_of(self.analysis, self.placing, self.number)

    @cached_property
    def reasons(self) -> Reasons:
        return Reasons(self.trace, self.analysis)

    def _statement(self, piece: Piece) -> Statement:
        node, steps = piece.node, self.steps.get(piece.node, [])
        roles = self._roles(node)
        places = self.placing.by_program_line.get(node.lineno, ()) if self.placing else ()
        fate, reason = self._fate(piece, steps, roles, places)
        start = piece.cell.start
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        return Statement(
            number=piece.number,
            cell=piece.cell.number,
            line=first - start + 1,
            end_line=_last(piece) - start + 1,
            depth=piece.depth,
            code=self.trace.program.line(node.lineno).strip(),
            roles=roles,
            fate=fate,
            reason=reason,
            path=self._path(piece, steps, places),
            destinations=places,
            learns=tuple(one.name for one in self.learned if piece.number in one.learned_from),
            recalls=tuple(one.name for one in self.learned if one.statement == piece.number),
            reads=self._reads(piece.number, steps),
            findings=tuple(at for at, found in enumerate(self.shown) if found.statement == piece.number),
        )

    def _roles(self, node: ast.stmt) -> tuple[Role, ...]:
        """The roles of a statement; of a branch whose condition is known, those of what is in it."""
        if isinstance(node, DEFINITIONS):
            return ("define",)
        return strongest_first(
            {role for child in _statements(node) for role in self.roles.get(child, ())} or {"define"}
        )

    def _fate(
        self, piece: Piece, steps: list[Step], roles: tuple[Role, ...], places: tuple[Destination, ...]
    ) -> tuple[Fate, str]:
        if self.analysis is None:
            here = self.refusal is not None and self.shown[-1].statement == piece.number
            return ("refused", self.shown[-1].message) if here else ("open", "")
        if places:
            return "kept", ""
        inside = [child for child in piece.below if self._placed(child)]
        if inside:
            return "merged", "the lines of its block are kept"
        used = self.analysis.fitting.steps | self.analysis.serving.served.keys()
        imports = isinstance(piece.node, (ast.Import, ast.ImportFrom))
        if any(step.number in used for step in steps) and not imports:
            return "merged", "its effect is in the lines around it"
        return "dropped", self.reasons.of(piece.node, steps, roles)

    def _placed(self, node: ast.stmt) -> bool:
        assert self.placing is not None
        return any(child.lineno in self.placing.by_program_line for child in _statements(node))

    def _path(self, piece: Piece, steps: list[Step], places: tuple[Destination, ...]) -> Branch:
        unused = isinstance(piece.node, (ast.Import, ast.ImportFrom)) and not places
        if self.analysis is None or unused:
            return "none"
        served = self.analysis.serving.served
        if any(served.get(step.number) in ("keep", "bind") for step in steps):
            return "serving"
        if any(place.module == "inference" for place in places):
            return "serving"
        return "training" if places or any(step.number in self.analysis.fitting.steps for step in steps) else "none"

    def _reads(self, number: int, steps: list[Step]) -> tuple[int, ...]:
        found = {self.number(self.trace.steps[read]) for step in steps for read in step.all_deps()}
        return tuple(sorted(found - {number}))

    # ------------------------------------------------------------------ findings

    def _diagnostics(self) -> list[Diagnostic]:
        found = list(self.analysis.diagnostics if self.analysis else self.trace.diagnostics)
        return [*found, self.refusal] if self.refusal else found

    def _finding(self, found: Diagnostic) -> Finding:
        cell = found.place.cell if found.place else 0
        line = found.place.line if found.place else 0
        return Finding(found.code, found.severity, found.message, found.why, found.do, cell, line, self._at(cell, line))

    def _at(self, cell: int, line: int) -> int | None:
        inside = [
            piece.number
            for piece in self.pieces
            if piece.cell.number == cell and piece.node.lineno <= piece.cell.start + line - 1 <= _last(piece)
        ]
        return inside[-1] if inside else None

    # ------------------------------------------------------------------ cells

    def _cells(self, statements: Sequence[Statement]) -> Iterator[Cell]:
        by_cell: dict[int, list[Statement]] = {}
        for statement in statements:
            by_cell.setdefault(statement.cell, []).append(statement)
        headings = {cell.number: cell.heading for cell in self.trace.program.cells}
        for cell in self.notebook.cells:
            inside = by_cell.get(cell.number, [])
            fate, reason = _cell_fate(inside) if cell.kind == "code" else ("open", "")
            if cell.kind == "code" and not inside and cell.source.strip():
                fate, reason = self._without_code(cell.number, cell.source)
            yield Cell(
                number=cell.number,
                kind=cell.kind,
                source=cell.source,
                heading=headings.get(cell.number, ""),
                roles=strongest_first(role for one in inside for role in one.roles),
                fate=fate,
                reason=reason,
                statements=tuple(one.number for one in inside),
                destinations=_joined(inside),
                findings=tuple(at for at, found in enumerate(self.shown) if found.cell == cell.number),
            )

    def _without_code(self, number: int, source: str) -> tuple[Fate, str]:
        """What became of a cell without statements: of text, of magics, of code that cannot be parsed."""
        plain = neutralise(source)
        taken = self.placing.written if self.placing else frozenset[str]()
        for file in plain.written:
            if file.name.removesuffix(".py") in taken:
                return "merged", f"it became {file.name} of the package"
        if any(found.cell == number and found.code == "NB106" for found in self.shown):
            return "dropped", reasons.UNREAD
        return "dropped", reasons.INSTALLS if plain.requirements else reasons.NO_CODE


def _nested(body: Sequence[ast.stmt], depth: int) -> Iterator[tuple[ast.stmt, int]]:
    for node in body:
        yield node, depth
        yield from _nested(_below(node), depth + 1)


def _below(node: ast.AST) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for name in BLOCKS if isinstance(node, (ast.stmt, ast.excepthandler, ast.match_case)) else ():
        for child in getattr(node, name, []):
            found.extend([child] if isinstance(child, ast.stmt) else _below(child))
    return found


def _statements(node: ast.stmt) -> Iterator[ast.stmt]:
    return (child for child in ast.walk(node) if isinstance(child, ast.stmt))


def _last(piece: Piece) -> int:
    """The last line of a statement itself, without its blocks."""
    end = piece.node.end_lineno or piece.node.lineno
    first_below = min([child.lineno for child in piece.below], default=end + 1)
    return max(piece.node.lineno, min(end, first_below - 1))


def _cell_fate(inside: Sequence[Statement]) -> tuple[Fate, str]:
    fates = {one.fate for one in inside}
    for fate in ("refused", "kept", "merged", "dropped"):
        if fate in fates:
            told = [one for one in inside if one.fate == fate and one.reason]
            strong = sorted(told, key=lambda one: strongest_first(("define", *one.roles)) == ("define",))
            return fate, strong[0].reason if strong and fate != "kept" else ""
    return "open", ""


def _joined(inside: Sequence[Statement]) -> tuple[Destination, ...]:
    found: dict[tuple[str, str], set[int]] = {}
    for one in inside:
        for to in one.destinations:
            found.setdefault((to.module, to.function), set()).update(to.lines)
    return tuple(Destination(module, home, tuple(sorted(lines))) for (module, home), lines in found.items())
