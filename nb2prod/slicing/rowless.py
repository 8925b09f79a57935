"""The refusal of a notebook that fits its model on nothing that is read.

The values are written in the notebook, are drawn, come from a library or a module that is not followed, or hang on a
name that no cell defines. Input: a trace without fits on rows. A notebook that fits no model gets no refusal here.
"""

from __future__ import annotations

import ast
import builtins

from nb2prod.diagnostics import Place
from nb2prod.errors import Refusal
from nb2prod.interpretation.trace import Step, Trace

KNOWN = frozenset(dir(builtins)) | {"get_ipython", "display", "__name__", "__file__"}


def fitted_on_nothing_read(trace: Trace) -> Refusal | None:
    """Say where a model that predicts is fitted, and why its rows are unknown."""
    found = [(step, node) for step in trace.steps for node in step.values if _fits(step, node)]
    if not found or not any(_predicts(step) for step in trace.steps):
        return None
    step, node = found[-1]
    missing = _undefined(trace, step)
    if missing is not None:
        name, reader = missing
        return no_cell_defines(name, trace.program.place(reader.node))
    return rows_unknown(trace, node)


def no_cell_defines(name: str, place: Place | None) -> Refusal:
    """The refusal of a name that came from a kernel which was kept alive."""
    return Refusal(
        f"no cell defines {name!r}",
        code="NB206",
        place=place,
        why="the notebook ran with a name that was left over from a cell which is gone",
        do=f"add the line that makes {name}, run all cells and save",
    )


def rows_unknown(trace: Trace, node: ast.AST) -> Refusal:
    """The refusal of a model whose rows come from nowhere that is known; `node` fits it."""
    return Refusal(
        f"{ast.unparse(node)[:70]}: the rows cannot be followed back to a table that is read",
        code="NB405",
        place=trace.program.place(node),
        why="the package would not know what a row of a request is",
        do="read the rows with pandas or NumPy in one statement, and change the table after that",
    )


def _fits(step: Step, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    model = step.values.get(node.func.value)
    return node.func.attr in ("fit", "fit_predict") and model is not None and model.kind == "estimator"


def _predicts(step: Step) -> bool:
    called = [child.func for child in ast.walk(step.node) if isinstance(child, ast.Call)]
    return any(isinstance(func, ast.Attribute) and func.attr in ("predict", "fit_predict") for func in called)


def _undefined(trace: Trace, fit: Step) -> tuple[str, Step] | None:
    """The first name on the way to a fit that nothing binds, and the step that reads it."""
    below = [child for statement in trace.program.statements() for child in ast.walk(statement)]
    if any(isinstance(child, ast.ImportFrom) and child.names[0].name == "*" for child in below):
        return None
    bound = {child.id for child in below if isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load)}
    bound |= {child.arg for child in below if isinstance(child, ast.arg)}
    bound |= {name for step in trace.steps for name in step.binds}
    pending, seen = [fit.number], set[int]()
    while pending:
        number = pending.pop()
        if number not in seen:
            seen.add(number)
            pending.extend(trace.steps[number].all_deps())
    for number in sorted(seen):
        for node in ast.walk(trace.steps[number].node):
            if isinstance(node, ast.Name) and node.id not in bound | KNOWN:
                return node.id, trace.steps[number]
    return None
