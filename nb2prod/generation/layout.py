"""Where each statement goes: shared step functions, training only, inference only.

Walks the top-level steps of both slices in order and groups them. Statements that both slices run alike become
*shared* groups (one function in preprocessing.py for both, with ``if fitting:`` where training does more); what only
training does stays in ``fit``; where the slices part for good (loading, splitting, predicting) each has its own code.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from nb2prod.generation.emission import DEFINITIONS, Emitter, Mode, code_of
from nb2prod.interpretation.trace import Step
from nb2prod.slicing.recall import bound_here
from nb2prod.slicing.slices import Capture

MAX_FUNCTION_STEPS = 25
Names = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Names that code reads before it binds them, binds, and changes in place."""
PARTING = frozenset({"split", "concat", "source"})


@dataclass(eq=False)
class Group:
    """Consecutive steps that are emitted together."""

    kind: Literal["shared", "fit", "own", "twin"]
    steps: list[Step]
    heading: str = ""
    name: str = ""
    summary: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    trained: bool = True
    """For a function: whether training runs these steps themselves, and not only their twins."""
    parameters: dict[str, str] = field(default_factory=dict)
    """Inputs that have another name inside the function."""
    given: tuple[str, ...] = ()
    """What the function could return."""
    tail: bool = False
    cells: tuple[int, ...] = ()
    stores: tuple[Capture, ...] = field(default=())
    """Captures that training stores before it calls this group's function."""
    of: Group | None = None
    """For a twin: the group whose function training calls here."""
    names: dict[str, str] = field(default_factory=dict)
    """For a twin: names in the function -> names here."""


class _EmittedNames:
    """The names in the code of each step; one round of the arrangement after another asks for the same ones."""

    def __init__(self, emitter: Emitter) -> None:
        self.emitter = emitter
        self.known: dict[tuple[int, Mode, frozenset[str]], Names] = {}

    def of(self, step: Step, mode: Mode) -> Names:
        """What the code of the step reads, binds and changes, as long as the same captures are hoisted."""
        key = (step.number, mode, frozenset(self.emitter.hoisted))
        if key not in self.known:
            self.known[key] = names_in(code_of(self.emitter.emit([step], mode)))
        return self.known[key]


def arrange(emitter: Emitter, known: set[str]) -> list[Group]:
    """Group the steps of both slices; ``known`` are the names that modules have at top level."""
    outside: set[int] = set()
    names = _EmittedNames(emitter)
    while True:
        groups = _greedy(emitter, outside)
        misplaced = _misplaced(emitter, groups, names) | _hoist(emitter, groups)
        misplaced |= _unavailable(emitter, groups, names, known)
        if misplaced <= outside:
            return [group for group in groups if group.kind != "shared" or _says_something(emitter, group)]
        outside |= misplaced


def _says_something(emitter: Emitter, group: Group) -> bool:
    """Whether any code is left of the steps; ``df.columns = df.columns`` leaves none."""
    return any(emitter.emit([step], mode) for step in group.steps for mode in ("serve", "fit"))


def _greedy(emitter: Emitter, outside: set[int]) -> list[Group]:
    groups: list[Group] = []
    current: Group | None = None
    tail = False
    for step in emitter.trace.top:
        if isinstance(step.node, DEFINITIONS):
            continue
        training, serving = emitter.in_training(step), emitter.in_serving(step)
        if not training and not serving:
            continue
        shared = serving and any(emitter.fits(child) for child in step.walk())
        tail = tail or _predicts(emitter, step)
        current = None if tail else current
        if shared and not tail and not parts_here(emitter, step) and step.number not in outside:
            heading = heading_of(emitter, step)
            if current is None or current.heading != heading or _full(current):
                current = Group("shared", [], heading)
                groups.append(current)
            current.steps.append(step)
        elif serving:
            current = None
            groups.append(Group("own", [step], tail=tail))
        elif current is not None and step.number not in outside and not _fits_model(emitter, step):
            current.steps.append(step)
        elif current is not None and not _depends(step, current):
            groups.insert(groups.index(current), Group("fit", [step]))
        else:
            current = None
            groups.append(Group("fit", [step], tail=tail))
    return groups


def _unavailable(emitter: Emitter, groups: Sequence[Group], names: _EmittedNames, known: set[str]) -> set[int]:
    """Steps of shared functions whose training code reads what inference does not have."""
    alone: set[int] = set()
    given: set[str] = {"rows", "state", "fitting", *known}
    for group in groups:
        if group.kind == "shared":
            bound: set[str] = set()
            for step in group.steps:
                reads, binds, _ = names.of(step, "shared")
                if set(reads) - given - bound - emitter.needs:
                    alone.add(step.number)
                bound |= set(binds)
        if group.kind != "fit":
            given.update(name for step in group.steps for name in names.of(step, "serve")[1])
    return alone


def _hoist(emitter: Emitter, groups: Sequence[Group]) -> set[int]:
    """Move captures of training-only values out of shared functions; name the steps that cannot be shared."""
    alone: set[int] = set()
    emitter.hoisted.clear()
    for group in groups:
        if group.kind != "shared":
            continue
        numbers = {child.number for step in group.steps for child in step.walk()}
        stores: list[Capture] = []
        for step in group.steps:
            for child in step.walk():
                for capture in [*emitter.before.get(child.number, []), *emitter.after.get(child.number, [])]:
                    if capture.after or not _training_only(emitter, capture.steps - numbers):
                        continue
                    if capture.keys or capture.steps & numbers:
                        alone.add(step.number)
                    else:
                        stores.append(capture)
                        emitter.hoisted.add(capture.name)
        group.stores = tuple(stores)
    return alone


def _training_only(emitter: Emitter, numbers: set[int] | frozenset[int]) -> bool:
    steps = [emitter.trace.steps[number] for number in numbers]
    return any(not isinstance(step.node, DEFINITIONS) and not emitter.in_serving(step) for step in steps)


def _full(group: Group) -> bool:
    return len(group.steps) >= MAX_FUNCTION_STEPS


def heading_of(emitter: Emitter, step: Step) -> str:
    """The heading over a step, or the function of the notebook that it is in."""
    if step.context.calls:
        return step.context.calls[0]
    return emitter.trace.program.cell_at(step.line).heading


def parts_here(emitter: Emitter, step: Step) -> bool:
    """Whether the slices part here: loading, splitting, unpacking what only training needs."""
    if any(emitter.serving.served.get(child.number) == "bind" for child in step.walk()):
        return True
    return any(op.relation in PARTING for child in step.walk() for op in child.ops.values())


def _predicts(emitter: Emitter, step: Step) -> bool:
    """Whether inference starts to predict here."""
    answer = emitter.serving.answer
    for child in step.walk():
        if child is answer.step or child is answer.event.step:
            return True
        if emitter.serves(child) and any(op.relation in ("predict", "fit_predict") for op in child.ops.values()):
            return True
    return False


def _fits_model(emitter: Emitter, step: Step) -> bool:
    place = emitter.serving.answer.event.model.place
    return any(place is not None and place in child.mutates for child in step.walk())


def _depends(step: Step, group: Group) -> bool:
    inside = {child.number for member in group.steps for child in member.walk()}
    return any(child.all_deps() & inside for child in step.walk())


def _misplaced(emitter: Emitter, groups: Sequence[Group], code: _EmittedNames) -> set[int]:
    """Training-only steps in shared groups whose results are needed outside the group."""
    found: set[int] = set()
    home = {child.number: at for at, group in enumerate(groups) for step in group.steps for child in step.walk()}
    readers = _readers(emitter, home)
    for at, group in enumerate(groups):
        if group.kind != "shared":
            continue
        served = _served_names(emitter, group, code)
        inside = {child.number for step in group.steps for child in step.walk()}
        for step in group.steps:
            if emitter.in_serving(step):
                continue
            numbers = [child.number for child in step.walk()]
            read = {n for child in step.walk() for n in child.all_deps()} - inside
            if _reads_training_only(emitter, read, served):
                found.add(step.number)
                continue
            names = {name for child in step.walk() for name in child.binds}
            read_outside = any(readers.get(number, set()) - {at} for number in numbers)
            if (read_outside and not names <= served and not _changes_served(step, served)) or (
                read_outside and names and not names <= served
            ):
                found.add(step.number)
    return found


def _reads_training_only(emitter: Emitter, numbers: set[int], served: set[str]) -> bool:
    """Whether a step reads variables that inference does not have."""
    for number in numbers:
        step = emitter.trace.steps[number]
        if isinstance(step.node, DEFINITIONS) or emitter.in_serving(step):
            continue
        if emitter.fits(step) and not (step.binds and step.binds <= served) and not _changes_served(step, served):
            return True
    return False


def _changes_served(step: Step, served: set[str]) -> bool:
    """Whether a step only changes variables that the function gives back."""
    node = step.node
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        root = node.value.func.value
        while isinstance(root, (ast.Attribute, ast.Subscript)):
            root = root.value
        return isinstance(root, ast.Name) and step.context.rename.get(root.id, root.id) in served
    targets = getattr(node, "targets", None) or ([node.target] if isinstance(node, ast.AugAssign) else [])
    roots = []
    for target in targets:
        while isinstance(target, (ast.Attribute, ast.Subscript)):
            target = target.value
        roots.append(isinstance(target, ast.Name) and step.context.rename.get(target.id, target.id) in served)
    return bool(roots) and all(roots)


def _readers(emitter: Emitter, home: dict[int, int]) -> dict[int, set[int]]:
    readers: dict[int, set[int]] = {}
    for number, at in home.items():
        step = emitter.trace.steps[number]
        if emitter.fits(step) or emitter.serves(step):
            for read in step.all_deps():
                readers.setdefault(read, set()).add(at)
    for capture in emitter.serving.captures:
        place = home.get(capture.step.number, -1)
        for read in capture.steps:
            readers.setdefault(read, set()).add(place)
    for metric in emitter.fitting.metrics:
        for node in ast.walk(metric.node):
            for read in metric.step.deps.get(node, frozenset()):
                readers.setdefault(read, set()).add(home.get(metric.step.number, -2))
    return readers


def _served_names(emitter: Emitter, group: Group, code: _EmittedNames) -> set[str]:
    found: set[str] = set()
    for step in group.steps:
        if emitter.in_serving(step):
            found.update(*code.of(step, "serve"))
    return found


@lru_cache(maxsize=4096)
def names_in(code: str) -> Names:
    """Names that code reads before it binds them, binds, and changes in place; each in order of appearance."""
    reads: dict[str, None] = {}
    binds: dict[str, None] = {}
    changes: dict[str, None] = {}
    for statement in ast.parse(code).body:
        _statement_names(statement, reads, binds, changes, frozenset())
    return tuple(reads), tuple(binds), tuple(changes)


def _statement_names(  # noqa: C901, PLR0912 - one branch for each kind of node
    node: ast.AST,
    reads: dict[str, None],
    binds: dict[str, None],
    changes: dict[str, None],
    local: frozenset[str],
) -> None:
    match node:
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            if node.value is not None:
                _statement_names(node.value, reads, binds, changes, local)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(node, ast.AugAssign) and isinstance(target, ast.Name):
                    _read(target.id, reads, binds, local)
                _target_names(target, reads, binds, changes, local)
        case ast.For():
            _statement_names(node.iter, reads, binds, changes, local)
            _target_names(node.target, reads, binds, changes, local)
            for child in [*node.body, *node.orelse]:
                _statement_names(child, reads, binds, changes, local)
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            inner = local | bound_here(node)
            for below in ast.iter_child_nodes(node):
                _statement_names(below, reads, binds, changes, inner)
        case ast.Name():
            if isinstance(node.ctx, ast.Load):
                _read(node.id, reads, binds, local)
            elif node.id not in local:
                binds.setdefault(node.id)
        case ast.Call():
            _changed_by_call(node, changes, local)
            for below in ast.iter_child_nodes(node):
                _statement_names(below, reads, binds, changes, local)
        case _:
            for below in ast.iter_child_nodes(node):
                _statement_names(below, reads, binds, changes, local)


def _read(name: str, reads: dict[str, None], binds: dict[str, None], local: frozenset[str]) -> None:
    if name not in binds and name not in local:
        reads.setdefault(name)


def _target_names(
    target: ast.expr,
    reads: dict[str, None],
    binds: dict[str, None],
    changes: dict[str, None],
    local: frozenset[str],
) -> None:
    if isinstance(target, ast.Name):
        binds.setdefault(target.id)
        return
    if isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            _target_names(element, reads, binds, changes, local)
        return
    for child in ast.iter_child_nodes(target):
        _statement_names(child, reads, binds, changes, local)
    root: ast.expr = target
    while isinstance(root, (ast.Subscript, ast.Attribute)):
        root = root.value
    if isinstance(root, ast.Name):
        changes.setdefault(root.id)


def _changed_by_call(node: ast.Call, changes: dict[str, None], local: frozenset[str]) -> None:
    if not isinstance(node.func, ast.Attribute):
        return
    mutates = any(k.arg == "inplace" for k in node.keywords) or node.func.attr in (
        "append", "extend", "insert", "update", "pop", "fit", "remove", "setdefault", "add",
    )  # fmt: skip
    root = node.func.value
    while isinstance(root, (ast.Subscript, ast.Attribute)):
        root = root.value
    if mutates and isinstance(root, ast.Name) and root.id not in local:
        changes.setdefault(root.id)
