"""``pd.get_dummies``: one column per category found in the rows.

Breaks in production: a single row has one category, so all other columns are missing; with ``drop_first`` even its own
column is dropped, and reindexing afterwards cannot tell. The categories are frozen before the call:

    X = pd.get_dummies(df, drop_first=True)
    X = pd.get_dummies(with_categories(df, state.df_categories), drop_first=True)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.slices import Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("pandas.get_dummies")
def get_dummies(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Freeze the categories before the call."""
    from nb2prod.slicing.recall import add_capture, serve_children

    assert isinstance(node, ast.Call)
    data = node.args[0] if node.args else next(k.value for k in node.keywords if k.arg == "data")
    columns = next((k.value for k in node.keywords if k.arg == "columns"), None)
    if columns is None and len(node.args) > 5:
        columns = node.args[5]
    hint = data.id if isinstance(data, ast.Name) else walk.names.for_expression(data)
    holes: tuple[Hole, ...] = (Hole(step, data, fit=True),)
    code = "learn_categories(__0__)"
    if columns is not None:
        holes, code = (*holes, Hole(step, columns, fit=True)), "learn_categories(__0__, __1__)"
    fit = Template(code, holes, needs=("learn_categories",))
    key = ("dummies", step.number, node)
    found = add_capture(walk, step, data, key, f"{hint}_categories", fit, step.values[data], replace=False)
    walk.wraps[step.number, data] = Template(
        f"with_categories(__0__, {found.target()})", (Hole(step, data),), needs=("with_categories",)
    )
    serve_children(walk, step, node)
