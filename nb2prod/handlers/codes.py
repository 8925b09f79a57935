"""Codes of categories: ``.cat.codes`` and ``pd.factorize``.

Breaks in production: the only category of a single row always gets code 0. The categories are kept.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.handlers import handles
from nb2prod.interpretation.trace import Op, Step
from nb2prod.slicing.call_templates import argument, first_item
from nb2prod.slicing.recall import add_capture, reads_of, serve
from nb2prod.slicing.slices import Edit, Hole, Template

if TYPE_CHECKING:
    from nb2prod.slicing.recall import Recall


@handles("pandas.Series.cat.codes")
def category_codes(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Freeze the categories before the codes are taken."""
    assert isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
    data = node.value.value
    fit = Template("list(__0__.cat.categories)", (Hole(step, data, fit=True),))
    hint = f"{walk.names.for_expression(data)}_categories"
    key = ("categories", step.number, node)
    found = add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)
    recalled = Template(f"__0__.cat.set_categories({found.target()}).cat.codes", (Hole(step, data),))
    walk.edits[step.number, node] = Edit(recalled, same=True)
    serve(walk, step, data)


@handles("pandas.factorize", "pandas.Series.factorize")
def factorized(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Number values by the training rows' order of appearance; unseen ones get -1."""
    assert isinstance(node, ast.Call)
    method = isinstance(node.func, ast.Attribute) and step.values[node.func.value].relation == "rows"
    data = node.func.value if method and isinstance(node.func, ast.Attribute) else argument(node, 0, "values")
    assert data is not None
    fit = Template("__0__[1]", (Hole(step, node, fit=True),))
    hint = f"{walk.names.for_expression(data)}_values"
    key = ("factorize", step.number, node)
    found = add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)
    codes = f"pd.Index({found.target()}).get_indexer(__0__)"
    taken = first_item(step, node)
    code = codes if taken is not None else f"({codes}, {found.target()})"
    walk.edits[step.number, taken or node] = Edit(Template(code, (Hole(step, data),)), same=True)
    serve(walk, step, data)
