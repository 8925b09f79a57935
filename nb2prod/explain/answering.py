"""What the package answers, what it learned and what it reads, for the explanation."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from nb2prod.explain.placing import Placing
from nb2prod.explain.records import Answer, Destination, Learned, Source
from nb2prod.generation.emission import DEFINITIONS
from nb2prod.generation.package import target_column
from nb2prod.interpretation.trace import Step, Trace
from nb2prod.pipeline import Analysis
from nb2prod.slicing.slices import Capture

Number = Callable[[Step], int]
MODEL: Final = "model"


def answer_of(analysis: Analysis, number: Number) -> Answer:
    """Tell what is predicted, with which model, and what that takes."""
    answer = analysis.answer
    place = answer.event.model.place
    fitted = [fit.step for fit in analysis.trace.fits if place is not None and fit.model.place == place]
    columns = columns_read(analysis)
    return Answer(
        statement=number(answer.step),
        expression=ast.unparse(answer.node),
        model=ast.unparse(answer.event.model_node),
        estimator=answer.event.model.qualified,
        reason=answer.reason,
        runners_up=answer.runners_up,
        fitted=tuple(sorted({number(step) for step in fitted})),
        target=target_column(analysis),
        metrics=tuple((metric.name, number(metric.step)) for metric in analysis.fitting.metrics),
        columns=columns,
    )


def columns_read(analysis: Analysis) -> tuple[str, ...]:
    """Column names that the code of inference reads from tables before it made them itself."""
    made: set[str] = set()
    found: dict[str, None] = {}
    trace = analysis.trace
    for number in sorted(analysis.serving.served):
        step = trace.steps[number]
        targets, reads = _columns(step)
        for name in reads:
            if name not in made:
                found.setdefault(name)
        made |= targets
    target = target_column(analysis)
    return tuple(name for name in found if name != target)


def _columns(step: Step) -> tuple[set[str], list[str]]:
    """Literal column names that a step stores, and those that it reads."""
    targets: set[str] = set()
    reads: list[str] = []
    for node in ast.walk(step.node) if not step.children else ():
        if isinstance(node, ast.keyword) and node.arg in ("columns", "subset", "on", "by"):
            known = step.values.get(node.value)
            reads.extend(_words(known.literal if known is not None else None) or _constants(node.value))
        holder = step.values.get(node.value) if isinstance(node, (ast.Subscript, ast.Attribute)) else None
        if holder is None or holder.kind != "frame":
            continue
        if isinstance(node, ast.Subscript):
            names = _constants(node.slice)
            if isinstance(node.ctx, ast.Store):
                targets.update(names)
            else:
                reads.extend(names)
    return targets, reads


def _constants(node: ast.AST) -> list[str]:
    return [c.value for c in ast.walk(node) if isinstance(c, ast.Constant) and isinstance(c.value, str)]


def _words(literal: object) -> list[str]:
    return [word for word in literal if isinstance(word, str)] if isinstance(literal, (list, tuple)) else []


def sources_of(trace: Trace, analysis: Analysis | None, number: Number) -> tuple[Source, ...]:
    """Tell what the notebook reads; the served source is the one whose rows are predicted."""
    served = set(analysis.serving.sources.values()) if analysis else set()
    found = []
    for source in trace.sources:
        call = source.node
        literal = None
        if isinstance(call, ast.Call) and call.args:
            known = source.step.values.get(call.args[0])
            literal = known.literal if known is not None and isinstance(known.literal, str) else None
        node = source.step.node
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        name = target.id if isinstance(target, ast.Name) else ""
        shown = literal if isinstance(literal, str) else ast.unparse(call)[:80]
        found.append(Source(name, shown, number(source.step), call in served))
    return tuple(found)


# ---------------------------------------------------------------------- learned state


def learned_of(analysis: Analysis, placing: Placing, number: Number) -> tuple[Learned, ...]:
    """Tell what training learns: how it is computed, and where it is stored and recalled."""
    labels = analysis.evaluation.labels.captures if analysis.evaluation else ()
    captures: dict[str, Capture] = {}
    for capture in (*analysis.serving.captures, *labels):
        captures.setdefault(capture.name, capture)
    uses = {module: _uses(text) for module, text in placing.modules}
    return tuple(_learned(analysis, placing, uses, number, capture) for capture in captures.values())


@dataclass(eq=False)
class _Use:
    """Lines of one module that store a value, lines that recall it, and the expression that is stored."""

    stores: set[int] = field(default_factory=set)
    reads: set[int] = field(default_factory=set)
    computed: str = ""


def _learned(
    analysis: Analysis, placing: Placing, uses: dict[str, dict[str, _Use]], number: Number, capture: Capture
) -> Learned:
    key = MODEL if capture.final else f"state.{capture.name}"
    found = {module: names[key] for module, names in uses.items() if key in names}
    computed = next((use.computed for use in found.values() if use.computed), capture.fit.code)
    found_steps = [analysis.trace.steps[at] for at in sorted(capture.steps)]
    steps = [step for step in found_steps if not isinstance(step.node, DEFINITIONS)]
    fits = [fit for fit in analysis.trace.fits if fit.step.number in capture.steps]
    origin = fits[-1].step if fits else capture.step
    return Learned(
        name=MODEL if capture.final else capture.name,
        computed=ast.unparse(fits[-1].node) if fits else _defined(steps, computed),
        model=capture.final,
        cell=analysis.trace.program.cell_at(origin.line).number,
        statement=number(capture.step),
        learned_from=tuple(sorted({number(step) for step in [*([fit.step for fit in fits] or steps), origin]})),
        stored=_all_of(placing, {module: use.stores for module, use in found.items()}),
        recalled=_all_of(placing, {module: use.reads - use.stores for module, use in found.items()}),
    )


def _defined(steps: list[Step], computed: str) -> str:
    """What a variable was defined as, where only its name is stored."""
    for step in reversed(steps):
        node = step.node
        if isinstance(node, ast.Assign) and computed in [
            target.id for target in node.targets if isinstance(target, ast.Name)
        ]:
            return ast.unparse(node.value)
    return computed


def _all_of(placing: Placing, lines: dict[str, set[int]]) -> tuple[Destination, ...]:
    return tuple(to for module, inside in lines.items() for to in placing.destinations(module, inside))


def _uses(text: str) -> dict[str, _Use]:
    """Where a module stores and recalls ``state.x`` and the model."""
    found: dict[str, _Use] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign):
            for name in filter(None, map(_key, node.targets)):
                use = found.setdefault(name, _Use())
                use.stores.update(_lines(node))
                use.computed = use.computed or ast.unparse(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.setdefault(f"state.{node.target.id}", _Use()).stores.update(_lines(node))
        elif isinstance(node, (ast.Attribute, ast.Name)) and isinstance(node.ctx, ast.Load):
            name = _key(node)
            if name:
                found.setdefault(name, _Use()).reads.update(_lines(node))
    return found


def _key(node: ast.AST) -> str:
    """``state.x`` for ``state.x`` and ``state.x[key]``; ``model`` for the model; else nothing."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        return MODEL if node.id == MODEL else ""
    holder = node.value if isinstance(node, ast.Attribute) else None
    return f"state.{node.attr}" if isinstance(holder, ast.Name) and holder.id == "state" else ""  # type: ignore[attr-defined]


def _lines(node: ast.stmt | ast.expr) -> Iterable[int]:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
