"""One body for two tables: training code that does to one table what a shared function does to another.

A notebook that prepares train and test in turn, line by line, in a loop or by calling a function twice, leaves the
same statements in two copies: one that only training runs, and one that inference runs too and that became a
function. Here the training copy is replaced by a call of that function. Two copies are twins if the code is the
same up to the names of variables, and every other name that they read has the same definition in both.

Input: the groups of layout.py. Output: the groups, with ``twin`` groups in the place of what they replace. A copy
stays as it is where its statements cannot be moved together, or where the function would recall what training has
not learned yet.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nb2prod.generation.emission import Emitter, code_of
from nb2prod.generation.layout import Group, heading_of, names_in, parts_here
from nb2prod.interpretation.trace import Step

SHORTEST = 2
"""A group is only split for a run of so many steps; a whole group may be shorter."""
MOST_ALONE = 3
"""More steps than these are worth a function."""
_STATE = re.compile(r"\bstate\.(\w+)")


@dataclass
class _Run:
    """Steps of a function, and the training-only groups that do the same to another table."""

    steps: list[Step] = field(default_factory=list)
    twins: list[Group] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


def share_twins(emitter: Emitter, groups: Sequence[Group]) -> list[Group]:
    """Replace training copies of what inference does by calls of one function."""
    found = list(groups)
    for group in groups:
        if group.kind == "shared":
            found = _share(emitter, found, group)
    for members in _serving_runs(emitter, found):
        found = _share_serving(emitter, found, members)
    return found


def _share(emitter: Emitter, groups: list[Group], group: Group) -> list[Group]:
    """Split a function into the runs of steps that have a twin and those that have none."""
    parts: list[Group] = []
    rest = list(group.steps)
    while rest:
        run = _best_run(emitter, groups, group, rest)
        if run is None or len(run.steps) < min(SHORTEST, len(group.steps)):
            _leave(parts, group, rest.pop(0))
            continue
        part = _part(group, run.steps)
        twin = Group("twin", [step for t in run.twins for step in t.steps], of=part, names=run.names)
        twin.stores, part.stores = part.stores, ()
        parts.append(part)
        groups = [twin if other is run.twins[-1] else other for other in groups if other not in run.twins[:-1]]
        rest = rest[len(run.steps) :]
    if all(part.kind == "own" for part in parts):
        return groups
    at = groups.index(group)
    return [*groups[:at], *(_settled(emitter, part, group) for part in parts), *groups[at + 1 :]]


def _serving_runs(emitter: Emitter, groups: Sequence[Group]) -> list[list[Group]]:
    """Neighbouring steps that only inference runs, under one heading."""
    runs: list[list[Group]] = []
    current: list[Group] = []
    for group in groups:
        if group.kind in ("fit", "twin"):
            continue
        alone = group.kind == "own" and not group.tail and all(_serves_alone(emitter, step) for step in group.steps)
        if current and alone and heading_of(emitter, group.steps[0]) == heading_of(emitter, current[0].steps[0]):
            current.append(group)
        elif alone:
            current = [group]
            runs.append(current)
        else:
            current = []
    return runs


def _serves_alone(emitter: Emitter, step: Step) -> bool:
    captures = [capture for capture in emitter.captures() if capture.step.number in _numbers([step])]
    return (
        not any(emitter.fits(child) for child in step.walk())
        and not parts_here(emitter, step)
        and not any(capture.keys or capture.after or capture.folds for capture in captures)
    )


def _share_serving(emitter: Emitter, groups: list[Group], members: list[Group]) -> list[Group]:
    """Make a function of steps that training does not run, if training does the same to another table."""
    steps = [step for member in members for step in member.steps]
    inside = _numbers(steps)
    stores = tuple(capture for capture in emitter.captures() if capture.step.number in inside)
    function = Group("shared", steps, heading_of(emitter, steps[0]), stores=stores, trained=False)
    emitter.adopted |= inside
    emitter.hoisted |= {capture.name for capture in stores}
    merged = [function if group is members[-1] else group for group in groups if group not in members[:-1]]
    found = _share(emitter, merged, function)
    if found == merged:
        emitter.adopted -= inside
        emitter.hoisted -= {capture.name for capture in stores}
        return groups
    return found


def _part(group: Group, steps: list[Step]) -> Group:
    inside = _numbers(steps)
    stores = tuple(capture for capture in group.stores if capture.step.number in inside)
    return Group("shared", steps, group.heading, stores=stores, trained=group.trained)


def _leave(parts: list[Group], group: Group, step: Step) -> None:
    """Collect steps without a twin."""
    if parts and parts[-1].kind == "own":
        parts[-1] = Group("own", [*parts[-1].steps, step])
    else:
        parts.append(Group("own", [step]))


def _settled(emitter: Emitter, part: Group, group: Group) -> Group:
    """A few steps without a twin stand on their own; more of them stay a function."""
    if part.kind != "own":
        return part
    function = _part(group, part.steps)
    long = len(part.steps) > MOST_ALONE or not all(emitter.in_serving(step) for step in part.steps)
    if long and group.trained:
        return function
    emitter.adopted -= _numbers(part.steps)
    emitter.hoisted -= {capture.name for capture in function.stores}
    return part


# ---------------------------------------------------------------------- finding runs


def _best_run(emitter: Emitter, groups: Sequence[Group], group: Group, steps: Sequence[Step]) -> _Run | None:
    """The longest run from the first of the steps on that has a twin."""
    reach = groups[: groups.index(group)] if group.trained else groups
    candidates = [other for other in reach if _is_copy(emitter, other)]
    runs = []
    for start in range(len(candidates)):
        run = _run_from(emitter, groups, group, steps, candidates[start:])
        while run.steps and not _holds(emitter, groups, group, run):
            run = _run_from(emitter, groups, group, steps[: len(run.steps) - 1], candidates[start:])
        runs.append(run)
    best = max(runs, key=lambda run: len(run.steps), default=_Run())
    reads, binds, changes = names_in(code_of(line for step in best.steps for line in emitter.core(step)))
    prepares = group.trained or bool(set(reads) & {*binds, *changes})
    return best if best.steps and prepares else None


def _is_copy(emitter: Emitter, group: Group) -> bool:
    return (
        group.kind == "fit"
        and len(group.steps) == 1
        and not any(emitter.attached(child) or emitter.serves(child) for child in group.steps[0].walk())
    )


def _run_from(
    emitter: Emitter, groups: Sequence[Group], group: Group, steps: Sequence[Step], copies: Sequence[Group]
) -> _Run:
    """Match as many of the steps as possible, one after the other, beginning with the first copy."""
    run = _Run()
    pending = list(copies)
    for step in steps:
        matched = None
        for copy in pending if run.steps else pending[:1]:
            names = _same(emitter, step, copy.steps[0], run)
            if names is not None:
                matched = copy, names
                break
        if matched is None:
            break
        copy, run.names = matched
        pending = pending[pending.index(copy) + 1 :]
        run.steps.append(step)
        run.twins.append(copy)
        if not _can_move(groups, run):
            run.steps.pop()
            run.twins.pop()
            break
    return run


def _same(emitter: Emitter, step: Step, copy: Step, run: _Run) -> dict[str, str] | None:
    """How the names of a step become those of its copy, if they say the same; None otherwise."""
    names, common = dict(run.names), set[str]()
    ours, theirs = code_of(emitter.core(step)), code_of(emitter.core(copy))
    if not ours or not _match(ast.parse(ours), ast.parse(theirs), names, common):
        return None
    if len(set(names.values())) < len(names) or common & {*names, *names.values()}:
        return None
    own = _numbers([*run.steps, step])
    others = _numbers([*(s for twin in run.twins for s in twin.steps), copy])
    if any(_definitions(step, name) - own != _definitions(copy, name) - others for name in common):
        return None
    return names


def _match(ours: object, theirs: object, names: dict[str, str], common: set[str]) -> bool:
    """Compare two syntax trees; names that differ are collected, and must differ everywhere in the same way."""
    if type(ours) is not type(theirs):
        return False
    if isinstance(ours, ast.Name) and isinstance(theirs, ast.Name):
        if ours.id == theirs.id:
            common.add(ours.id)
            return True
        return names.setdefault(ours.id, theirs.id) == theirs.id
    if isinstance(ours, ast.AST):
        fields = [(getattr(ours, name, None), getattr(theirs, name, None)) for name in ours._fields if name != "ctx"]
        return all(_match(a, b, names, common) for a, b in fields)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(_match(a, b, names, common) for a, b in zip(ours, theirs, strict=True))
    return ours == theirs


def _definitions(step: Step, name: str) -> frozenset[int]:
    """The steps whose definitions of a name reach a step."""
    found: set[int] = set()
    for child in step.walk():
        for node, steps in child.deps.items():
            if isinstance(node, ast.Name) and child.emitted(node.id) == name:
                found |= steps
    return frozenset(found)


def _numbers(steps: Iterable[Step]) -> frozenset[int]:
    return frozenset(child.number for step in steps for child in step.walk())


# ---------------------------------------------------------------------- may they be moved


def _can_move(groups: Sequence[Group], run: _Run) -> bool:
    """Whether the copies can all be run where the last of them is."""
    first, last = groups.index(run.twins[0]), groups.index(run.twins[-1])
    passed: list[Step] = []
    for group in groups[first : last + 1]:
        if group in run.twins:
            passed += [child for step in group.steps for child in step.walk()]
        elif any(disturbs(child, passed) for step in group.steps for child in step.walk()):
            return False
    return True


def disturbs(step: Step, earlier: Sequence[Step]) -> bool:
    """Whether a step must not be run before those that the notebook runs earlier."""
    if step.all_deps() & {other.number for other in earlier} or _draws(step):
        return True
    places = {value.place for other in earlier for value in other.values.values() if value.place is not None}
    return bool(step.mutates & places) or any(_mentions(other) & step.binds for other in earlier)


def _mentions(step: Step) -> set[str]:
    names = {node.id for node in ast.walk(step.node) if isinstance(node, ast.Name)}
    return {step.context.rename.get(name, name) for name in names}


def _draws(step: Step) -> bool:
    return any(op.relation == "random" for op in step.ops.values())


# ---------------------------------------------------------------------- does the function do it


def _holds(emitter: Emitter, groups: Sequence[Group], group: Group, run: _Run) -> bool:
    """Whether the function, while fitting, does to the other table what the copies do."""
    inside = _numbers(run.steps)
    own = [capture for capture in emitter.captures() if capture.step.number in inside]
    code = code_of(emitter.emit(run.steps, "shared"))
    at = groups.index(run.twins[-1])
    if set(_STATE.findall(code)) - {capture.name for capture in own} - _stored(emitter, groups[:at]):
        return False
    if any(capture.folds for capture in own) or any(_draws(s) for t in run.twins for s in t.steps[0].walk()):
        return False
    before = _numbers(step for other in groups[:at] for step in other.steps)
    for capture in group.stores:
        if capture.step.number in inside:
            reads = names_in(code_of(emitter.stores([capture])))[0]
            late = {n for n in capture.steps if emitter.fits(emitter.trace.steps[n])} - before
            if late or set(reads) & run.names.keys():
                return False
    return not _escaping(emitter, run)


def _stored(emitter: Emitter, groups: Sequence[Group]) -> set[str]:
    """What training has stored after these groups."""
    run = _numbers(step for group in groups if group.kind != "twin" and group.trained for step in group.steps)
    moved = {capture.name for group in groups for capture in group.stores}
    return moved | {capture.name for capture in emitter.captures() if capture.step.number in run}


def _escaping(emitter: Emitter, run: _Run) -> bool:
    """Whether later code reads variables of the copies that the function does not give back."""
    served: set[str] = set()
    for names in names_in(code_of(emitter.emit(run.steps, "serve"))):
        served |= {run.names.get(name, name) for name in names}
    copied = [step for twin in run.twins for step in twin.steps]
    numbers = _numbers(copied)
    _, binds, changes = names_in(code_of([line for step in copied for line in emitter.core(step)]))
    lost = {*binds, *changes} - served
    if not lost:
        return False
    readers = [step for step in emitter.trace.steps if step.all_deps() & numbers and step.number not in numbers]
    return any(_mentions(step) & lost for step in readers) or any(
        set(names_in(code_of(emitter.stores([capture])))[0]) & lost for capture in emitter.captures()
    )


# ---------------------------------------------------------------------- one name for both tables


def name_parameters(groups: Sequence[Group], known: set[str]) -> None:
    """Call the table of a function that serves two of them what the notebook's loop or function calls it, or ``df``."""
    for twin in groups:
        if twin.of is None or twin.of.parameters:
            continue
        differing = [name for name in twin.of.inputs if twin.names.get(name, name) != name]
        if len(differing) == 1:
            own = next((new for new in _names_of(twin.of.steps, differing[0]) if new not in known), "df")
            taken = {name for step in twin.of.steps for child in step.walk() for name in _mentions(child)}
            if own not in taken | known:
                twin.of.parameters = {differing[0]: own}


def _names_of(steps: Sequence[Step], name: str) -> list[str]:
    """What the notebook calls a variable in a loop or function."""
    renamed = (raw for step in steps for raw, emitted in step.context.rename.items() if emitted == name)
    return list(dict.fromkeys(raw for raw in renamed if raw != name))


def with_names(code: str, names: Mapping[str, str]) -> str:
    """Rename variables in the text of a function's body."""
    lines = [line.encode() for line in code.split("\n")]
    found = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Name) and n.id in names]
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line, start, end = lines[node.lineno - 1], node.col_offset, node.end_col_offset or 0
        if line[start:end].decode() != node.id:
            return code  # inside an f-string Python 3.11 does not say where
        lines[node.lineno - 1] = line[:start] + names[node.id].encode() + line[end:]
    return b"\n".join(lines).decode()
