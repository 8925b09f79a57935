"""What the slices consist of: templates, edits, captures. Pure data between the analysis and the rewriting."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nb2prod.diagnostics import Diagnostic
from nb2prod.interpretation.trace import Step
from nb2prod.slicing.choice import Answer


@dataclass(frozen=True, eq=False)
class Hole:
    """A place in a template for an expression of the notebook, itself edited for serving or as in training."""

    step: Step
    node: ast.expr
    fit: bool = False


@dataclass(frozen=True, eq=False)
class Template:
    """Python code with ``__0__``, ``__1__``, ... standing for expressions of the notebook."""

    code: str
    holes: tuple[Hole, ...] = ()
    needs: tuple[str, ...] = ()
    """Import statements and recipe functions that the code uses."""


@dataclass(frozen=True, eq=False)
class Edit:
    """A replacement of one expression at inference; ``same`` if training gets the same value from it."""

    template: Template
    same: bool
    fit: Template | None = None
    """What stands there in a function that both training and inference run, while fitting."""


@dataclass(frozen=True, eq=False)
class Capture:
    """A learned value: computed at a program point of training, read from the state at inference."""

    name: str
    step: Step
    fit: Template
    keys: tuple[str, ...]
    order: int
    steps: frozenset[int]
    after: bool = False
    kind: str = "any"
    estimator: bool = False
    copied: bool = False
    final: bool = False
    """The model whose prediction the package is about; it is passed beside the state."""

    folds: bool = False
    """Learned once for each fold of a cross-validation: numbered in order."""

    def stored(self) -> str:
        """Where training writes the value."""
        return f"state.{self.name}[len(state.{self.name})]" if self.folds else self.target()

    def lines(self) -> set[int]:
        """The program lines that it comes from: where it is recalled, and where its operands stand."""
        return {self.step.line, *(hole.step.line for hole in self.fit.holes)}

    def recalled(self) -> Template:
        """The expression that reads the value back."""
        return Template(self.target())

    def target(self) -> str:
        """``model``, ``state.name`` or ``state.name[key]``."""
        if self.final:
            return "model"
        if not self.keys:
            return f"state.{self.name}"
        inside = self.keys[0] if len(self.keys) == 1 else ", ".join(self.keys)
        return f"state.{self.name}[{inside}]"


@dataclass(frozen=True, eq=False)
class ServeSlice:
    """The inference slice."""

    answer: Answer
    chain: dict[int, int]
    served: dict[int, str]
    wanted: dict[int, frozenset[str]]
    bindings: dict[int, list[tuple[str, ast.expr]]]
    edits: dict[tuple[int, ast.AST], Edit]
    wraps: dict[tuple[int, ast.AST], Template]
    frees: dict[tuple[int, ast.AST, str], Template]
    fit_edits: dict[tuple[int, ast.AST], Template]
    """What stands in training code, so that what it fits can be recalled."""
    captures: tuple[Capture, ...]
    learned: dict[object, Capture]
    """The captures by what they capture."""
    sources: dict[int, ast.expr]
    models: dict[str, str]
    diagnostics: tuple[Diagnostic, ...]
    answer_step: int
