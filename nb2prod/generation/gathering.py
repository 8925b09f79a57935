"""A few statements are no function of their own: they join the step function before them.

Headings cut a notebook into parts of one or two statements, and so does a statement between them that only training
runs, such as ``y = df["target"]``. One plain statement that is left alone stands where it is
needed. Input: the groups of layout.py, once twins.py has shared them. Output: fewer groups, in an order in which
training runs what depends on one another as the notebook does.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nb2prod.generation.emission import Emitter, code_of
from nb2prod.generation.layout import MAX_FUNCTION_STEPS, Group
from nb2prod.generation.twins import MOST_ALONE, disturbs
from nb2prod.interpretation.trace import Step

LEARNS = frozenset({"fit", "fit_predict", "fit_transform", "random", "rng", "split"})


def gather(emitter: Emitter, groups: Sequence[Group]) -> list[Group]:
    """Join small step functions with the one before, past what only training runs between them."""
    called = {id(group.of) for group in groups if group.of is not None}
    found: list[Group] = []
    for group in groups:
        home = _home(emitter, found, group, called)
        if home is None:
            found.append(group)
        else:
            home.steps.extend(group.steps)
            home.heading = home.heading if home.heading == group.heading else ""
    functions = [group for group in found if group.kind == "shared"]
    for group in functions if len(functions) > 1 else ():
        if group.trained and not group.tail and _is_one_line(emitter, group):
            _dissolve(emitter, group, [other for other in found if other.of is group])
    return found


def _is_one_line(emitter: Emitter, group: Group) -> bool:
    """Whether training and inference do no more here than one plain statement."""
    if len(group.steps) != 1 or any(child.number in emitter.marked for child in group.steps[0].walk()):
        return False
    code = ast.parse(code_of(emitter.emit(group.steps, "shared"))).body
    return len(code) == 1 and isinstance(code[0], (ast.Assign, ast.AugAssign, ast.Expr))


def _dissolve(emitter: Emitter, group: Group, calls: Sequence[Group]) -> None:
    """Let the statement of a function stand where it is needed; `calls` are the twins that would call the function."""
    for one in (group, *calls):
        emitter.hoisted -= {capture.name for capture in one.stores}
        one.stores = ()
    group.kind = "own"
    for call in calls:
        call.kind, call.of, call.names = "fit", None, {}


def _home(emitter: Emitter, before: Sequence[Group], group: Group, called: set[int]) -> Group | None:
    """The function before a group that can take its steps in."""
    between: list[Group] = []
    for other in reversed(before):
        if other.kind == "fit" and not other.tail:
            between.append(other)
            continue
        fits = _is_plain(other, called) and _is_plain(group, called) and not group.stores
        return other if fits and _are_few(other, group) and not _is_in_the_way(emitter, between, group) else None
    return None


def _is_plain(group: Group, called: set[int]) -> bool:
    """Whether a function is run once, by training and inference alike."""
    return group.kind == "shared" and group.trained and not group.tail and id(group) not in called


def _are_few(first: Group, second: Group) -> bool:
    shorter, both = min(len(first.steps), len(second.steps)), len(first.steps) + len(second.steps)
    return both <= MAX_FUNCTION_STEPS and (shorter <= MOST_ALONE or first.heading == second.heading)


def _is_in_the_way(emitter: Emitter, between: Sequence[Group], group: Group) -> bool:
    """Whether the steps of a group must stay behind what training runs, or learns, before them."""
    earlier = [child for other in between for step in other.steps for child in step.walk()]
    if any(emitter.attached(child) or _learns(child) for child in earlier):
        return True
    return any(disturbs(child, earlier) for step in group.steps for child in step.walk())


def _learns(step: Step) -> bool:
    """Whether a step fits or draws: where it stands decides which numbers it draws."""
    return any(op.relation in LEARNS for op in step.ops.values())
