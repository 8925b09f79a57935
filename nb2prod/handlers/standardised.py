"""``scipy.stats.zscore``, ``boxcox``, ``yeojohnson``, ``winsorize``: parameters that are estimated from the rows.

Breaks in production: a single row has no deviation, and a Box-Cox exponent cannot be estimated from it. The
parameters are kept, with the author's ``ddof`` and ``nan_policy``:

    df["z"] = zscore(df["age"])                  df["z"] = z_scores(df["age"], state.age_zscore)
    df["b"], lam = boxcox(df["age"])             df["b"], lam = (boxcox(df["age"], state.age_boxcox), state.age_boxcox)
    winsorize(df["age"], limits=[0.05, 0.05])    np.clip(np.asarray(df["age"]), *state.age_winsorize)

Refuses confidence intervals (``alpha``), and winsorizing along an axis.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.recall import _refuse_operation, add_capture, reads_of, serve
from nb2prod.slicing.slices import Capture, Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("scipy.stats.zscore:fit")
def z_scored(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Keep mean and deviation."""
    assert isinstance(node, ast.Call)
    if not node.args:
        _refuse_operation(walk, step, node, op)
        return
    holes = tuple(Hole(step, argument, fit=True) for argument in [*node.args, *(k.value for k in node.keywords)])
    names = [""] * len(node.args) + [f"{keyword.arg}=" for keyword in node.keywords]
    arguments = ", ".join(f"{name}__{at}__" for at, name in enumerate(names))
    fit = Template(f"learn_z_scores({arguments})", holes, ("learn_z_scores", "import numpy as np"))
    found = _capture(walk, step, node, fit, "zscore")
    _recall(walk, step, node, f"z_scores(__0__, {found.target()})", ("z_scores", "import numpy as np"))


@handles("scipy.stats.boxcox:fit", "scipy.stats.yeojohnson:fit")
def power_transformed(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Keep the exponent."""
    assert isinstance(node, ast.Call) and op.fact is not None
    if len(node.args) != 1 or any(keyword.arg == "alpha" for keyword in node.keywords):
        _refuse_operation(walk, step, node, op)
        return
    fit = Template("__0__[1]", (Hole(step, node, fit=True),))
    found = _capture(walk, step, node, fit, op.fact.name.rpartition(".")[2])
    _recall(walk, step, node, f"({ast.unparse(node.func)}(__0__, {found.target()}), {found.target()})")


@handles("scipy.stats.mstats.winsorize:fit")
def winsorized(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Keep the smallest and the greatest value that is left."""
    assert isinstance(node, ast.Call)
    if not node.args or len(node.args) > 2 or any(keyword.arg != "limits" for keyword in node.keywords):
        _refuse_operation(walk, step, node, op)
        return
    needs = ("import numpy as np",)
    fit = Template("[np.min(__0__), np.max(__0__)]", (Hole(step, node, fit=True),), needs)
    found = _capture(walk, step, node, fit, "winsorize")
    _recall(walk, step, node, f"np.clip(np.asarray(__0__), *{found.target()})", needs)


def _capture(walk: Recall, step: Step, node: ast.Call, fit: Template, word: str) -> Capture:
    data = node.args[0]
    hint = f"{data.id if isinstance(data, ast.Name) else walk.names.for_expression(data)}_{word}"
    key = (word, step.number, node)
    return add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)


def _recall(walk: Recall, step: Step, node: ast.Call, code: str, needs: tuple[str, ...] = ()) -> None:
    walk.edits[step.number, node] = Edit(Template(code, (Hole(step, node.args[0]),), needs), same=True)
    serve(walk, step, node.args[0])
