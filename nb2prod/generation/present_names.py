"""What newer versions of a library no longer know, written as all versions know it.

Input: a name or call of the notebook. Output: what stands in the package instead, if anything: ``np.NaN`` becomes
``np.nan``, ``mean_squared_error(y, p, squared=False)`` becomes ``mean_squared_error(y, p) ** 0.5``.
"""

from __future__ import annotations

import ast
import re

from nb2prod.facts import UNKNOWN, Facts
from nb2prod.facts.rows import Fact
from nb2prod.interpretation.trace import Step
from nb2prod.slicing.call_templates import call_template
from nb2prod.slicing.slices import Hole, Template


def present_form(facts: Facts, step: Step, node: ast.AST) -> Template | None:
    """Say what stands for a name or call that newer versions of its library refuse."""
    if isinstance(node, ast.Call):
        return _call(facts, step, node) or _query(step, node)
    fact = _fact(facts, step, node) if isinstance(node, ast.Attribute) else None
    if fact is None or fact.now is None or not isinstance(node, ast.Attribute):
        return None
    return Template(f"__0__.{fact.now}", (Hole(step, node.value),))


def _call(facts: Facts, step: Step, node: ast.Call) -> Template | None:
    """The call without the arguments that are gone."""
    given = {k.arg: k.value.value if isinstance(k.value, ast.Constant) else UNKNOWN for k in node.keywords if k.arg}
    fact = _fact(facts, step, node.func) if given else None
    gone = [when for when in fact.when if when.now and when.argument in given] if fact is not None else []
    now = [when.now for when in gone if when.now and when.applies((), given)]
    if not now:
        return None
    call = call_template(step, node, drop={when.argument for when in gone})
    code = call.code
    for form in now:
        code = form.replace("CALL", code)
    return Template(code, call.holes)


def _query(step: Step, node: ast.Call) -> Template | None:
    """``df.query("age > @low")``: the variables in the text are handed over, so that nothing loses sight of them."""
    owner = step.values.get(node.func.value) if isinstance(node.func, ast.Attribute) else None
    text = node.args[0].value if len(node.args) == 1 and isinstance(node.args[0], ast.Constant) else None
    if owner is None or owner.kind != "frame" or not isinstance(text, str) or not isinstance(node.func, ast.Attribute):
        return None
    names = dict.fromkeys(re.findall(r"@(\w+)", text))
    if node.func.attr != "query" or not names or any(keyword.arg != "inplace" for keyword in node.keywords):
        return None
    given = ", ".join(f"{name!r}: {step.emitted(name)}" for name in names)
    return call_template(step, node, add={"local_dict": f"{{{given}}}"})


def _fact(facts: Facts, step: Step, node: ast.AST) -> Fact | None:
    """The row of a function of a library, by whatever name the notebook has it."""
    if isinstance(node, ast.Name):
        value = step.values.get(node)
        return facts.lookup(value.qualified) if value is not None and value.qualified else None
    owner = step.values.get(node.value) if isinstance(node, ast.Attribute) else None
    if owner is None or owner.kind != "module" or not isinstance(node, ast.Attribute):
        return None
    return facts.lookup(f"{owner.qualified}.{node.attr}")
