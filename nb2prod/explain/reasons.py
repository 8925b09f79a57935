"""Why a statement is not in the package, in words."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property

from nb2prod.facts.vocabulary import Role
from nb2prod.interpretation.trace import Step, Trace
from nb2prod.pipeline import Analysis

FIGURES = ("matplotlib", "seaborn", "plotly", "bokeh", "altair", "missingno", "wordcloud", "folium")
LOOKS = "it only shows something"
PLOTS = "it only draws a plot"
UNUSED = "nothing that is kept uses it"
UNREACHED = "nothing of it reaches the prediction"
SAVES = "the package saves its own artifact and writes its own predictions"
SCORES = "the package reports only plain scores of its own prediction"
OTHER = "the package predicts with another model"
UNREAD = "it is not valid Python"
NO_CODE = "it holds no Python code"
INSTALLS = "it installs; pyproject.toml says what the package needs"


@dataclass(frozen=True)
class Reasons:
    """Tells why steps were dropped."""

    trace: Trace
    analysis: Analysis | None

    @cached_property
    def models(self) -> dict[int, set[str]]:
        """By step, the estimators that it fits, asks or measures."""
        found: dict[int, set[str]] = {}
        for fit in self.trace.fits:
            receiver = fit.node.func.value if isinstance(fit.node.func, ast.Attribute) else fit.node
            self._note(found, fit.step, receiver, fit.model.place)
        for step in self.trace.steps:
            made = step.values.get(getattr(step.node, "value", None))  # type: ignore[arg-type]
            if made is not None and made.kind == "estimator" and isinstance(step.node, ast.Assign):
                self._note(found, step, step.node.targets[0], made.place)
        for event in self.trace.events:
            self._note(found, event.step, event.model_node, event.model.place)
        for sink in self.trace.sinks:
            for number in sink.value.events:
                event = self.trace.events[number]
                self._note(found, sink.step, event.model_node, event.model.place)
        return found

    def _note(self, found: dict[int, set[str]], step: Step, node: ast.expr, place: int | None) -> None:
        chosen = self.analysis.answer.event.model.place if self.analysis else None
        if place is None or place != chosen:
            found.setdefault(step.number, set()).add(ast.unparse(node) if isinstance(node, ast.Name) else "")

    def of(self, node: ast.stmt, steps: list[Step], roles: tuple[Role, ...]) -> str:
        """Say why a statement was dropped."""
        role = roles[0] if roles else "define"
        if role in ("fit", "predict", "evaluate"):
            return self._of_model(steps, role)
        if role == "look":
            return PLOTS if any(_draws(step) for step in steps) else LOOKS
        if role == "save":
            return SAVES
        if role == "define" and not steps:
            return UNUSED
        return UNUSED if role == "define" else UNREACHED

    def _of_model(self, steps: list[Step], role: Role) -> str:
        others = sorted({name for step in steps for name in self.models.get(step.number, ()) if name})
        if others:
            return f"it is about {' and '.join(others)}; {OTHER}"
        if any(self.models.get(step.number) for step in steps):
            return OTHER
        return SCORES if role == "evaluate" else UNREACHED


def _draws(step: Step) -> bool:
    names = [op.fact.name for child in step.walk() for op in child.ops.values() if op.fact is not None]
    return any(name.startswith(FIGURES) or name.endswith((".plot", ".hist", ".boxplot")) for name in names)
