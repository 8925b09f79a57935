"""The annotations of generated functions: tables and columns, where the analysis knows that they are.

A variable of the notebook may hold a table first and an array later; one that is not the same everywhere it is read
stays without an annotation, as everything does that is neither a table nor a column.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nb2prod.interpretation.trace import Step, Trace

TYPES = {"frame": "pd.DataFrame", "series": "pd.Series"}


@dataclass(frozen=True)
class Annotations:
    """What the variables of a notebook are annotated with in functions."""

    types: Mapping[str, str] = field(default_factory=lambda: TYPES)
    """By the kind of value; none at all where the notebook calls something else ``pd``."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Emitted names of variables, and the kind of what they hold wherever they are read."""

    def parameter(self, name: str, variable: str) -> str:
        """A parameter, for a variable that may have another name."""
        return self.of_kind(name, self.kinds.get(variable, ""))

    def of_kind(self, name: str, kind: str) -> str:
        """A parameter that is given a value of some kind."""
        return f"{name}: {self.types[kind]}" if kind in self.types else name

    def returned(self, variables: Sequence[str]) -> str:
        """The annotation of what a function returns: nothing, unless all of it is known."""
        known = [self.types.get(self.kinds.get(name, ""), "") for name in variables]
        if not known or not all(known):
            return ""
        return f" -> {known[0]}" if len(known) == 1 else f" -> tuple[{', '.join(known)}]"


def annotations_for(trace: Trace) -> Annotations:
    """Tell what the variables hold that hold the same kind of value wherever they are read."""
    others = any("pd" in step.binds and not _imports_pandas(step) for step in trace.steps)
    if others or "pandas.py" in trace.program.own_modules:
        return Annotations(types={})
    found: dict[str, set[str]] = {}
    for step in trace.steps:
        for node, value in step.values.items():
            if isinstance(node, ast.Name):
                found.setdefault(step.context.rename.get(node.id, node.id), set()).add(value.kind)
    return Annotations(kinds={name: kinds.pop() for name, kinds in found.items() if len(kinds) == 1})


def _imports_pandas(step: Step) -> bool:
    match step.node:
        case ast.Import(names=names):
            return any(alias.name == "pandas" and alias.asname == "pd" for alias in names)
    return False
