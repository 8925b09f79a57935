"""Which numbers do made-up names get, when only what is kept counts?

While a notebook is interpreted, the locals of expanded functions get names that nothing else in the notebook has:
``total_2`` where ``total`` is taken. After slicing, much of what had taken names is gone. Input: a trace, its slices.
Output: other names for some of the old ones, so that a cell of which nothing is kept has no say in the generated code;
empty where the names are what they should be. The trace is to be made again with them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from nb2prod.interpretation.trace import Step, Trace
from nb2prod.slicing.evaluation import Evaluation
from nb2prod.slicing.fitting import FitSlice
from nb2prod.slicing.slices import ServeSlice


def names_after_slicing(
    trace: Trace, serving: ServeSlice, fitting: FitSlice, evaluation: Evaluation | None
) -> dict[str, str]:
    """The made-up names that are to be others, and what they are to be."""
    kept = _kept(trace, serving, fitting, evaluation)
    emitted = {name for step in kept for name in _emitted(step)}
    mine = [old for old in trace.made if old in emitted]
    given = _numbered(trace.made, mine, emitted - set(trace.made))
    if all(old == new for old, new in given.items()):
        return {}
    in_the_way = (trace.taken | set(trace.made)) - emitted
    taken = {*given.values(), *trace.taken, *trace.made}
    for name in sorted(in_the_way & set(given.values())):
        given[name] = _free(name, taken)
        taken.add(given[name])
    return {old: new for old, new in given.items() if old != new}


def _numbered(made: Mapping[str, str], mine: Iterable[str], others: set[str]) -> dict[str, str]:
    taken, given = set(others), {}
    for old in mine:
        given[old] = _free(made[old], taken)
        taken.add(given[old])
    return given


def _free(wanted: str, taken: Iterable[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def _kept(trace: Trace, serving: ServeSlice, fitting: FitSlice, evaluation: Evaluation | None) -> list[Step]:
    numbers = {*fitting.steps, *serving.served, serving.answer.step.number}
    if evaluation is not None:
        numbers |= {*evaluation.labels.served, *(score.step.number for score in evaluation.scores)}
    numbers |= {outer.number for number in numbers for outer in trace.steps[number].ancestors()}
    return [trace.steps[number] for number in sorted(numbers)]


def _emitted(step: Step) -> Iterator[str]:
    """The names that the code of a step can have: those that it mentions, and those of its context."""
    yield from step.context.rename.values()
    yield from step.binds
    yield from (name for name, _ in step.inlined.values())
    if step.bind is not None:
        yield step.bind[0]
    for node in ast.walk(step.node):
        if isinstance(node, ast.Name):
            yield step.context.rename.get(node.id, node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            yield step.context.rename.get(node.name, node.name)
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.arg):
            yield node.arg
