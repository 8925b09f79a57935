"""Serving recipes: one small file per operation family that a request cannot simply repeat.

A handler is a function ``(walk, step, node, op)`` registered for qualified names (``pandas.get_dummies``) or for row
treatments of estimators (``fit_transform``). It edits the expression for inference and registers what training
has to capture. To add one: write ``handlers/<family>.py`` with a function under :func:`handles`, and its test.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from nb2prod.interpretation.trace import Op, Step

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall

Handler = Callable[["Recall", Step, ast.expr, Op], None]

_REGISTRY: dict[str, Handler] = {}


def handles(*names: str) -> Callable[[Handler], Handler]:
    """Register a handler for qualified names, or for ``relation:<row treatment>``."""

    def register(handler: Handler) -> Handler:
        for name in names:
            if name in _REGISTRY:
                raise AssertionError(f"two handlers for {name}")
            _REGISTRY[name] = handler
        return handler

    return register


@cache
def registry() -> dict[str, Handler]:
    """All handlers, by name."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        importlib.import_module(f"{__name__}.{module.name}")
    return _REGISTRY


def find(step: Step, node: ast.expr, op: Op) -> Handler | None:
    """The handler of an operation, if it needs one."""
    known = registry()
    if op.fact is not None:
        for name in (f"{op.fact.name}:{op.relation}", op.fact.name):
            if name in known:
                return known[name]
    return known.get(f"relation:{op.relation}")
