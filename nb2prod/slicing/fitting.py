"""The training slice: the backward slice of what inference recalls and of the reported metrics.

Seeds are the captures of the inference slice, the metric calls on the chosen prediction, and the prediction
itself (so that a package can prove that it serves what the notebook predicted). Calls that seed random generators
always belong to it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nb2prod.facts import load_facts
from nb2prod.interpretation.trace import Step, Trace
from nb2prod.slicing.draws import draws_before
from nb2prod.slicing.reading import definitions_for_reading, deps_but_reading, opens_sources
from nb2prod.slicing.scores import Metric, in_loop, reported_scores, what_is_read
from nb2prod.slicing.slices import Capture, ServeSlice
from nb2prod.slicing.unfollowed import unfollowed

KEEPS_LABELS_NOT = frozenset({"reset_index", "set_index", "merge", "append", "concat", "resample", "melt"})


@dataclass(frozen=True, eq=False)
class FitSlice:
    """The training slice."""

    steps: frozenset[int]
    metrics: tuple[Metric, ...]
    proof: Proof | None
    shown: Mapping[int, tuple[ast.expr, ...]] = field(default_factory=dict)
    """Statements that only show what is drawn in them -> the expressions that draw, which training runs alone."""


@dataclass(frozen=True, eq=False)
class Proof:
    """Where training knows both the raw rows and the notebook's own prediction for them."""

    step: Step
    node: ast.expr
    labels_step: Step
    labels: ast.expr
    """A frame or series whose index labels are those of the raw rows."""


@dataclass
class _Closure:
    trace: Trace
    steps: set[int] = field(default_factory=set)

    def include(self, numbers: Iterable[int]) -> None:
        pending = list(numbers)
        while pending:
            number = pending.pop()
            if number in self.steps:
                continue
            self.steps.add(number)
            step = self.trace.steps[number]
            pending.extend(deps_but_reading(step))
            pending.extend(definitions_for_reading(self.trace, step))
            pending.extend(outer.number for outer in step.ancestors() if not opens_sources(outer))
            if isinstance(step.node, (ast.For, ast.While)):
                pending.extend(_exits(step))
            if number in self.trace.gathered:
                pending.extend(child.number for child in step.walk())


def _exits(step: Step) -> list[int]:
    return [child.number for child in step.walk() if isinstance(child.node, (ast.Break, ast.Continue))]


def training_slice(
    trace: Trace, serving: ServeSlice, more: Sequence[Capture] = (), instead: frozenset[int] | None = None
) -> FitSlice:
    """Compute the training slice for an inference slice and further captures; with other steps in place of scores."""
    closure = _Closure(trace)
    closure.include(seeding_steps(trace))
    closure.include(number for step in settings(trace) for number in step.all_deps())
    for capture in [*serving.captures, *more]:
        closure.include(capture.steps)
        if capture.after:
            closure.include([capture.step.number])
        closure.include(outer.number for outer in capture.step.ancestors())
    for number in serving.sources:
        closure.include([number])
    shown = _include_draws(trace, closure)
    closure.include(instead or ())
    metrics = reported_scores(trace, serving) if instead is None else ()
    for metric in metrics:
        closure.include([*what_is_read(metric.step, metric.node)])
        closure.include(outer.number for outer in metric.step.ancestors())
    proof = _proof(trace, serving) if instead is None else None
    if proof is not None:
        closure.include(
            [serving.answer.step.number, proof.labels_step.number, *what_is_read(proof.labels_step, proof.labels)]
        )
    for step in (trace.steps[number] for number in sorted(closure.steps)):
        if step.hidden is not None and step.hidden.anywhere:
            raise unfollowed(trace, step.hidden)
    return FitSlice(frozenset(closure.steps), metrics, proof, shown)


def _include_draws(trace: Trace, closure: _Closure) -> dict[int, tuple[ast.expr, ...]]:
    """Add the draws that come before those that training needs, as long as their statements can be followed."""
    found: dict[int, tuple[ast.expr, ...]] = {}
    while missing := draws_before(trace, load_facts(), closure.steps):
        wider = _Closure(trace, set(closure.steps))
        for step, shown in missing:
            wider.include(outer.number for outer in step.ancestors())
            wider.include(number for node in shown for number in what_is_read(step, node))
            wider.include([] if shown else [step.number])
            wider.steps.add(step.number)
        if any((hidden := trace.steps[n].hidden) and hidden.anywhere for n in wider.steps - closure.steps):
            break
        closure.steps = wider.steps
        found |= {step.number: tuple(shown) for step, shown in missing if shown}
    return found


def settings(trace: Trace) -> list[Step]:
    """Statements such as ``set_config(transform_output="pandas")``, which inference needs as training does."""
    return [
        step
        for step in trace.steps
        if step.parent is None
        and isinstance(step.node, ast.Expr)
        and isinstance(step.node.value, ast.Call)
        and ast.unparse(step.node.value.func).rpartition(".")[2] == "set_config"
        and any(keyword.arg == "transform_output" for keyword in step.node.value.keywords)
    ]


def seeding_steps(trace: Trace) -> list[int]:
    """Statements such as ``np.random.seed(42)``."""
    found = []
    for step in trace.steps:
        node = step.node
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and step.parent is None:
            name = ast.unparse(node.value.func)
            if name.endswith(("random.seed", "set_seed", "set_random_seed")):
                found.append(step.number)
    return found


def _proof(trace: Trace, serving: ServeSlice) -> Proof | None:
    answer = serving.answer
    if len(serving.chain) < 2 or in_loop(answer.step) or answer.event.method in ("score",):
        return None
    if any(trace.row_sets[number].how in ("more", "reshape", "concat") for number in serving.chain):
        return None
    if any("typical" in capture.fit.needs for capture in serving.captures):
        return None  # what was drawn at random in training is served as one value
    if not _labels_survive(trace, serving):
        return None
    labels = _labelled(trace, serving)
    if labels is None:
        return None
    return Proof(answer.step, answer.node, *labels)


def _labels_survive(trace: Trace, serving: ServeSlice) -> bool:
    """Whether index labels of the raw rows reach the predicted rows."""
    for number in serving.served:
        step = trace.steps[number]
        for node in ast.walk(step.node):
            if isinstance(node, ast.Attribute) and node.attr in KEEPS_LABELS_NOT | {"index"}:
                return False
    source = next(iter(serving.sources.values()), None)
    if isinstance(source, ast.Call):
        return not any(keyword.arg == "index_col" for keyword in source.keywords)
    return False


def _labelled(trace: Trace, serving: ServeSlice) -> tuple[Step, ast.expr] | None:
    event = serving.answer.event
    if event.features is not None and isinstance(event.features, ast.Name):
        value = event.step.values.get(event.features)
        if value is not None and value.kind in ("frame", "series"):
            constructed = _rebuilt(trace, event.step, event.features)
            if not constructed:
                return event.step, event.features
    return None


def _rebuilt(trace: Trace, step: Step, node: ast.Name) -> bool:
    """Whether a frame was built anew from an array, which loses the labels."""
    pending = list(step.deps.get(node, frozenset()))
    seen: set[int] = set()
    while pending:
        number = pending.pop()
        if number in seen:
            continue
        seen.add(number)
        current = trace.steps[number]
        names = {ast.unparse(n.func).rpartition(".")[2] for n in ast.walk(current.node) if isinstance(n, ast.Call)}
        if names & {"DataFrame", "Series"}:
            return True
        pending.extend(current.all_deps())
    return False
