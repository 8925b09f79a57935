"""Whether a call that differs from run to run gives one value or many: by the function's name and its arguments."""

from __future__ import annotations

import ast

from nb2prod.facts import Fact

GENERATORS = ("numpy.random", "numpy.random.Generator", "numpy.random.RandomState")
MAKERS = {
    "numpy.random.default_rng": "numpy.random.Generator",
    "numpy.random.Generator": "numpy.random.Generator",
    "numpy.random.RandomState": "numpy.random.RandomState",
    "random.Random": "random",
}
"""Calls that make a generator of draws, and where its methods are known."""

SIZES = {
    **dict.fromkeys(("rand", "randn", "random", "random_sample", "ranf", "sample", "standard_normal"), 0),
    **dict.fromkeys(("choice", "exponential", "poisson", "standard_t", "chisquare", "geometric"), 1),
    **dict.fromkeys(("randint", "integers", "random_integers", "normal", "uniform", "beta", "binomial", "gamma"), 2),
    "triangular": 3,
}
"""Functions of `numpy.random` that draw one number, unless there is an argument at this position."""

SINGLE = frozenset(
    {"random", "randint", "randrange", "choice", "uniform", "gauss", "normalvariate", "triangular", "betavariate"}
)
"""Functions of the module `random` that draw one value."""


CLOCKS = frozenset(
    {
        *(f"datetime.datetime.{name}" for name in ("now", "today", "utcnow")),
        *(f"pandas.Timestamp.{name}" for name in ("now", "today", "utcnow")),
        *("datetime.date.today", "time.time", "pandas.to_datetime", "pandas.Timestamp", "numpy.datetime64"),
    }
)
"""Calls whose value is the time of the run, the last three of them if they are given ``"now"`` or ``"today"``."""


def reads_clock(fact: Fact | None) -> bool:
    """Whether a call gives the time of the run."""
    return fact is not None and fact.relation == "rng" and fact.name in CLOCKS


def draws_one(node: ast.Call, fact: Fact | None) -> bool:
    """Whether a call that gives another answer in each run gives a single value."""
    if reads_clock(fact):
        return True
    module, _, name = (fact.name if fact is not None else "").rpartition(".")
    if module == "random":
        return name in SINGLE
    sized = any(keyword.arg == "size" and not _is_none(keyword.value) for keyword in node.keywords)
    return module in GENERATORS and name in SIZES and len(node.args) <= SIZES[name] and not sized


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
