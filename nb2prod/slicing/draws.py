"""Draws from numpy's global generator, each of which decides what the later ones give.

After ``np.random.seed(0)`` the rows that ``train_test_split(X, y)`` draws depend on all that was drawn before, be it
for a look at the data or for a model that is dropped. Input: the trace and the steps that training needs. Output: the
steps that have to run as well, for those to draw what they drew in the notebook. Without a seed there are none: then
the notebook itself gives something else each time.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from itertools import pairwise

from nb2prod.facts import Facts
from nb2prod.interpretation.trace import Op, Step, Trace
from nb2prod.interpretation.values import Value

SEED = "numpy.random.seed"
NO_DRAWS = frozenset({"seed", "default_rng", "get_state", "set_state"})
FITS = frozenset({"est", "fit_transform", "fit_predict", "resample", "aug"})
HELD = frozenset({"estimator", "list", "dict", "tuple", "any", "folds"})
SPLITTERS = frozenset({"KFold", "StratifiedKFold", "StratifiedGroupKFold"})
DRAWING_SPLITTERS = frozenset({
    "GroupShuffleSplit", "RepeatedKFold", "RepeatedStratifiedKFold", "ShuffleSplit", "StratifiedShuffleSplit",
})  # fmt: skip
DEEPEST = 8
"""How many variables a model is followed through to where it was made."""


def draws_before(trace: Trace, facts: Facts, needed: Collection[int]) -> list[tuple[Step, list[ast.expr]]]:
    """The steps that draw between a seed and the last draw that training needs.

    With each come the expressions that draw, where the statement only shows what they give: ``print(df.sample(5))``.
    """
    seeds = [step.number for step in trace.steps if _seeds(step)]
    if not seeds:
        return []
    drawing = _Draws(trace, facts)
    draws = [step.number for step in trace.steps[seeds[0] + 1 :] if drawing.any_in(step)]
    found: list[int] = []
    for start, end in pairwise([*seeds, len(trace.steps)]):
        mine = [number for number in draws if start < number < end]
        last = max((number for number in mine if number in needed), default=start)
        found += [number for number in mine if number < last and number not in needed]
    return [(trace.steps[number], drawing.shown(trace.steps[number])) for number in found]


def _seeds(step: Step) -> bool:
    return any(op.fact is not None and op.fact.name == SEED for op in step.ops.values())


class _Draws:
    """Tells the steps that draw from the global generator."""

    def __init__(self, trace: Trace, facts: Facts) -> None:
        self.trace, self.facts = trace, facts

    def any_in(self, step: Step) -> bool:
        """Whether a step draws; the steps in its blocks are steps of their own."""
        calls = [node for node in step.values if isinstance(node, ast.Call)]
        return any(self._draws(step, node, step.ops.get(node)) for node in {*calls, *step.ops})

    def shown(self, step: Step) -> list[ast.expr]:
        """The expressions that draw in a statement which only shows them; nothing, if it does more."""
        shows = isinstance(step.node, ast.Expr) and _only_shows(step, step.node.value)
        return list(self._shown(step, step.node.value)) if shows and isinstance(step.node, ast.Expr) else []

    def _shown(self, step: Step, node: ast.expr) -> Iterator[ast.expr]:
        if not isinstance(node, ast.Call) or not _only_shows(step, node):
            yield node
            return
        for part in (*node.args, *(keyword.value for keyword in node.keywords)):
            if any(self._draws(step, child, step.ops.get(child)) for child in ast.walk(part)):
                yield from self._shown(step, part)

    def _draws(self, step: Step, node: ast.AST, op: Op | None) -> bool:
        if not isinstance(node, ast.Call) or node in step.expanded:
            return False
        name = op.fact.name if op is not None and op.fact is not None else _qualified(step, node.func)
        module, _, last = name.rpartition(".")
        if module == "numpy.random":
            return last not in NO_DRAWS and not last[0].isupper()
        if last == "sample" and name.startswith("pandas."):
            return not _is_seeded(node)
        if op is not None and op.relation == "split" and _called(node) == "train_test_split":
            return not _is_seeded(node) and not _says(node, "shuffle", False)
        if (op is not None and op.relation in FITS) or _called(node) == "split":
            return any(self._is_random(at, made) for at, made in self._made(step, node, DEEPEST))
        called = step.values.get(node.func)
        return called is not None and called.function is not None and self._draws_inside(step, node, called)

    def _draws_inside(self, step: Step, node: ast.Call, called: Value) -> bool:
        """Whether a function of the notebook, which is called as it is, draws or fits what draws."""
        assert called.function is not None
        for child in ast.walk(called.function.node):
            if not isinstance(child, ast.Call):
                continue
            text = ast.unparse(child.func)
            if text.startswith(("np.random.", "numpy.random.")) and text.rpartition(".")[2] not in NO_DRAWS:
                return True
            if _called(child) in ("sample", "train_test_split") and not _is_seeded(child):
                return True
            if _called(child).startswith(("fit", "cross_val")):
                return any(self._is_random(at, made) for at, made in self._made(step, node, DEEPEST))
        return False

    def _made(self, step: Step, node: ast.AST, depth: int) -> Iterator[tuple[Step, ast.Call]]:
        """The calls that make the models and the splitters in an expression, where they were made."""
        for child in ast.walk(node):
            if isinstance(child, ast.Call) and _makes(step, child):
                yield step, child
            elif isinstance(child, ast.Name) and depth:
                value = step.values.get(child)
                if value is None or value.kind not in HELD or value.relation == "rows":
                    continue
                for number in step.deps.get(child, frozenset()) - {step.number}:
                    yield from self._made(self.trace.steps[number], self.trace.steps[number].node, depth - 1)

    def _is_random(self, step: Step, node: ast.Call) -> bool:
        value = step.values.get(node)
        name = value.qualified if value is not None else ""
        last = name.rpartition(".")[2] or _called(node)
        if last in SPLITTERS:
            return _says(node, "shuffle", True) and not _is_seeded(node)
        fact = self.facts.estimator(name) if name else None
        return (last in DRAWING_SPLITTERS or (fact is not None and fact.random)) and not _is_seeded(node)


def _only_shows(step: Step, node: ast.expr) -> bool:
    """Whether an expression is a call that prints or plots what it is given."""
    op = step.ops.get(node)
    return isinstance(node, ast.Call) and op is not None and op.relation == "eda"


def _qualified(step: Step, node: ast.expr) -> str:
    value = step.values.get(node)
    return value.qualified if value is not None else ""


def _makes(step: Step, node: ast.Call) -> bool:
    """Whether a call makes an object of a library's class: ``KMeans(3)``, ``cluster.KMeans(3)``."""
    owner = step.values.get(node.func.value) if isinstance(node.func, ast.Attribute) else None
    return isinstance(node.func, ast.Name) or (owner is not None and owner.kind == "module")


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


def _is_seeded(node: ast.Call) -> bool:
    given = [keyword.value for keyword in node.keywords if keyword.arg in ("random_state", "seed")]
    return any(not (isinstance(value, ast.Constant) and value.value is None) for value in given)


def _says(node: ast.Call, name: str, value: bool) -> bool:
    given = [keyword.value for keyword in node.keywords if keyword.arg == name]
    return any(isinstance(part, ast.Constant) and part.value is value for part in given)
