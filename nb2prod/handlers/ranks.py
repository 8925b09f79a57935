"""``rank()``: a row's place among all rows, or among those of its group.

Breaks in production: a single row is always first. The sorted values of the training rows are kept, and a row gets the
place that its value would have among them:

    df["age"].rank(pct=True)                  ranks(df["age"], state.age_ranks, pct=True)
    df.groupby("town")["age"].rank()          group_ranks(df, "town", "age", state.age_ranks)

Training rows keep their ranks exactly, ties too; a new value lies between its neighbours. Refuses
``method="first"``, which follows the order of the rows, and gaps that are ranked (``na_option``).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.recall import _refuse_operation, add_capture, reads_of, serve
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall

SETTINGS = frozenset({"method", "ascending", "pct"})
NEEDS = ("import numpy as np", "import pandas as pd")


@handles("pandas.Series.rank:fit", "pandas.DataFrame.rank:fit")
def ranked(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Rank among the training rows."""
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    settings = _settings(node)
    if settings is None:
        _refuse_operation(walk, step, node, op)
        return
    data = node.func.value
    fit = Template("learn_ranks(__0__)", (Hole(step, data, fit=True),), ("learn_ranks", *NEEDS))
    hint = f"{walk.names.for_expression(data)}_ranks"
    key = ("ranks", step.number, node)
    found = add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)
    recalled = Template(f"ranks(__0__, {found.target()}{settings})", (Hole(step, data),), ("ranks", *NEEDS))
    walk.edits[step.number, node] = Edit(recalled, same=True)
    serve(walk, step, data)


@handles("pandas.api.typing.DataFrameGroupBy.rank", "pandas.api.typing.SeriesGroupBy.rank")
def ranked_in_group(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Rank among the training rows of the same group."""
    assert isinstance(node, ast.Call)
    settings, parts = _settings(node), _parts(node)
    if settings is None or parts is None:
        _refuse_operation(walk, step, node, op)
        return
    column = parts[2]
    fit = Template(
        "learn_group_ranks(__0__, __1__, __2__)",
        tuple(Hole(step, part, fit=True) for part in parts),
        ("learn_group_ranks", *NEEDS),
    )
    hint = f"{column.value!s}_ranks" if isinstance(column, ast.Constant) else "group_ranks"
    key = ("ranks", step.number, node)
    found = add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)
    recalled = f"group_ranks(__0__, __1__, __2__, {found.target()}{settings})"
    holes = tuple(Hole(step, part) for part in parts)
    walk.edits[step.number, node] = Edit(Template(recalled, holes, ("group_ranks", "ranks", *NEEDS)), same=True)
    for part in parts:
        if hasattr(part, "lineno"):
            serve(walk, step, part)


def _settings(node: ast.Call) -> str | None:
    """The literal settings, as more arguments; None if they cannot be followed."""
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if node.args or not all(isinstance(value, ast.Constant) for value in given.values()):
        return None
    method, gaps = given.get("method"), given.get("na_option")
    if isinstance(method, ast.Constant) and method.value == "first":
        return None
    if isinstance(gaps, ast.Constant) and gaps.value != "keep":
        return None
    return "".join(f", {name}={ast.unparse(value)}" for name, value in given.items() if name in SETTINGS)


def _parts(node: ast.Call) -> tuple[ast.expr, ast.expr, ast.expr] | None:
    """Table, keys and column of ``table.groupby(keys)[column].rank()``."""
    selected = node.func.value if isinstance(node.func, ast.Attribute) else None
    if isinstance(selected, ast.Subscript) and not isinstance(selected.slice, ast.List):
        column, grouped = selected.slice, selected.value
    elif isinstance(selected, ast.Attribute):
        column, grouped = ast.Constant(selected.attr), selected.value
    else:
        return None
    if not isinstance(grouped, ast.Call) or not isinstance(grouped.func, ast.Attribute):
        return None
    if grouped.func.attr != "groupby" or len(grouped.args) != 1 or grouped.keywords:
        return None
    return grouped.func.value, grouped.args[0], column
