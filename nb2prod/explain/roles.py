"""What each statement is for: load, clean, feature, split, fit, predict, evaluate, save, look or define.

Input: the trace of a notebook; a notebook that cannot be extracted has roles too. Output: for each statement the
roles that it plays, the strongest first, from the facts on the calls in it and from what becomes of their results.
`LABEL_SETS` maps the roles to coarser labels of published classifiers of notebook cells.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, get_args

from nb2prod.facts import Facts, load_facts
from nb2prod.facts.vocabulary import Role
from nb2prod.generation.emission import DEFINITIONS
from nb2prod.interpretation.trace import Op, Step, Trace
from nb2prod.interpretation.values import Value
from nb2prod.slicing.fitting import seeding_steps

ROLES: Final[tuple[Role, ...]] = get_args(Role)
MEANINGS: Final[Mapping[Role, str]] = {
    "load": "reads data",
    "clean": "repairs, renames, filters or drops",
    "feature": "computes what the model sees",
    "split": "takes train and test rows apart",
    "fit": "builds or fits a model",
    "predict": "predicts, or turns predictions into answers",
    "evaluate": "measures predictions",
    "save": "writes to a file",
    "look": "shows, plots or prints, and changes nothing",
    "define": "imports, settings, constants, functions",
}
STRENGTH: Final[tuple[Role, ...]] = (
    *("fit", "load", "split", "predict", "evaluate", "save"),
    *("feature", "clean", "look", "define"),
)  # fmt: skip
"""Which of several roles names a cell: the rarer ones say more."""

LABEL_SETS: Final[Mapping[str, Mapping[Role, str]]] = {
    "phases": {
        "load": "collection",
        "clean": "preparation",
        "feature": "preparation",
        "split": "preparation",
        "fit": "modelling",
        "predict": "modelling",
        "evaluate": "evaluation",
        "save": "other",
        "look": "exploration",
        "define": "other",
    },
    "daswow": {
        "load": "load_data",
        "clean": "data_preprocessing",
        "feature": "data_preprocessing",
        "split": "data_preprocessing",
        "fit": "modelling",
        "predict": "prediction",
        "evaluate": "evaluation",
        "save": "save_results",
        "look": "data_exploration",
        "define": "helper_functions",
    },
    "coral": {
        "load": "wrangle",
        "clean": "wrangle",
        "feature": "wrangle",
        "split": "wrangle",
        "fit": "model",
        "predict": "model",
        "evaluate": "evaluate",
        "save": "wrangle",
        "look": "explore",
        "define": "import",
    },
}
"""DASWOW: doi 10.1007/s10664-022-10229-z, table 1. CORAL: doi 10.1140/epjds/s13688-022-00327-9, table A3."""

MODELS: Final = frozenset({"classifier", "regressor", "clusterer", "search", "network", "outlier"})
EFFECTS: Final = frozenset[Role]({"load", "fit", "predict", "evaluate", "save"})
"""What an expression that nobody keeps may be there for; else it is shown."""

BY_RELATION: Final[Mapping[str, Role]] = {
    "source": "load",
    "eda": "look",
    "split": "split",
    "concat": "clean",
    "join": "feature",
    "rowf": "clean",
    "rows": "clean",
    "aug": "clean",
    "predict": "predict",
    "fit_predict": "fit",
    "io_write": "save",
    "fit_transform": "feature",
    "transform": "feature",
}
BY_SINK: Final[Mapping[str, Role]] = {"metric": "evaluate", "score": "evaluate", "save": "save", "submission": "save"}


def strongest_first(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Order roles; what is only defined or shown on the way to something else is not told."""
    found = set(roles)
    for weak in ("define", "look"):
        if len(found) > 1:
            found.discard(weak)
    return tuple(sorted(found, key=STRENGTH.index))


def roles_of(trace: Trace) -> dict[ast.stmt, tuple[Role, ...]]:
    """The roles of every statement that was interpreted; a compound statement has those of its blocks."""
    return _Roles(trace, load_facts()).all()


@dataclass
class _Roles:
    trace: Trace
    facts: Facts

    @cached_property
    def by_step(self) -> dict[int, set[Role]]:
        found: dict[int, set[Role]] = {}
        for step in reversed(self.trace.steps):  # readers and blocks first
            found[step.number] = self._step(step, found)
        for step in self.trace.steps:
            weak = found[step.number] <= {"look", "define"} and not isinstance(step.node, DEFINITIONS)
            if weak and any("evaluate" in found[number] for number in step.all_deps()):
                found[step.number].add("evaluate")  # shows or collects scores
        return found

    @cached_property
    def sinks(self) -> dict[int, set[Role]]:
        found: dict[int, set[Role]] = {}
        for sink in self.trace.sinks:
            if sink.kind in BY_SINK:
                found.setdefault(sink.step.number, set()).add(BY_SINK[sink.kind])
        return found

    @cached_property
    def readers(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for step in self.trace.steps:
            for number in step.all_deps():
                found.setdefault(number, set()).add(step.number)
        return found

    @cached_property
    def scored(self) -> frozenset[int]:
        return frozenset(event.number for event in self.trace.events if event.method == "score")

    @cached_property
    def seeds(self) -> frozenset[int]:
        return frozenset(seeding_steps(self.trace))

    def all(self) -> dict[ast.stmt, tuple[Role, ...]]:
        found: dict[ast.stmt, set[Role]] = {}
        for step in self.trace.steps:
            found.setdefault(step.node, set()).update(self._called(step) or self.by_step[step.number])
        return {node: strongest_first(roles or {"define"}) for node, roles in found.items()}

    def _called(self, step: Step) -> set[Role]:
        """What the functions do that this step calls."""
        names = {ast.unparse(call.func) for call in step.inlined}
        inside = [other for other in self.trace.steps if names & set(other.context.calls)] if names else []
        return {role for other in inside for role in self.by_step[other.number]}

    def _step(self, step: Step, known: Mapping[int, set[Role]]) -> set[Role]:
        node = step.node
        if isinstance(node, (*DEFINITIONS, ast.Return)):
            return {"define"}
        inside = {role for child in step.children for role in known[child.number]}
        found = inside or self._operations(step) | self.sinks.get(step.number, set())
        if step.number in self.seeds:
            return {"define"}
        if isinstance(node, (ast.Expr, ast.Assert)) and step.bind is None and not step.mutates:
            return (found & EFFECTS) or ({"look"} if self._shows(step, found) else {"define"})
        return found or self._by_value(step, known)

    def _operations(self, step: Step) -> set[Role]:
        found: set[Role] = set()
        for node, op in step.ops.items():
            role = self._operation(step, node, op)
            if role is not None:
                found.add(role)
            if op.relation == "fit_predict":
                found.add("predict")
        return found - {"define"}

    def _operation(self, step: Step, node: ast.AST, op: Op) -> Role | None:
        if op.fact is not None and op.fact.relation == op.relation:
            return op.fact.role
        if op.relation == "est":
            made = step.values.get(node) if op.detail == "construct" else op.receiver
            return self._estimator(made, fits=op.detail == "fit")
        if op.relation == "predict" and op.detail.isdecimal() and int(op.detail) in self.scored:
            return "evaluate"
        if op.relation in ("transform", "fit_transform"):
            return "predict" if op.detail == "inverse" else self._estimator(op.receiver, fits=True)
        if op.relation == "map" and isinstance(node, (ast.BinOp, ast.Compare, ast.Call)):
            return "feature"
        return BY_RELATION.get(op.relation)

    def _estimator(self, value: Value | None, *, fits: bool) -> Role | None:
        qualified = value.qualified if value is not None else ""
        fact = self.facts.estimator(qualified) if qualified else None
        if fact is None or fact.kind in MODELS:
            return "fit"
        if fact.kind == "composite" or not fits:
            return "fit" if fact.kind == "composite" and "ipeline" in qualified else "define"
        return "clean" if ".impute." in qualified or fact.kind == "sampler" else "feature"

    def _by_value(self, step: Step, known: Mapping[int, set[Role]]) -> set[Role]:
        """A statement without a telling call: from its value, and from who reads it."""
        value = step.values.get(getattr(step.node, "value", None))  # type: ignore[arg-type]
        if value is not None and value.kind == "estimator" and isinstance(getattr(step.node, "value", None), ast.Call):
            return self._made(step, value)
        if value is None or value.relation == "const":
            return set()
        if value.events:
            return {"predict"} if value.relation == "rows" else {"evaluate"}
        readers = {role for number in self.readers.get(step.number, ()) for role in known.get(number, ())}
        if value.relation == "rows":
            return {"look"} if readers == {"look"} else {"feature"}
        return {"feature"} if readers - {"look", "define", "evaluate"} else readers & {"look", "evaluate"}

    def _made(self, step: Step, value: Value) -> set[Role]:
        called = ast.unparse(step.node.value.func)  # type: ignore[attr-defined]
        role = "load" if called.endswith("load") else self._estimator(value, fits=False)
        return {role} if role is not None else set()

    def _shows(self, step: Step, found: set[Role]) -> bool:
        """Whether an expression shows something; else it sets something up."""
        if isinstance(step.node, ast.Assert) or found:
            return True
        assert isinstance(step.node, ast.Expr)
        if isinstance(step.node.value, (ast.Constant, ast.Name)):
            return isinstance(step.node.value, ast.Name)
        return any(not isinstance(self.trace.steps[number].node, DEFINITIONS) for number in step.all_deps())
