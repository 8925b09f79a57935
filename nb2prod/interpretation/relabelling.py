"""New column labels that are made from the old ones, one by one.

``df.columns = df.columns.str.lower()`` says the same of a request as of the training table: inference runs it again
instead of recalling a list of names. Labels that are picked by position, or that come from another table, are learned.
"""

from __future__ import annotations

import ast

from nb2prod.interpretation.trace import Step


def relabels(step: Step, node: ast.expr) -> bool:
    """Whether an expression gives one new label for each column of a frame."""
    match node:
        case ast.Attribute(value=ast.Name() as table, attr="columns"):
            value = step.values.get(table)
            return value is not None and value.kind == "frame" and value.relation == "rows"
        case ast.Attribute(value=inner, attr="values"):
            return relabels(step, inner)
        case (
            ast.Call(func=ast.Attribute(value=ast.Attribute(value=inner, attr="str")))
            | ast.Call(func=ast.Attribute(value=inner, attr="map" | "tolist" | "to_list" | "copy"))
        ):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            return relabels(step, inner) and all(_constant(step, argument) for argument in given)
        case ast.Call(func=ast.Name(id="list"), args=[inner], keywords=[]):
            return relabels(step, inner)
        case ast.ListComp(elt=new, generators=[ast.comprehension(target=ast.Name(id=old), iter=inner, ifs=[])]):
            return relabels(step, inner) and _constant(step, new, {old})
    return False


def _constant(step: Step, node: ast.expr, bound: frozenset[str] | set[str] = frozenset()) -> bool:
    """Whether an expression reads nothing but constants and the names that are bound around it."""
    if isinstance(node, ast.Lambda):
        bound = {*bound, *(parameter.arg for parameter in node.args.args)}
    for child in ast.walk(node):
        if isinstance(child, ast.Name) and child.id not in bound:
            value = step.values.get(child)
            if value is None or value.relation != "const" or step.free.get(child):
                return False
    return True
