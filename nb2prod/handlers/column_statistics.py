"""``df.apply(lambda column: ...)``: whole columns, with statistics of each.

Breaks in production: the statistics of a request's rows are not those of the training rows. One value for each column
is kept:

    df[c] = df[c].apply(lambda s: (s - s.mean()) / s.std())
    df[c] = df[c].apply(lambda s: (s - state.column_mean[s.name]) / state.column_std[s.name])

Only for lambdas that otherwise work row by row; a statistic that only some columns have (in a branch) is not kept.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nb2prod.interpretation.trace import Step
from nb2prod.slicing.recall import add_capture, reads_of, serve
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall

ROW_WISE = frozenset({"map", "col"})


class _NotByRow(Exception):  # noqa: N818 - says what was found, and is answered where it is raised
    """The lambda does something that depends on the other rows and is no statistic."""


def column_statistics(walk: Recall, step: Step, node: ast.Call) -> bool:
    """Keep the statistics that a lambda computes of each column; False if it does anything else."""
    function = node.args[0] if len(node.args) == 1 and all(_is_down(keyword) for keyword in node.keywords) else None
    if not isinstance(node.func, ast.Attribute) or not isinstance(function, ast.Lambda):
        return False
    parameters = [parameter.arg for parameter in function.args.args]
    try:
        learned = list(_learned(step, function.body))
    except _NotByRow:
        return False
    if len(parameters) != 1 or not learned:
        return False
    for part in learned:
        _keep(walk, step, node.func.value, parameters[0], part)
    walk.demand(reads_of(step, function))
    serve(walk, step, node.func.value)
    return True


def _is_down(keyword: ast.keyword) -> bool:
    """``axis=0``: the function is given columns, as without it."""
    return keyword.arg == "axis" and isinstance(keyword.value, ast.Constant) and keyword.value.value in (0, "index")


def _keep(walk: Recall, step: Step, data: ast.expr, parameter: str, part: ast.expr) -> None:
    holes = (Hole(step, data, fit=True), Hole(step, part, fit=True))
    fit = Template(f"__0__.apply(lambda {parameter}: __1__)", holes)
    steps = reads_of(step, data) | reads_of(step, part)
    key = ("statistic", step.number, part)
    hint = f"column_{walk.names.for_expression(part)}"
    found = add_capture(walk, step, part, key, hint, fit, step.values[part], steps, replace=False)
    walk.edits[step.number, part] = Edit(Template(f"{found.target()}[{parameter}.name]"), same=True)


def _learned(step: Step, node: ast.expr, branch: bool = False) -> Iterator[ast.expr]:
    """The largest expressions that are computed from the column as a whole."""
    value, op = step.values.get(node), step.ops.get(node)
    if value is not None and value.relation == "data":
        if branch or not _is_number(step, node):
            raise _NotByRow
        yield node
        return
    if op is not None and op.relation not in ROW_WISE:
        raise _NotByRow
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.NamedExpr)):
        raise _NotByRow
    for child in ast.iter_child_nodes(node):
        parts = [child] if isinstance(child, ast.expr) else [child.value] if isinstance(child, ast.keyword) else []
        for part in parts:
            yield from _learned(step, part, branch or (isinstance(node, ast.IfExp) and part is not node.test))


def _is_number(step: Step, node: ast.expr) -> bool:
    """Whether an expression gives one number of a column: ``q75 + 1.5 * (q75 - q25)``."""
    if isinstance(node, ast.BinOp):
        return _is_number(step, node.left) and _is_number(step, node.right)
    if isinstance(node, ast.UnaryOp):
        return _is_number(step, node.operand)
    value = step.values.get(node)
    return (
        isinstance(node, ast.Constant)
        or _is_one_quantile(node)
        or (value is not None and value.kind in ("scalar", "any"))
    )


def _is_one_quantile(node: ast.expr) -> bool:
    """``column.quantile(0.9)``: of one level, one number."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "quantile"
    return called and all(isinstance(child, ast.Constant) for child in getattr(node, "args", []))
