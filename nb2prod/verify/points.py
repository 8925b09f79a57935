"""Where to look while the notebook runs: the points at which `verify` records values.

Input: the analysis and the emitter of a package. Output: plain data for ``.nb2prod/points.json``, written at
extraction. A *point* is an expression or a statement of a cell and the code whose value is wanted there, in the
notebook's own names: the rows as read, the features at the prediction, the prediction, each metric, each learned
value, and each variable that inference computes, after the statement that computes it. ``nth`` of ``of`` tells
which of several runs of one statement (a loop over two tables) is meant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

from nb2prod.generation.emission import DEFINITIONS, Emitter, anchor, code_of
from nb2prod.generation.layout import names_in
from nb2prod.generation.recipes import recipe_source
from nb2prod.generation.twins import with_names
from nb2prod.interpretation.trace import Step, Trace
from nb2prod.slicing.recall import FOLD
from nb2prod.slicing.slices import Capture, Template

FORMAT = 1


@dataclass(frozen=True, eq=False)
class _Place:
    """A step and one of its expressions."""

    emitter: Emitter
    step: Step
    node: ast.expr

    def point(self, then: str = "", *, late: bool = False) -> dict[str, Any]:
        """The value of the expression whenever the notebook computes it; `late`: as it is after the statement."""
        found = _statement(self.emitter, self.step, "value")
        start = self.emitter.trace.program.cell_at(self.node.lineno).start
        last = self.node.end_lineno or self.node.lineno
        span = [self.node.lineno - start + 1, self.node.col_offset, last - start + 1, self.node.end_col_offset or 0]
        return {**found, "span": span, "code": ast.unparse(self.node), "then": then, "late": late}


RETURNED = "return"
"""The variable of a point whose value a function gives back without a name; `inside.steps` notes it so."""
LABELS_LOST = frozenset({"reset_index", "set_index", "merge", "append", "concat", "resample", "melt"})
"""Where one of these is used, a label may not name the raw row that it named when the rows were read."""


def points_of(emitter: Emitter, texts: Mapping[str, str], inside: Mapping[int, Mapping[str, str]]) -> dict[str, Any]:
    """Describe every point of a notebook at which a value can be compared.

    `texts` are the generated modules; `inside` are the variables that have another name there, for each step.
    """
    captures = emitter.serving.captures
    answer = emitter.serving.answer
    return {
        "format": FORMAT,
        "cells": list(emitter.trace.program.notebook.order),
        "sources": list(_sources(emitter)),
        "prediction": _prediction(emitter),
        "by_model": answer.event.method == "score",
        "features": _features(emitter),
        "metrics": {
            metric.name: _Place(emitter, metric.step, metric.node).point() for metric in emitter.fitting.metrics
        },
        "state": [_learned(emitter, capture) for capture in captures],
        "steps": _with_handover(list(_steps(_Homes(emitter, _homes(texts), inside))), texts),
        "labels": _labels_survive(emitter),
        "foreign": _foreign(emitter),
        "recipes": _recipes(captures),
    }


def _statement(emitter: Emitter, step: Step, when: str) -> dict[str, Any]:
    """Where a step's statement stands: cell, line in the cell, column, kind, and which of its runs is meant."""
    node = step.node if step.bind is None else _around(emitter, step.node, step.bind[1])
    place = emitter.trace.program.place(node)
    twins = _runs(emitter.trace)[_code_of_run(step)]
    return {
        "when": when,
        "cell": place.cell,
        "line": place.line,
        "column": node.col_offset,
        "kind": type(node).__name__,
        "text": crc32(ast.unparse(node).encode()),
        "nth": twins.index(step.number),
        "of": len(twins),
    }


def _code_of_run(step: Step) -> ast.AST:
    """The syntax that a step is one run of."""
    return step.node if step.bind is None else step.bind[1]


@lru_cache(maxsize=1)
def _runs(trace: Trace) -> Mapping[ast.AST, Sequence[int]]:
    """For each piece of syntax the steps that run it, in order."""
    found: dict[ast.AST, list[int]] = {}
    for step in trace.steps:
        found.setdefault(_code_of_run(step), []).append(step.number)
    return found


def _around(emitter: Emitter, statement: ast.stmt, node: ast.expr) -> ast.stmt:
    """The statement that an expression stands in: what a function gives back stands in the function."""
    if any(child is node for child in ast.walk(statement)):
        return statement
    for top in emitter.trace.program.statements():
        around = [n for n in ast.walk(top) if isinstance(n, ast.stmt) and any(child is node for child in ast.walk(n))]
        if around:
            return around[-1]
    return statement


def _sources(emitter: Emitter) -> Iterator[dict[str, Any]]:
    for number, node in emitter.serving.sources.items():
        if hasattr(node, "lineno"):
            yield _Place(emitter, emitter.trace.steps[number], node).point()


def _prediction(emitter: Emitter) -> dict[str, Any] | None:
    answer = emitter.serving.answer
    node, then = answer.node, ""
    match node:  # a column of a table that is written out has no place of its own
        case ast.Subscript(value=table, slice=ast.Constant(value=column)) if "lineno" not in vars(node):
            node, then = table, f"[{column!r}]"
    if answer.event.method == "score" or not hasattr(node, "lineno"):
        return None
    return _Place(emitter, answer.step, node).point(then)


def _features(emitter: Emitter) -> dict[str, Any] | None:
    event = emitter.serving.answer.event
    if event.features is None or not hasattr(event.features, "lineno"):
        return None
    return _Place(emitter, event.step, event.features).point()


# ---------------------------------------------------------------------- learned values


def _learned(emitter: Emitter, capture: Capture) -> dict[str, Any]:
    names = {emitted: name for name, emitted in capture.step.context.rename.items()}
    keys = [] if capture.folds else [names.get(key, key) for key in capture.keys]
    return {
        "name": capture.name,
        "final": capture.final,
        "folds": capture.folds,
        "keyed": bool(capture.keys),
        "keys": keys,
        "cell": emitter.trace.program.place(capture.step.node).cell,
        "point": _learned_point(emitter, capture, names),
    }


def _learned_point(emitter: Emitter, capture: Capture, names: dict[str, str]) -> dict[str, Any]:
    step = anchor(capture)
    hole = capture.fit.holes[0] if capture.fit.code == "__0__" and capture.fit.holes else None
    if hole is not None and not capture.after and hole.step is step is capture.step and hasattr(hole.node, "lineno"):
        late = capture.estimator and isinstance(hole.node, ast.Call)
        return _Place(emitter, step, hole.node).point(late=late)
    when = "after" if capture.after else "before"
    return {**_statement(emitter, step, when), "code": _filled(capture.fit, names)}


def _filled(template: Template, names: dict[str, str]) -> str:
    """The template with the notebook's own expressions and names."""
    tree = ast.parse(template.code, mode="eval")
    return ast.unparse(_Filler(template, names).visit(tree))


class _Filler(ast.NodeTransformer):
    def __init__(self, template: Template, names: dict[str, str]) -> None:
        self.holes = {f"__{at}__": hole.node for at, hole in enumerate(template.holes)}
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.holes:
            return self.holes[node.id]
        return ast.Name(self.names.get(node.id, node.id), node.ctx)


def _recipes(captures: Iterable[Capture]) -> dict[str, list[str]]:
    needs = sorted({need for capture in captures for need in capture.fit.needs})
    imports = [need for need in needs if need.startswith(("import ", "from "))]
    return {"imports": imports, "sources": [recipe_source(need) for need in needs if need not in imports]}


# ---------------------------------------------------------------------- what inference computes on the way


@dataclass(frozen=True, eq=False)
class _Homes:
    """Where the statements of inference came to stand, and under which names."""

    emitter: Emitter
    functions: Mapping[str, str]
    inside: Mapping[int, Mapping[str, str]]

    def of(self, step: Step) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        """Each statement of a step with its code in the module, its function, and the names it has there."""
        for statement in ast.parse(code_of(self.emitter.emit([step], "serve"))).body:
            plain = ast.unparse(statement)
            for names in (self.inside.get(step.number, {}), {}):
                code = with_names(plain, names)
                if code in self.functions:
                    yield plain, code, names
                    break
                if (given := _as_returned(code)) in self.functions:
                    yield plain, given, dict.fromkeys(names_in(plain)[1], RETURNED)
                    break


_Handed = tuple[str, dict[str, Any]]
"""A variable as ``preprocess`` calls it, and a point."""


def _steps(homes: _Homes) -> Iterator[_Handed]:
    """Each statement of inference with the variables that it leaves, in order."""
    for top in homes.emitter.trace.top:
        for step in top.walk():
            if step.children or isinstance(step.node, DEFINITIONS) or not homes.emitter.serves(step):
                continue
            if step.bind is None:
                yield from _step(homes, step)
            elif hasattr(step.bind[1], "lineno"):
                yield from _bound(homes, step, *step.bind)


def _step(homes: _Homes, step: Step) -> Iterator[_Handed]:
    written = {emitted: name for name, emitted in step.context.rename.items()}
    for plain, code, names in homes.of(step):
        _, binds, changes = names_in(plain)
        for variable in dict.fromkeys([*binds, *changes]):
            if variable != FOLD:
                point = {**_statement(homes.emitter, step, "after"), "code": written.get(variable, variable)}
                yield variable, _place(homes, code, names.get(variable, variable), point)


def _bound(homes: _Homes, step: Step, name: str, node: ast.expr) -> Iterator[_Handed]:
    """What a function of the notebook is given or gives back, where inference has its body in place of the call."""
    for _, code, names in homes.of(step):
        yield name, _place(homes, code, names.get(name, name), _Place(homes.emitter, step, node).point())


def _place(homes: _Homes, code: str, variable: str, point: dict[str, Any]) -> dict[str, Any]:
    return {"statement": code, "variable": variable, "function": homes.functions[code], "point": point}


def _homes(texts: Mapping[str, str]) -> dict[str, str]:
    """The function of each statement in the modules of inference."""
    found: dict[str, str] = {}
    for name in ("inference", "preprocessing"):
        for function in ast.parse(texts[name]).body:
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.stmt):
                        found[ast.unparse(node)] = function.name
    return found


def _as_returned(code: str) -> str:
    """The `return` that a statement became which only binds what its function gives back."""
    match ast.parse(code).body:
        case [ast.Assign(targets=[ast.Name()], value=value)]:
            return f"return {ast.unparse(value)}"
    return ""


def _with_handover(handed: list[_Handed], texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Add the features as ``preprocess`` hands them over: what they were when they were last computed."""
    tail = {node.name for node in ast.parse(texts["inference"]).body if isinstance(node, ast.FunctionDef)}
    steps = [step for _, step in handed]
    end = next((at for at, step in enumerate(steps) if step["function"] in tail), len(steps))
    returns = _returns(texts["preprocessing"])
    taken = [
        (ast.unparse(node), [name.id for name in ast.walk(node.targets[0]) if isinstance(name, ast.Name)])
        for node in ast.walk(ast.parse(texts["inference"]))
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("preprocess(")
    ]
    statement, names = taken[-1] if taken else (ast.unparse(returns[0]), [RETURNED]) if returns else ("", [])
    found = []
    for name, step in zip(names, _last_points(handed[:end], names, returns[-1] if returns else None), strict=True):
        made = {**(step or {}), "statement": statement, "function": "preprocess", "variable": name}
        if step is not None and made not in steps:
            found.append(made)
    return [*steps[:end], *found, *steps[end:]]


def _last_points(
    handed: Sequence[_Handed], names: Sequence[str], given: ast.Return | None
) -> Iterator[dict[str, Any] | None]:
    """For each of the features, where it was last computed; `given` is the statement that gives them back."""
    last = dict(handed)
    value = given.value if given is not None else None
    inner = [node.id for node in ast.walk(value) if isinstance(node, ast.Name)] if value is not None else []
    code = ast.unparse(given) if given is not None else ""
    whole = next((step for _, step in reversed(handed) if step["statement"] == code), None)
    for at, name in enumerate(names):
        own = inner[at] if len(inner) == len(names) else name
        yield whole if whole is not None and len(names) == 1 else last.get(own, last.get(name))


def _returns(text: str) -> list[ast.Return]:
    """The last statement of ``preprocess``, and of the step that it calls there, if it does, and so on."""
    functions = {node.name: node.body for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    wanted, found = "preprocess", list[ast.Return]()
    while wanted in functions:
        given = functions.pop(wanted)[-1]
        if not isinstance(given, ast.Return):
            break
        found.append(given)
        called = given.value.func if isinstance(given.value, ast.Call) else None
        wanted = called.id if isinstance(called, ast.Name) else ""
    return found


def _labels_survive(emitter: Emitter) -> bool:
    """Whether a label names the same row from reading to predicting."""
    for number in emitter.fitting.steps | set(emitter.serving.served):
        for node in ast.walk(emitter.trace.steps[number].node):
            if isinstance(node, ast.Attribute) and node.attr in LABELS_LOST:
                return False
            if isinstance(node, ast.Attribute) and node.attr == "index" and isinstance(node.ctx, ast.Store):
                return False
    return True


def _foreign(emitter: Emitter) -> list[str]:
    """Columns that the notebook computes and inference does not: the label, and what came of dead ends."""
    served = {step.node for step in emitter.trace.steps if emitter.serves(step)}
    others = {step.node for step in emitter.trace.steps} - served
    return sorted(_columns(others) - _columns(served))


def _columns(nodes: Iterable[ast.stmt]) -> set[str]:
    """The columns that statements assign to."""
    targets: list[ast.expr] = []
    for node in nodes:
        if isinstance(node, ast.Assign):
            targets += node.targets
        elif isinstance(node, ast.AugAssign):
            targets.append(node.target)
    subscripts = [target.slice for target in targets if isinstance(target, ast.Subscript)]
    constants = [node.value for part in subscripts for node in ast.walk(part) if isinstance(node, ast.Constant)]
    return {value for value in constants if isinstance(value, str)}
