"""``groupby(k)[c].transform(...)``: a statistic of the row's group.

Breaks in production: a single row is its own group. The statistic is kept as a table by group and looked up:

    df["age"] = df.groupby("title")["age"].transform(lambda x: x.fillna(x.median()))
    df["age"] = df["age"].fillna(by_group(df, "title", state.age_median))

A group that training has not seen gets a missing value.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.call_templates import argument, synthetic
from nb2prod.slicing.recall import _refuse_operation, add_capture, reads_of, serve
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall

STATISTICS = frozenset(
    [
        "mean",
        "median",
        "max",
        "min",
        "std",
        "var",
        "sum",
        "count",
        "size",
        "nunique",
        "first",
        "last",
        "prod",
        "sem",
        "skew",
    ]
)


@dataclass(frozen=True, eq=False)
class Grouped:
    """``frame.groupby(keys)[column].transform(function)``, taken apart."""

    frame: ast.expr
    keys: ast.expr
    column: ast.expr
    function: ast.expr
    groupby: ast.Call
    step: Step
    """The step in which the groups are formed."""


def take_apart(walk: Recall, step: Step, node: ast.Call) -> Grouped | None:
    """Read the parts of a grouped transform."""
    if not isinstance(node.func, ast.Attribute) or not node.args:
        return None
    selected = node.func.value
    if isinstance(selected, ast.Name):
        step, selected = _formed_before(walk, step, selected)
    if isinstance(selected, ast.Subscript):
        column, grouped = selected.slice, selected.value
    elif isinstance(selected, ast.Attribute):
        column, grouped = ast.Constant(selected.attr), selected.value
    else:
        return None
    if not isinstance(grouped, ast.Call) or not isinstance(grouped.func, ast.Attribute):
        return None
    keys = argument(grouped, 0, "by")
    if keys is None or grouped.func.attr != "groupby":
        return None
    return Grouped(grouped.func.value, keys, column, node.args[0], grouped, step)


def _formed_before(walk: Recall, step: Step, name: ast.Name) -> tuple[Step, ast.expr]:
    """The groups that a variable holds, if the table is still the one that they were formed of."""
    emitted = step.context.rename.get(name.id, name.id)
    makers = [walk.trace.steps[number] for number in step.deps.get(name, ())]
    makers = [maker for maker in makers if emitted in maker.binds and maker.bind is None]
    if len(makers) != 1 or not isinstance(makers[0].node, ast.Assign) or makers[0].node.value in makers[0].inlined:
        return step, name
    at, groups = makers[0], makers[0].node.value
    tables = [child for child in ast.walk(groups) if isinstance(child, ast.Name)]
    names = {at.context.rename.get(table.id, table.id) for table in tables}
    places = {at.values[table].place for table in tables if table in at.values}
    between = walk.trace.steps[at.number + 1 : step.number]
    if at.parent is not step.parent or any(other.binds & names or other.mutates & places for other in between):
        return step, name
    return at, groups


@handles(
    "pandas.api.typing.DataFrameGroupBy.transform",
    "pandas.api.typing.SeriesGroupBy.transform",
    "pandas.api.typing.DataFrameGroupBy.apply:grp",
)
def group_statistic(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Look the group's statistic up."""
    assert isinstance(node, ast.Call)
    grouped = take_apart(walk, step, node)
    recalled = _recalled(walk, step, node, grouped) if grouped is not None else None
    if grouped is None or recalled is None:
        _refuse_operation(walk, step, node, op)
        return
    holes = (Hole(grouped.step, grouped.frame), Hole(grouped.step, grouped.keys), Hole(grouped.step, grouped.column))
    walk.edits[step.number, node] = Edit(Template(recalled, holes, needs=("by_group",)), same=True)
    for part in (grouped.frame, grouped.keys):
        serve(walk, grouped.step, part)
    if hasattr(grouped.column, "lineno"):
        serve(walk, grouped.step, grouped.column)


def _recalled(walk: Recall, step: Step, node: ast.Call, grouped: Grouped) -> str | None:
    function = grouped.function
    if isinstance(function, ast.Constant) and function.value in STATISTICS:
        return _lookup(walk, step, node, grouped, function, str(function.value))
    if isinstance(function, ast.Attribute) and function.attr in STATISTICS:
        return _lookup(walk, step, node, grouped, function, function.attr)
    if isinstance(function, ast.Lambda) and len(function.args.args) == 1:
        return _from_lambda(walk, step, node, grouped, function)
    return None


def _lookup(walk: Recall, step: Step, node: ast.Call, grouped: Grouped, function: ast.expr, word: str) -> str:
    holes = (
        Hole(grouped.step, grouped.groupby, fit=True),
        Hole(grouped.step, grouped.column, fit=True),
        Hole(step, function, fit=True),
    )
    name = str(grouped.column.value) if isinstance(grouped.column, ast.Constant) else "group"
    key = ("group", step.number, node, ast.unparse(function))
    found = add_capture(
        walk, step, node, key, f"{name}_{word}", Template("__0__[__1__].agg(__2__)", holes), step.values[node],
        reads_of(step, node) | reads_of(grouped.step, grouped.groupby), replace=False,
    )  # fmt: skip
    return f"by_group(__0__, __1__, {found.target()})"


def _from_lambda(walk: Recall, step: Step, node: ast.Call, grouped: Grouped, function: ast.Lambda) -> str | None:
    """The lambda's body with the group's values for its parameter and looked-up statistics."""
    parameter = function.args.args[0].arg
    code = _Body(walk, step, node, grouped, parameter)
    body = code.visit(function.body)
    if code.failed:
        return None
    return ast.unparse(body)


class _Body(ast.NodeTransformer):
    """Replaces statistics of the parameter by lookups, and the parameter by the column."""

    def __init__(self, walk: Recall, step: Step, node: ast.Call, grouped: Grouped, parameter: str) -> None:
        self.walk, self.step, self.node, self.grouped, self.parameter = walk, step, node, grouped, parameter
        self.failed = False

    def visit(self, node: ast.AST) -> ast.AST:
        """Visit one expression of the body."""
        if isinstance(node, ast.Call) and self._is_statistic(node):
            return self._replaced(node)
        if isinstance(node, ast.Name) and node.id == self.parameter:
            return ast.parse("__0__[__2__]", mode="eval").body
        op = self.step.ops.get(node)
        if isinstance(node, ast.expr) and op is not None and op.relation not in ("map", "col"):
            self.failed = True
        if isinstance(node, ast.Name) and node.id != self.parameter and self.step.deps.get(node):
            self.failed = True
        fresh = synthetic(node) if isinstance(node, ast.expr) else node
        for name, old in ast.iter_fields(node):
            if isinstance(old, list):
                setattr(fresh, name, [self.visit(item) if isinstance(item, ast.AST) else item for item in old])
            elif isinstance(old, ast.AST):
                setattr(fresh, name, self.visit(old))
        return fresh

    def _is_statistic(self, node: ast.Call) -> bool:
        op = self.step.ops.get(node)
        uses = any(isinstance(n, ast.Name) and n.id == self.parameter for n in ast.walk(node))
        return uses and op is not None and op.relation == "agg"

    def _replaced(self, node: ast.Call) -> ast.expr:
        function = synthetic(ast.Lambda(_one_parameter(self.parameter), node))
        word = node.func.attr if isinstance(node.func, ast.Attribute) else "statistic"
        code = _lookup(self.walk, self.step, self.node, self.grouped, function, word)
        return ast.parse(code, mode="eval").body


def _one_parameter(name: str) -> ast.arguments:
    return ast.arguments([], [ast.arg(name)], None, [], [], None, [])
