"""Look into what an estimator of the notebook does to the rows that it is given: does it learn from them?

Input: a function that a transformer calls with a batch, or a class with a ``transform`` method. Output: a note on the
first statistic of the batch, on the step that hands the function over. A fitted transformer is kept as a black box, so
this is where a mean of the request's own rows would hide.
"""

from __future__ import annotations

import ast

from nb2prod.interpretation.machine import Machine
from nb2prod.interpretation.trace import Op, Step
from nb2prod.interpretation.values import SINGLE, Function, Value

BATCH = "batch"
"""The relation of a statistic that a transformer takes of its batch."""
LEARNS = frozenset({"agg", "fit", "grp", "win", "rng", "fit_transform"})
HEADERS = (ast.If, ast.While, ast.Assert, ast.Expr)


def look_at_function(machine: Machine, given: Value | None) -> None:
    """``FunctionTransformer(f)``: note whether ``f`` learns from its batch."""
    if given is not None and given.function is not None:
        _note(machine, _statistic(machine, given.function, 0))


def look_at_class(machine: Machine, node: ast.ClassDef) -> None:
    """Note on a class whether its ``transform`` learns from its batch."""
    methods = {child.name: child for child in node.body if isinstance(child, ast.FunctionDef)}
    if "fit" in methods and "transform" in methods:
        _note(machine, _statistic(machine, Function(methods["transform"]), 1))


def _note(machine: Machine, found: ast.AST | None) -> None:
    if found is not None:
        machine.note(found, Op(BATCH, detail=ast.unparse(found)[:70]))


def _statistic(machine: Machine, function: Function, at: int) -> ast.AST | None:
    """The first statistic that a function takes of the table which is its argument number ``at``."""
    from nb2prod.interpretation import functions

    if function.node in machine.call_stack:
        return None
    with machine.scratch() as probe:
        rows = Value(kind="frame", relation="rows", rows=machine.new_rows("source"))
        functions.rehearse(machine, function, [Value(kind="instance", relation="data")] * at + [rows])
        steps = [probe, *(step for top in machine.top for step in top.walk())]
        return next((found for step in steps if (found := _learns(step, function)) is not None), None)


def _learns(step: Step, function: Function) -> ast.AST | None:
    if isinstance(step.node, HEADERS) and isinstance(function.node, ast.FunctionDef):
        return None
    for node, op in step.ops.items():
        fits = op.relation == "est" and op.detail == "fit"
        counts = op.fact is not None and op.fact.name == "builtins.len"
        if (op.relation in LEARNS or fits) and not counts and _is_batch(step, node, op):
            return node
    return None


def _is_batch(step: Step, node: ast.AST, op: Op) -> bool:
    given = [op.receiver, *(step.values.get(child) for child in ast.walk(node))]
    return any(value is not None and value.relation == "rows" and value.kind not in SINGLE for value in given)
