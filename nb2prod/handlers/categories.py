"""``astype('category')``: the list of categories comes from the rows.

Breaks in production: codes, dummies and native categoricals of boosted trees depend on the whole list, and a single
row knows only its own. The list is frozen:

    df["city"] = df["city"].astype("category")
    df["city"] = df["city"].astype(pd.CategoricalDtype(state.city_categories))
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.call_templates import argument
from nb2prod.handlers import handles
from nb2prod.recall import _refuse_operation, add_capture, reads_of, serve
from nb2prod.slices import Edit, Hole, Template
from nb2prod.trace import Op, Step

if TYPE_CHECKING:
    from nb2prod.recall import Recall


@handles("pandas.Series.astype:fit", "pandas.DataFrame.astype:fit")
def frozen_categories(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Freeze the categories of a column, or of each column of a table."""
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    dtype = argument(node, 0, "dtype")
    if not (isinstance(dtype, ast.Constant) and dtype.value == "category"):
        _refuse_operation(walk, step, node, op)
        return
    data = node.func.value
    table = op.receiver is not None and op.receiver.kind == "frame"
    one = "list(__0__.astype('category').cat.categories)"
    each = "{column: list(__0__[column].astype('category').cat.categories) for column in __0__}"
    fit = Template(each if table else one, (Hole(step, data, fit=True),))
    key = ("categories", step.number, node)
    hint = f"{walk.names.for_expression(data)}_categories"
    found = add_capture(walk, step, node, key, hint, fit, step.values[node], reads_of(step, node), replace=False)
    dtypes = f"{{column: pd.CategoricalDtype(known) for column, known in {found.target()}.items()}}"
    recalled = dtypes if table else f"pd.CategoricalDtype({found.target()})"
    walk.edits[step.number, node] = Edit(Template(f"__0__.astype({recalled})", (Hole(step, data),)), same=True)
    serve(walk, step, data)
