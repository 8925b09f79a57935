"""The state of the abstract interpreter: names, heap objects, row sets and the steps laid down so far.

Names map to values and to the steps whose assignment reaches this point; heap objects (frames, lists,
estimators) map to what is known of their content now and to the steps whose creation or mutation reaches this
point. Branches copy and join this state (see statements.py).
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from nb2prod.diagnostics import Diagnostic
from nb2prod.facts import Facts
from nb2prod.interpretation.layers import Layers
from nb2prod.interpretation.trace import Context, Event, Fit, Op, Sink, Source, Step
from nb2prod.interpretation.values import MISSING, UNKNOWN, Function, RowSet, Value, join
from nb2prod.reading.syntax import Program

if TYPE_CHECKING:
    from nb2prod.interpretation.statements import Frame

NOWHERE: frozenset[int] = frozenset()
MUTABLE_KINDS = frozenset(
    [
        "frame",
        "series",
        "array",
        "list",
        "dict",
        "set",
        "estimator",
        "any",
        "index",
        "bunch",
        "object",
        "groupby",
        "tuple",
        "sparse",
        "instance",
    ]
)


@dataclass(frozen=True)
class Binding:
    """A name's value and the steps that bound it."""

    value: Value
    steps: frozenset[int]


@dataclass
class Memory:
    """What branches copy and join."""

    names: Layers[str, Binding] = field(default_factory=Layers)
    heap: Layers[int, Value] = field(default_factory=Layers)
    written: Layers[int, frozenset[int]] = field(default_factory=Layers)
    places: Iterator[int] = field(default_factory=lambda: count(1))
    """Numbers of heap objects; shared by all copies."""

    def copy(self) -> Memory:
        """Give an independent copy."""
        return Memory(self.names.copy(), self.heap.copy(), self.written.copy(), self.places)

    def merge(self, other: Memory) -> Memory:
        """Join two branches."""
        merged = self.copy()
        for place in self.heap.differing(other.heap):
            mine_now, theirs_now = self.heap.get(place), other.heap.get(place)
            if theirs_now is not None and mine_now is not theirs_now:
                joined = theirs_now if mine_now is None else join(mine_now, theirs_now).but(place=place)
                merged.heap[place] = joined
        for place in self.written.differing(other.written):
            merged.written[place] = (self.written.get(place) or NOWHERE) | (other.written.get(place) or NOWHERE)
        for name in self.names.differing(other.names):
            mine, theirs = self.names.get(name), other.names.get(name)
            if theirs is not None:
                merged.names[name] = theirs if mine is None else merged.either(mine, theirs)
        return merged

    def either(self, mine: Binding, theirs: Binding) -> Binding:
        """A name that is bound to one of two values: to a new object that stands for both."""
        if mine == theirs:
            return mine
        left, right = self._now(mine.value), self._now(theirs.value)
        value = join(left, right)
        if left.place != right.place and value.place is not None:
            place = next(self.places)
            both = [p for p in (left.place, right.place) if p is not None]
            value = value.but(place=place)
            self.heap[place] = value
            self.written[place] = frozenset().union(*(self.written.get(p) or NOWHERE for p in both))
        return Binding(value, mine.steps | theirs.steps)

    def _now(self, value: Value) -> Value:
        return value if value.place is None else self.heap.get(value.place) or value


@dataclass(frozen=True)
class Loop:
    """A loop being interpreted: its step, and the rows that it walks over, if it does."""

    step: Step
    rows: int | None


@dataclass
class Machine:
    """The interpreter's registers. Created once per notebook; see statements.py for the instructions."""

    program: Program
    facts: Facts
    memory: Memory = field(default_factory=Memory)
    steps: list[Step] = field(default_factory=list)
    top: list[Step] = field(default_factory=list)
    current: Step | None = None
    parent: Step | None = None
    block: str = "body"
    context: Context = field(default_factory=Context)
    loops: list[Loop] = field(default_factory=list)
    conditions: list[Value] = field(default_factory=list)
    row_sets: dict[int, RowSet] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    fits: list[Fit] = field(default_factory=list)
    sinks: list[Sink] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    call_stack: list[ast.AST] = field(default_factory=list)
    taken: dict[str, None] = field(default_factory=dict)
    """The emitted names that are in use, in the order in which they were taken."""
    made: dict[str, str] = field(default_factory=dict)
    """The emitted names that were made up -> those that were wanted."""
    given_names: Mapping[str, str] = field(default_factory=dict)
    """Made-up names that are to be others."""
    gathered: dict[int, tuple[str, ast.expr]] = field(default_factory=dict)
    """Loops that put rows of each group together again: the name they bind, and the grouped table."""
    heavy: int = 0
    """How many operations were met that a function must be inlined for."""
    local: dict[str, Value] = field(default_factory=dict)
    """Lambda parameters and comprehension targets."""
    frames: list[Frame] = field(default_factory=list)
    parts: dict[str, tuple[tuple[ast.expr, ...], Context]] = field(default_factory=dict)
    """For the result name of an expanded function: the elements of the tuple that it returns."""
    stars: list[tuple[str, int]] = field(default_factory=list)
    saved: dict[str, tuple[str, Binding]] = field(default_factory=dict)
    """Path -> the variable that was pickled to it."""
    siblings: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """For one part of a split array: the whole and the other part."""
    rehearsing: int = 0
    born: dict[int, int] = field(default_factory=dict)
    """For a heap object, how many loops deep it was made."""
    registry: dict[tuple[object, ...], Step] = field(default_factory=dict)
    contexts: dict[tuple[object, ...], Context] = field(default_factory=dict)
    names_for: dict[tuple[int, str], str] = field(default_factory=dict)
    rows_for: dict[tuple[object, ...], int] = field(default_factory=dict)
    views: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """For a heap object that may share its content with others: those."""
    tabular: set[int] = field(default_factory=set)
    """Estimators that give tables: ``set_output(transform="pandas")``."""
    all_tabular: bool = False
    """Whether all of them do: ``set_config(transform_output="pandas")``."""
    columns: dict[int, str] = field(default_factory=dict)
    """For a column of a table as an object of its own: its name."""
    definitions: dict[str, ast.AST] = field(default_factory=dict)
    """The last definition of each function and class, by emitted name."""
    files: frozenset[str] = frozenset()
    """The paths, as they are written, to which a table was written."""
    environment: frozenset[int] = frozenset()
    """The steps that set environment variables."""
    overwriting: set[int] = field(default_factory=set)
    """Estimators that were made with ``copy=False``: they may change the arrays that they are given."""

    @property
    def step(self) -> Step:
        """The step being interpreted."""
        assert self.current is not None
        return self.current

    def new_step(self, node: ast.stmt, extra: tuple[object, ...] = ()) -> Step:
        """Lay down a step for a statement in the current context; the same one again in a second round."""
        parent = self.parent.number if self.parent is not None else -1
        key = (id(node), self.context.key, parent, self.block, *extra)
        step = self.registry.get(key)
        if step is None:
            step = Step(len(self.steps), node, self.context, self.parent, self.block)
            self.steps.append(step)
            self.registry[key] = step
        else:
            step.forget(self.parent)
        (self.parent.children if self.parent else self.top).append(step)
        return step

    def new_place(self) -> int:
        """Allocate a heap object."""
        return next(self.memory.places)

    def origins(self, number: int) -> set[int]:
        """Give a row set and all that its rows come from."""
        found, pending = set[int](), [number]
        while pending:
            current = pending.pop()
            if current not in found:
                found.add(current)
                pending.extend(self.row_sets[current].parents)
        return found

    def new_rows(self, how: str, parents: tuple[int, ...] = (), side: str = "", by: ast.AST | None = None) -> int:
        """Allocate a row set; the same operation of the same step, ``by`` the same text, gives the same set."""
        text = ast.unparse(by) if by is not None else ""
        key = (self.step.number, how, parents, side, text, tuple(self.context.key))
        return self._rows_of(key, RowSet(0, how, parents, side, self.step.number, by))

    def renumbered(self, parent: int, by: ast.AST) -> int:
        """Give the rows of a set with their labels counted anew: the same set wherever ``reset_index`` does it."""
        return self._rows_of(("reset_index", parent), RowSet(0, "order", (parent,), "", self.step.number, by))

    def _rows_of(self, key: tuple[object, ...], made: RowSet) -> int:
        known = self.rows_for.get(key)
        if known is not None and made.how != "source":
            return known
        number = len(self.row_sets) + 1
        self.row_sets[number] = replace(made, number=number)
        self.rows_for[key] = number
        return number

    def fresh(self, value: Value) -> Value:
        """Give a mutable value its own heap object, created by the current step."""
        if value.kind not in MUTABLE_KINDS:
            return value
        place = self.new_place()
        placed = value.but(place=place)
        self.memory.heap[place] = placed
        self.memory.written[place] = frozenset({self.step.number})
        self.born[place] = len(self.loops)
        return placed

    def entered_since(self, value: Value) -> list[Loop]:
        """The loops that were entered after an object was made: with none, it is new in each round."""
        return self.loops[self.born.get(value.place or 0, 0) :]

    def content(self, value: Value) -> Value:
        """What is known now of a value whose object may have been mutated since it was read."""
        if value.place is None:
            return value
        now = self.memory.heap.get(value.place)
        return value if now is None else now

    def mutate(self, value: Value, **changes: object) -> None:
        """Record that the current step changes an object's content."""
        if value.place is None:
            return
        now = self.content(value)
        self.memory.heap[value.place] = now.but(**{"predicted": frozenset(), **changes})
        self.memory.written[value.place] = frozenset({self.step.number})
        self.step.mutates |= {value.place}
        for place in self.viewed(value.place):
            self.memory.written[place] = (self.memory.written.get(place) or NOWHERE) | {self.step.number}
            self.step.mutates |= {place}

    def add_writer(self, node: ast.Name, value: Value) -> None:
        """Record that the current step changes something inside of a variable that is no heap object."""
        name = self.emitted(node.id)
        binding = self.memory.names.get(name)
        if binding is None:
            return
        before = binding.value
        learns = value.from_data and before.relation == "const"
        after = before.but(relation="data", literal=MISSING) if learns else before.but(literal=MISSING)
        self.memory.names[name] = Binding(after, binding.steps | {self.step.number})

    def share(self, value: Value, others: Iterable[Value]) -> Value:
        """Let a value be one that may share its content with others: what changes it changes them."""
        places = tuple(other.place for other in others if other.place is not None and other.place != value.place)
        if value.place is not None and places:
            self.views[value.place] = tuple(dict.fromkeys((*self.views.get(value.place, ()), *places)))
        return value

    def viewed(self, place: int) -> list[int]:
        """All heap objects that an object may share its content with."""
        found: dict[int, None] = {}
        pending = list(self.views.get(place, ()))
        while pending:
            other = pending.pop()
            if other not in found:
                found[other] = None
                pending.extend(self.views.get(other, ()))
        return list(found)

    def held(self, values: Iterable[Value]) -> dict[int, Value]:
        """The heap objects that values are, and those that they hold."""
        found: dict[int, Value] = {}
        pending = list(values)
        while pending:
            value = self.content(pending.pop(0))
            if value.place is not None and value.place not in found:
                found[value.place] = value
                pending += [item for _, item in value.items or ()]
        return found

    def emitted(self, name: str) -> str:
        """The name under which a notebook name is emitted in the current context."""
        return self.context.rename.get(name, name)

    def unique(self, wanted: str) -> str:
        """Find a name that nothing else uses, no builtin either."""
        wanted = f"{wanted}_" if hasattr(builtins, wanted) else wanted
        name, number = wanted, 2
        while name in self.taken:
            name, number = f"{wanted}_{number}", number + 1
        self.taken[name] = None
        self.made.setdefault(name, wanted)
        return self.given_names.get(name, name)

    def mark_target(self, value: Value | None) -> None:
        """Remember that a value is the label: it, and the other part of the split that it came from."""
        if value is None or value.place is None:
            return
        for place in (value.place, *self.siblings.get(value.place, ())):
            now = self.memory.heap.get(place)
            if now is not None:
                self.memory.heap[place] = now.but(taints=now.taints | {"target"})

    def unique_for(self, step: Step, wanted: str) -> str:
        """A unique name that a second round of the same step gets again."""
        key = (step.number, wanted)
        if key not in self.names_for:
            self.names_for[key] = self.unique(wanted)
        return self.names_for[key]

    def bind_known(self, name: str, value: Value, binding: Binding) -> None:
        """Refine what is known of a binding."""
        self.memory.names[name] = Binding(value, binding.steps)

    def bind(self, name: str, value: Value) -> None:
        """Bind a (notebook) name in the current step."""
        self.bind_emitted(self.emitted(name), value)

    def bind_emitted(self, name: str, value: Value) -> None:
        """Bind an emitted name in the current step."""
        for condition in self.conditions:
            if condition.relation == "data" and value.relation == "const":
                value = value.but(relation="data", literal=MISSING)
            elif condition.relation == "rows" and condition.kind == "scalar" and value.relation == "const":
                value = value.but(relation="rows", rows=condition.rows, literal=MISSING)
        value = self.fresh(value) if value.place is None else value  # what changes it later must be found by it
        self.memory.names[name] = Binding(value, frozenset({self.step.number}))
        self.step.binds |= {name}

    def read(self, node: ast.Name) -> Value:
        """Read a name and record the definitions that reach it."""
        if node.id in self.local:
            return self.content(self.local[node.id])
        binding = self.memory.names.get(self.emitted(node.id))
        if binding is None:
            return UNKNOWN
        value = self.content(binding.value)
        self.step.deps[node] = self.step.deps.get(node, frozenset()) | binding.steps | self.writers(value)
        if value.relation == "const" and self._holds_fitted(value):
            return value.but(relation="data")
        return value

    def _holds_fitted(self, value: Value) -> bool:
        """Whether a list or dict holds an estimator that was fitted since it was put there."""
        items = [item for _, item in value.items or ()]
        each = [value.owner] if value.kind == "dict" and value.owner is not None else []
        inside = (self.content(item) for item in [*items, *each])
        return any(item.kind == "estimator" and item.from_data for item in inside)

    def writers(self, value: Value, seen: frozenset[int] = frozenset()) -> frozenset[int]:
        """The steps whose mutation of the object (or of what it holds) reaches this point."""
        found: frozenset[int] = frozenset()
        if value.place is not None:
            if value.place in seen:
                return found
            seen = seen | {value.place}
            found = self.memory.written.get(value.place) or NOWHERE
            value = self.content(value)
        for _, item in value.items or ():
            found |= self.writers(item, seen)
        if value.owner is not None and value.owner.place is not None:
            found |= self.writers(value.owner, seen)
        return found

    def note(self, node: ast.AST, op: Op, heavy: bool = False) -> None:
        """Record how an expression treats the rows."""
        self.step.ops[node] = op
        self.heavy += heavy

    def warn(self, code: str, message: str, node: ast.AST, why: str = "", do: str = "") -> None:
        """Record a warning at a node, once."""
        found = Diagnostic(code, "warning", message, self.program.place(node), why, do)
        if found not in self.diagnostics:
            self.diagnostics.append(found)

    @contextmanager
    def inside(self, step: Step, block: str = "body") -> Iterator[None]:
        """Interpret the children of a compound step."""
        saved = (self.parent, self.block)
        self.parent, self.block = step, block
        try:
            yield
        finally:
            self.parent, self.block = saved

    @contextmanager
    def in_context(self, context: Context) -> Iterator[None]:
        """Interpret with other names."""
        saved, self.context = self.context, context
        try:
            yield
        finally:
            self.context = saved

    @contextmanager
    def locals(self, names: dict[str, Value]) -> Iterator[None]:
        """Interpret an expression with parameters or comprehension targets in scope."""
        saved, self.local = self.local, {**self.local, **names}
        try:
            yield
        finally:
            self.local = saved

    @contextmanager
    def scratch(self) -> Iterator[Step]:
        """Interpret something whose steps are thrown away; memory and records are put back too."""
        kept = (self.top, self.parent, self.block, self.current, self.memory, self.frames, self.heavy)
        records: list[list[Any]] = [self.steps, self.events, self.fits, self.sinks, self.sources, self.diagnostics]
        tables: list[dict[Any, Any]] = [self.registry, self.names_for, self.rows_for, self.taken, self.made]
        lengths = [len(collected) for collected in (*records, *tables)]
        rows = len(self.row_sets)
        probe = replace_step(self.step)
        self.top, self.parent, self.block, self.current = [], None, "body", probe
        self.memory, self.frames = self.memory.copy(), []
        try:
            yield probe
        finally:
            self.top, self.parent, self.block, self.current, self.memory, self.frames, self.heavy = kept
            for record, length in zip(records, lengths, strict=False):
                del record[length:]
            for table, length in zip(tables, lengths[len(records) :], strict=True):
                while len(table) > length:
                    table.popitem()
            for number in range(rows + 1, len(self.row_sets) + 1):  # a value that was made may still be used
                self.row_sets[number] = replace(self.row_sets[number], step=self.step.number)

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """The first round of a loop: only what it does to memory counts."""
        lists: list[list[Any]] = [self.events, self.fits, self.sinks, self.sources, self.diagnostics]
        lengths = [len(records) for records in lists]
        self.rehearsing += 1
        try:
            yield
        finally:
            self.rehearsing -= 1
            for records, length in zip(lists, lengths, strict=True):
                del records[length:]


def replace_step(step: Step) -> Step:
    """A stand-in for a step whose records do not matter."""
    return replace(
        step,
        children=[],
        deps={},
        free={},
        values={},
        ops={},
        inlined={},
        binds=frozenset(),
        mutates=frozenset(),
        hidden=None,
    )
