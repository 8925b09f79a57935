"""The dataflow graph of an explanation: sources, cells, learned values, the prediction, and what flows between them.

Input: an explanation. Output: nodes and edges; where they are drawn is the page's matter. An edge that a longer way
of the same kind already tells is left out. Dropped cells are gathered at the last kept cell that they read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from nb2prod.explain.records import Cell, Explanation, Learned, Statement

Shape = Literal["source", "cell", "learned", "model", "answer", "dropped", "refused"]
Flow = Literal["serving", "training", "dropped"]
STRENGTH: Final[Mapping[str, int]] = {"serving": 2, "training": 1, "dropped": 0}


@dataclass(frozen=True)
class Node:
    """A node; a click on it selects its statements."""

    id: str
    shape: Shape
    label: str
    detail: str
    role: str
    statements: tuple[int, ...]
    warned: bool = False
    """Whether there is something to say of the cell."""


@dataclass(frozen=True)
class Edge:
    """What flows from one node to another: at inference, only in training, or nowhere."""

    start: str
    end: str
    flow: Flow


@dataclass(frozen=True)
class Graph:
    """All nodes and edges."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph_of(explanation: Explanation) -> Graph:
    """Build the graph."""
    return _Builder(explanation).build()


@dataclass(frozen=True)
class _Builder:
    explanation: Explanation

    def build(self) -> Graph:
        edges = self._reduced(self._edges())
        gathered = self._gathered(edges)
        edges = {
            (gathered.get(start, start), gathered.get(end, end)): flow
            for (start, end), flow in sorted(edges.items(), key=lambda item: STRENGTH[item[1]])
            if start not in gathered
        }
        edges.update(dict.fromkeys(self._hung(gathered), "dropped"))
        nodes = [*self._sources(), *self._cells(gathered), *self._learned(), *self._answer()]
        known = {node.id for node in nodes}
        kept = {pair: flow for pair, flow in edges.items() if pair[0] in known and pair[1] in known}
        touched = {end for pair in kept for end in pair}
        alone = [node for node in nodes if node.id in touched or node.shape not in ("cell", "dropped")]
        return Graph(tuple(alone), tuple(Edge(*pair, flow) for pair, flow in sorted(kept.items())))

    # ------------------------------------------------------------------ nodes

    def _sources(self) -> list[Node]:
        return [
            Node(f"source-{at}", "source", source.path, source.name or "data", "load", (source.statement,))
            for at, source in enumerate(self.explanation.sources)
        ]

    def _cells(self, gathered: Mapping[str, str]) -> list[Node]:
        found: list[Node] = []
        groups: dict[str, list[Cell]] = {}
        for cell in self.explanation.cells:
            if _id(cell.number) in gathered:
                groups.setdefault(gathered[_id(cell.number)], []).append(cell)
            elif cell.statements:
                shape: Shape = "refused" if cell.fate == "refused" else "cell"
                role = cell.roles[0] if cell.roles else "define"
                name, detail = f"cell {cell.number}", _inside(cell) or role
                found.append(Node(_id(cell.number), shape, name, detail, role, cell.statements, bool(cell.findings)))
        for name, cells in groups.items():
            numbers = ", ".join(str(cell.number) for cell in cells)
            label = f"cell{'s' if len(cells) > 1 else ''} {numbers}"
            found.append(Node(name, "dropped", label, "dropped", "look", tuple(n for c in cells for n in c.statements)))
        return found

    def _learned(self) -> list[Node]:
        return [
            Node(
                f"learned-{one.name}",
                "model" if one.model else "learned",
                one.name,
                one.computed,
                "fit" if one.model else "feature",
                (*one.learned_from, one.statement),
            )
            for one in self.explanation.learned
        ]

    def _answer(self) -> list[Node]:
        answer = self.explanation.answer
        if answer is None:
            return []
        return [Node("answer", "answer", "prediction", answer.target or "", "predict", (answer.statement,))]

    # ------------------------------------------------------------------ edges

    def _edges(self) -> dict[tuple[str, str], Flow]:
        found: dict[tuple[str, str], Flow] = {}
        for reader in self.explanation.statements:
            for read in self._read_by(reader):
                if read.cell != reader.cell and not read.code.startswith(("import ", "from ")):
                    _note(found, _id(read.cell), _id(reader.cell), self._flow(read, reader))
        for at, source in enumerate(self.explanation.sources):
            cell = self.explanation.statements[source.statement]
            flow: Flow = "serving" if source.served or self._open else "training" if _kept(cell) else "dropped"
            _note(found, f"source-{at}", _id(cell.cell), flow)
        for one in self.explanation.learned:
            home = self.explanation.statements[one.statement].cell
            _note(found, f"learned-{one.name}", _id(home), "serving")
            for number in self._cells_before(one, home):
                _note(found, _id(number), f"learned-{one.name}", "training")
        if self.explanation.answer is not None:
            last = self.explanation.statements[self.explanation.answer.statement]
            _note(found, _id(last.cell), "answer", "serving")
        return found

    def _cells_before(self, one: Learned, home: int) -> set[int]:
        """The cells that a value is learned from, other than the one that recalls it."""
        told = self.explanation.statements
        cells = {told[number].cell for number in one.learned_from} - {home}
        reads = (told[at] for number in one.learned_from for at in told[number].reads)
        return cells or {read.cell for read in reads if read.roles != ("define",)} - {home}

    def _read_by(self, reader: Statement) -> list[Statement]:
        """What a statement reads; at inference also what is behind a step that only training takes."""
        found: dict[int, Statement] = {}
        pending = list(reader.reads)
        while pending:
            number = pending.pop()
            if number in found:
                continue
            read = found[number] = self.explanation.statements[number]
            if reader.path == "serving" and read.path == "training" and "fit" not in read.roles:
                pending.extend(read.reads)
        return list(found.values())

    @cached_property
    def _open(self) -> bool:
        return self.explanation.answer is None

    def _flow(self, read: Statement, reader: Statement) -> Flow:
        if self._open or (read.path == reader.path == "serving"):
            return "serving"
        return "training" if _kept(read) and _kept(reader) else "dropped"

    def _reduced(self, edges: dict[tuple[str, str], Flow]) -> dict[tuple[str, str], Flow]:
        """Leave out what a longer way tells that is at least as strong."""
        after: dict[str, dict[str, int]] = {}
        for (start, end), flow in edges.items():
            after.setdefault(start, {})[end] = STRENGTH[flow]
        for (start, end), flow in sorted(edges.items(), reverse=True):
            ways = [node for node in after[start] if node != end and after[start][node] >= STRENGTH[flow]]
            if end in _reached(after, ways, STRENGTH[flow], start):
                del after[start][end]
        return {pair: flow for pair, flow in edges.items() if pair[1] in after[pair[0]]}

    # ------------------------------------------------------------------ dropped cells

    @cached_property
    def _dropped(self) -> frozenset[int]:
        cells = self.explanation.cells
        return frozenset(cell.number for cell in cells if cell.fate == "dropped" and cell.statements)

    def _gathered(self, edges: Mapping[tuple[str, str], Flow]) -> dict[str, str]:
        """For each dropped cell, the group at the last kept cell that leads to it."""
        before: dict[str, set[str]] = {}
        for start, end in edges:
            before.setdefault(end, set()).add(start)
        place = {_id(cell.number): at for at, cell in enumerate(self.explanation.cells)}
        found: dict[str, str] = {}
        for number in sorted(self._dropped):
            above = _reached(before, before.get(_id(number), ()), 0, "")
            kept = [node for node in above if node in place and int(node[5:]) not in self._dropped]
            last = max(kept, key=place.__getitem__, default="")
            found[_id(number)] = f"dropped-{last}" if last else "dropped"
        return found

    def _hung(self, gathered: Mapping[str, str]) -> list[tuple[str, str]]:
        names = sorted(set(gathered.values()))
        return [(name.removeprefix("dropped-"), name) for name in names if name != "dropped"]


def _id(number: int) -> str:
    return f"cell-{number}"


def _kept(statement: Statement) -> bool:
    return statement.fate in ("kept", "merged")


def _note(found: dict[tuple[str, str], Flow], start: str, end: str, flow: Flow) -> None:
    old = found.get((start, end))
    if old is None or STRENGTH[flow] > STRENGTH[old]:
        found[start, end] = flow


def _reached(
    after: Mapping[str, Iterable[str]] | Mapping[str, Mapping[str, int]], start: Iterable[str], least: int, without: str
) -> set[str]:
    """Every node on the ways from some nodes along edges of at least this strength."""
    seen: set[str] = set()
    pending = list(start)
    while pending:
        node = pending.pop()
        if node in seen or node == without:
            continue
        seen.add(node)
        following = after.get(node, ())
        strong = following.items() if isinstance(following, Mapping) else ((name, 0) for name in following)
        pending.extend(name for name, strength in strong if strength >= least)
    return seen


def _inside(cell: Cell) -> str:
    """The name of the function that the cell became."""
    ways = [one.function for one in cell.destinations if one.module == "preprocessing" and one.function]
    named = [name for name in ways if name not in ("PreprocessingState", "preprocess")]
    return named[0] if named else ""
