"""What the package answers, what it learned and what it reads, for the explanation."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from nb2prod.explain.placing import Placing
from nb2prod.explain.records import Answer, Destination, Learned, Source
from nb2prod.package import target_column
from nb2prod.pipeline import Analysis
from nb2prod.slices import Capture
from nb2prod.trace import Step, Trace

Number = Callable[[Step], int]


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
        holder = step.values.get(node.value) if isinstance(node, (ast.Subscript, ast.Attribute)) else None
        if holder is None or holder.kind != "frame":
            continue
        if isinstance(node, ast.Subscript):
            names = [c.value for c in ast.walk(node.slice) if isinstance(c, ast.Constant) and isinstance(c.value, str)]
            if isinstance(node.ctx, ast.Store):
                targets.update(names)
            else:
                reads.extend(names)
    return targets, reads


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
    return tuple(_learned(analysis, placing, number, capture) for capture in captures.values())


def _learned(analysis: Analysis, placing: Placing, number: Number, capture: Capture) -> Learned:
    stored: list[Destination] = []
    recalled: list[Destination] = []
    computed = ""
    for module, text in placing.modules:
        stores, reads, found = _uses(text, capture)
        computed = computed or found
        stored += placing.destinations(module, stores)
        recalled += placing.destinations(module, reads)
    steps = [analysis.trace.steps[at] for at in sorted(capture.steps)]
    fits = [fit for fit in analysis.trace.fits if fit.step.number in capture.steps]
    origin = fits[-1].step if fits else capture.step
    return Learned(
        name=capture.name if not capture.final else "model",
        computed=ast.unparse(fits[-1].node) if fits else computed or capture.fit.code,
        model=capture.final,
        cell=analysis.trace.program.cell_at(origin.line).number,
        statement=number(capture.step),
        learned_from=tuple(sorted({number(step) for step in [*([fit.step for fit in fits] or steps), origin]})),
        stored=tuple(stored),
        recalled=tuple(recalled),
    )


def _uses(text: str, capture: Capture) -> tuple[set[int], set[int], str]:
    """Lines that store a capture, lines that recall it, and the expression that is stored."""
    stores: set[int] = set()
    reads: set[int] = set()
    computed = ""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and any(_is_it(target, capture) for target in node.targets):
            stores.update(_lines(node))
            computed = computed or ast.unparse(node.value)
        elif _is_it(node, capture) and isinstance(getattr(node, "ctx", None), ast.Load):
            reads.update(_lines(node))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and not capture.final:
            if node.target.id == capture.name:
                stores.update(_lines(node))
    return stores, reads - stores, computed


def _is_it(node: ast.AST, capture: Capture) -> bool:
    while isinstance(node, ast.Subscript):
        node = node.value
    if capture.final:
        return isinstance(node, ast.Name) and node.id == "model"
    return (
        isinstance(node, ast.Attribute)
        and node.attr == capture.name
        and isinstance(node.value, ast.Name)
        and node.value.id == "state"
    )


def _lines(node: ast.AST) -> Iterable[int]:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)  # type: ignore[attr-defined]
