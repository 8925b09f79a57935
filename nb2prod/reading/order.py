"""In which order the code cells are to be read: as stored, or as they were run.

Input: the parsed code cells in stored order with their execution counts. Output: the order, and the first use
of a name that comes too early where the stored order cannot run. Looks at names at the top level of the cells
only, and does not judge whether a function is called before the names that it reads are there.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

_NO_ONES = frozenset({*dir(builtins), "__file__", "__name__", "display", "get_ipython", "In", "Out", "_", "exit"})


@dataclass(frozen=True)
class ParsedCell:
    """A code cell of the notebook: its number, its code and when it was run last."""

    number: int
    tree: ast.Module
    count: int | None


@dataclass(frozen=True)
class TooEarly:
    """A name that a cell uses (on this line) although only a later cell makes it."""

    name: str
    cell: int
    line: int
    maker: int


@dataclass(frozen=True)
class Order:
    """The numbers of the cells in reading order; `fault` is what the stored order stumbles over."""

    numbers: tuple[int, ...]
    reordered: bool = False
    fault: TooEarly | None = None


def execution_order(cells: Sequence[ParsedCell]) -> Order:
    """Take the stored order if it can run, else the execution counts if they can, else the stored order."""
    names = {cell.number: _names(cell.tree) for cell in cells}
    stored = [cell.number for cell in cells]
    fault = _first_fault(stored, names)
    if fault is None:
        return Order(tuple(stored))
    counted = _by_count(cells)
    if counted is not None and _first_fault(counted, names) is None:
        return Order(tuple(counted), reordered=True, fault=fault)
    return Order(tuple(stored), fault=fault)


def _by_count(cells: Sequence[ParsedCell]) -> list[int] | None:
    """Sort by execution count; a cell that never ran stays behind the cell above it."""
    counts = [cell.count for cell in cells if cell.count is not None]
    if len(set(counts)) != len(counts):
        return None
    keys: list[tuple[int, int]] = []
    for cell in cells:
        above = keys[-1] if keys else (-1, 0)
        keys.append((above[0], above[1] + 1) if cell.count is None else (cell.count, 0))
    return [cell.number for _, cell in sorted(zip(keys, cells, strict=True), key=lambda pair: pair[0])]


def _first_fault(order: Sequence[int], names: dict[int, _Names]) -> TooEarly | None:
    makers: dict[str, list[int]] = {}
    for number in order:
        for name in names[number].made:
            makers.setdefault(name, []).append(number)
    there: set[str] = set(_NO_ONES)
    for position, number in enumerate(order):
        for name, line in names[number].needed.items():
            others = [maker for maker in makers.get(name, ()) if maker != number]
            if name not in there and others:
                later = [maker for maker in others if maker in order[position:]]
                return TooEarly(name, number, line, (later or others)[0])
        there = (there | names[number].made) - names[number].deleted
    return None


def _names(tree: ast.Module) -> _Names:
    names = _Names()
    with suppress(RecursionError):  # a cell nested so deeply is refused later on, with its reason
        names.visit(tree)
    return names


@dataclass
class _Names(ast.NodeVisitor):
    """What running a cell needs from other cells (name to line), makes and deletes."""

    needed: dict[str, int] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    own: list[set[str]] = field(default_factory=list)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._make(node.id)
        elif not isinstance(node.ctx, ast.Load):
            return
        elif node.id not in self.made and not any(node.id in names for names in self.own):
            self.needed.setdefault(node.id, node.lineno)

    def visit_Module(self, node: ast.Module) -> None:
        for statement in node.body:
            self.visit(statement)
            # A `del` in a branch may never happen, one at the top does.
            for target in statement.targets if isinstance(statement, ast.Delete) else ():
                if isinstance(target, ast.Name):
                    self._delete(target)

    def _make(self, name: str) -> None:
        if self.own:
            self.own[-1].add(name)
        else:
            self.made.add(name)
            self.deleted.discard(name)

    def _delete(self, node: ast.Name) -> None:
        if node.id not in self.made:
            self.needed.setdefault(node.id, node.lineno)
        self.deleted.add(node.id)
        self.made.discard(node.id)

    def _visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._visit_all([node.value, *node.targets])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._visit_all([node.value, node.annotation])
        if node.value is not None:
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.visit_Name(ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target))
        self._visit_all([node.value, node.target])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._visit_all([node.value, node.target])

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit_all([node.iter, node.target, *node.body, *node.orelse])

    visit_AsyncFor = visit_For  # noqa: N815 - the name that ast asks for

    def _visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        self.own.append(set())
        for part in node.generators:
            self._visit_all([part.iter, part.target, *part.ifs])
        self._visit_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self.own.pop()

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _visit_comprehension  # noqa: N815

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._visit_all([*node.decorator_list, *node.args.defaults, *node.args.kw_defaults])
        self._make(node.name)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Global):
                self.made.update(inner.names)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_all([*node.args.defaults, *node.args.kw_defaults])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all([*node.decorator_list, *node.bases, *(word.value for word in node.keywords)])
        self.own.append(set())
        self._visit_all(node.body)
        self.own.pop()
        self._make(node.name)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._make(alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self._make(alias.asname or alias.name)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._make(node.name)
        self._visit_all([node.type, *node.body])

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._make(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._make(node.name)
