"""What the interpreter leaves behind: the program as a tree of steps with values and reaching definitions.

A *step* is one statement as it was met in one context: a function called twice or a loop over two frames
leaves two steps for one line of the notebook. ``deps`` holds, for each name that the step reads, the steps whose
definitions or mutations reach it (flow-sensitive). Nothing here decides anything; see recall.py and training.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from nb2prod.diagnostics import Diagnostic
from nb2prod.facts import Fact
from nb2prod.interpretation.values import Function, RowSet, Value
from nb2prod.reading.syntax import Program


@dataclass(frozen=True, eq=False)
class Context:
    """How a step's source relates to the emitted names: renamed locals of inlined functions and loop variables."""

    rename: dict[str, str] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    """Names of the functions being inlined, outermost first."""
    key: tuple[object, ...] = ()
    """Which call sites and loop rounds lead here; tells two contexts of one statement apart."""


@dataclass(frozen=True, eq=False)
class Op:
    """How one call, subscript or operator treats the rows of its operand."""

    relation: str
    receiver: Value | None = None
    fact: Fact | None = None
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Hidden:
    """Something in a step that cannot be followed: whoever needs what it may have changed must refuse."""

    node: ast.AST
    message: str
    why: str
    do: str
    anywhere: bool = True
    """Whether training must refuse too; else its code may run as it is, and only inference refuses."""
    column: str | None = None
    """The only column that may have changed, where that is known."""


@dataclass(frozen=True)
class Free:
    """A global that a function of the notebook reads: its value and the definitions that reach it."""

    steps: frozenset[int]
    value: Value


@dataclass(eq=False)
class Step:
    """One statement in one context."""

    number: int
    node: ast.stmt
    context: Context
    parent: Step | None = None
    block: str = "body"
    bind: tuple[str, ast.expr] | None = None
    """A synthetic assignment ``name = expression`` made by inlining; ``node`` is then the statement it serves."""
    bind_context: Context | None = None
    children: list[Step] = field(default_factory=list)
    deps: dict[ast.AST, frozenset[int]] = field(default_factory=dict)
    free: dict[ast.AST, dict[str, Free]] = field(default_factory=dict)
    """For a reference to a notebook function: the definitions that reach the globals it reads."""
    values: dict[ast.AST, Value] = field(default_factory=dict)
    ops: dict[ast.AST, Op] = field(default_factory=dict)
    inlined: dict[ast.Call, tuple[str, Value]] = field(default_factory=dict)
    """Calls that were expanded before this step: the emitted name that holds their result."""
    expanded: set[ast.Call] = field(default_factory=set)
    """Calls whose bodies stand in steps of their own, whether they give something or not."""
    binds: frozenset[str] = frozenset()
    mutates: frozenset[int] = frozenset()
    """Heap objects whose content this step changes."""
    roles: set[str] = field(default_factory=set)
    hidden: Hidden | None = None

    def forget(self, parent: Step | None) -> None:
        """Start over for a second round of the loop that this step is in."""
        self.parent = parent
        self.children, self.deps, self.free, self.values, self.ops = [], {}, {}, {}, {}
        self.inlined, self.expanded = {}, set()
        self.binds, self.mutates, self.hidden = frozenset(), frozenset(), None

    def emitted(self, name: str) -> str:
        """The emitted name of a variable that the step's expressions read."""
        context = self.bind_context if self.bind is not None and self.bind_context is not None else self.context
        return context.rename.get(name, name)

    @property
    def line(self) -> int:
        """The program line of the statement."""
        return self.node.lineno

    def all_deps(self) -> frozenset[int]:
        """Every step that this one (without its children) reads from."""
        found: set[int] = set()
        for steps in self.deps.values():
            found |= steps
        for names in self.free.values():
            for free in names.values():
                found |= free.steps
        return frozenset(found)

    def ancestors(self) -> Iterator[Step]:
        """The compound statements around this step, innermost first."""
        step = self.parent
        while step is not None:
            yield step
            step = step.parent

    def walk(self) -> Iterator[Step]:
        """This step and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, eq=False)
class Event:
    """A prediction: ``model.predict(X)``, ``kmeans.labels_``, ``model.score(X, y)``."""

    number: int
    step: Step
    node: ast.expr
    method: str
    model: Value
    model_node: ast.expr
    features: ast.expr | None
    rows: int | None
    target: ast.expr | None = None
    features_step: Step | None = None
    """Where the features stand, if not in the step of the prediction."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A call that fits an estimator."""

    step: Step
    node: ast.Call
    model: Value
    features: Value | None
    target: Value | None


@dataclass(frozen=True, eq=False)
class Sink:
    """A use of a prediction or model: ``metric``, ``submission`` or ``save``."""

    kind: str
    step: Step
    node: ast.expr
    value: Value
    name: str = ""
    truth: ast.expr | None = None
    fact: Fact | None = None
    call: ast.expr | None = None


@dataclass(frozen=True, eq=False)
class Source:
    """A place where rows enter the program."""

    number: int
    step: Step
    node: ast.expr
    value: Value


@dataclass(frozen=True, eq=False)
class Trace:
    """The whole interpretation."""

    program: Program
    steps: tuple[Step, ...]
    top: tuple[Step, ...]
    row_sets: dict[int, RowSet]
    events: tuple[Event, ...]
    fits: tuple[Fit, ...]
    sinks: tuple[Sink, ...]
    sources: tuple[Source, ...]
    functions: dict[str, Function]
    diagnostics: tuple[Diagnostic, ...]
    taken: frozenset[str] = frozenset()
    """The names of the notebook's own."""
    made: dict[str, str] = field(default_factory=dict)
    """The names that were made up -> the names that were wanted."""
    gathered: dict[int, tuple[str, ast.expr]] = field(default_factory=dict)
    """Loops that put rows of each group together again: the name they bind, and the grouped table."""

    def step(self, number: int) -> Step:
        """Find a step by number."""
        return self.steps[number]
