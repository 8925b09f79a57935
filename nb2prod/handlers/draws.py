"""Random draws and the clock: one value for all rows, another in each run.

Breaks in production: each request would draw another value, and ages would grow from day to day although the model
has learned from those on the day of training. The value of training is kept:

    guess = np.random.randint(20, 40)      ->      guess = state.guess
    df["age"] = datetime.now().year - df["year"]      ->      df["age"] = state.time_of_training.year - df["year"]

Refuses draws for each row, in whatever loop, and draws of several values, whose number would have to follow the
request.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.diagnostics import Diagnostic
from nb2prod.handlers import handles
from nb2prod.interpretation.drawing import draws_one, reads_clock
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.recall import _refuse_operation, add_capture, reads_of
from nb2prod.slicing.slices import Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("relation:rng")
def frozen_draw(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Keep the value that training drew."""
    repeated = bool(walk.bound) or walks_over_rows(step)
    if (
        repeated
        or not isinstance(node, ast.Call)
        or step.values[node].relation == "rows"
        or not draws_one(node, op.fact)
    ):
        _refuse_operation(walk, step, node, op)
        return
    target = step.node.targets[0] if isinstance(step.node, ast.Assign) and step.node.value is node else None
    drawn, word = ("time_of_training", "read") if reads_clock(op.fact) else ("random_draw", "drawn")
    hint = target.id if isinstance(target, ast.Name) else drawn
    steps = reads_of(step, node) | {step.number}
    fit = Template("__0__", (Hole(step, node, fit=True),))
    add_capture(walk, step, node, ("draw", step.number, node), hint, fit, step.values[node], steps)
    shown = ast.unparse(node)
    walk.diagnostics.append(
        Diagnostic(
            "NB310", "warning", f"{shown} is {word} once, in training, and then kept", walk.trace.program.place(node)
        )
    )


def walks_over_rows(step: Step) -> bool:
    """Whether the statement is in a loop with one round for each row."""
    walked = [outer.values.get(outer.node.iter) for outer in step.ancestors() if isinstance(outer.node, ast.For)]
    return any(value is not None and (value.relation == "rows" or "size" in value.taints) for value in walked)
