"""``df.assign(c=lambda d: ...)`` with statistics of ``d`` in the lambda.

Breaks in production: the lambda sees the request, so that a single row is its own mean. The statistic is kept:

    df.assign(centred=lambda d: d["age"] - d["age"].mean())
    df.assign(centred=lambda d: d["age"] - state.age_mean)

Refuses a statistic of a column that the same call has just made.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.recall import _refuse_operation, add_capture, reads_of, serve_children
from nb2prod.slicing.slices import Capture, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("pandas.DataFrame.assign")
def assigned(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Keep the statistics that lambdas compute of the table."""
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    made: set[str] = set()
    for keyword in node.keywords:
        if isinstance(keyword.value, ast.Lambda) and len(keyword.value.args.args) == 1:
            name = keyword.value.args.args[0].arg
            for found in _statistics(step, keyword.value.body, name):
                if made & _columns(found):
                    _refuse_operation(walk, step, found, Op("fit"))
                _keep(walk, step, node.func.value, name, found)
        made |= {keyword.arg} if keyword.arg else set()
    before = set(walk.captures)
    serve_children(walk, step, node)
    for key in walk.captures.keys() - before:
        _keep_of_table(walk, step, node, key)


def _keep_of_table(walk: Recall, step: Step, node: ast.Call, key: object) -> None:
    """What another recipe learns of the table of a lambda: of the table that the lambda is given."""
    found = walk.captures[key]
    read = {child.id for hole in found.fit.holes for child in ast.walk(hole.node) if isinstance(child, ast.Name)}
    made: set[str] = set()
    for keyword in node.keywords:
        names = [argument.arg for argument in keyword.value.args.args] if isinstance(keyword.value, ast.Lambda) else []
        if len(names) == 1 and names[0] in read and found.step is step and _holds(keyword.value, found):
            assert isinstance(node.func, ast.Attribute)
            if any(made & _columns(hole.node) for hole in found.fit.holes if isinstance(hole.node, ast.expr)):
                _refuse_operation(walk, step, node, Op("fit"))
            holes = (*found.fit.holes, Hole(step, node.func.value, fit=True))
            code = f"(lambda {names[0]}: {found.fit.code})(__{len(found.fit.holes)}__)"
            walk.captures[key] = replace(found, fit=Template(code, holes, found.fit.needs))
        made |= {keyword.arg} if keyword.arg else set()


def _holds(node: ast.expr, found: Capture) -> bool:
    inside = set(ast.walk(node))
    return any(child in inside for hole in found.fit.holes for child in ast.walk(hole.node))


def _statistics(step: Step, node: ast.expr, name: str) -> Iterator[ast.expr]:
    """The largest parts of a lambda's body that are statistics of its table."""
    value = step.values.get(node)
    if value is not None and value.relation == "data" and _reads(node, name):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _statistics(step, child, name)


def _reads(node: ast.expr, name: str) -> bool:
    return any(isinstance(child, ast.Name) and child.id == name for child in ast.walk(node))


def _columns(node: ast.expr) -> set[str]:
    """The columns that an expression may read."""
    texts = {
        child.value for child in ast.walk(node) if isinstance(child, ast.Constant) and isinstance(child.value, str)
    }
    return texts | {child.attr for child in ast.walk(node) if isinstance(child, ast.Attribute)}


def _keep(walk: Recall, step: Step, table: ast.expr, name: str, found: ast.expr) -> None:
    holes = (Hole(step, table, fit=True), Hole(step, found, fit=True))
    fit = Template(f"(lambda {name}: __1__)(__0__)", holes)
    hint = walk.names.for_expression(found)
    key = ("assigned", step.number, found)
    add_capture(walk, step, found, key, hint, fit, step.values[found], reads_of(step, table) | reads_of(step, found))
