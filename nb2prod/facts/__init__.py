"""What nb2prod knows of the libraries that notebooks use: rows in TOML files beside this module.

`load_facts()` reads them once; `Facts` answers by qualified name, by receiver and method, by estimator class.
Users' own files follow the same format and win over the rows that come with nb2prod.
Refuses files with unknown keys or words (`ValueError` with file, table, row and the allowed values).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from nb2prod.facts.reading import Rows, read_rows
from nb2prod.facts.rows import UNKNOWN, EstimatorFact, Fact, When

__all__ = ["UNKNOWN", "EstimatorFact", "Fact", "Facts", "When", "load_facts"]

OWNERS: Final[dict[str, tuple[str, ...]]] = {
    "frame": ("pandas.DataFrame",),
    "series": ("pandas.Series",),
    "array": ("numpy.ndarray",),
    "index": (
        "pandas.Index",
        "pandas.DatetimeIndex",
        "pandas.TimedeltaIndex",
        "pandas.MultiIndex",
        "pandas.Series",
    ),
    "groupby": ("pandas.api.typing.DataFrameGroupBy", "pandas.api.typing.SeriesGroupBy"),
    "window": (
        "pandas.api.typing.Rolling",
        "pandas.api.typing.Expanding",
        "pandas.api.typing.ExponentialMovingWindow",
    ),
    "resampler": ("pandas.api.typing.Resampler",),
    "series.str": ("pandas.Series.str",),
    "series.dt": ("pandas.Series.dt",),
    "series.cat": ("pandas.Series.cat",),
    "accessor": ("pandas.Series.str", "pandas.Series.dt", "pandas.Series.cat"),
    "list": ("builtins.list",),
    "dict": ("builtins.dict",),
    "set": ("builtins.set",),
    "tuple": ("builtins.tuple",),
    "str": ("builtins.str",),
    "scalar": ("numpy.ndarray", "builtins.float", "builtins.int", "pandas.Timestamp", "pandas.Timedelta"),
    "sparse": ("scipy.sparse.csr_matrix", "numpy.ndarray"),
    "bunch": ("sklearn.utils.Bunch",),
    "estimator": ("estimator",),
    "splitter": ("splitter",),
    "figure": ("figure",),
    "file": ("file",),
    "tool": ("tool",),
}
"""The tables that hold the methods of a receiver, by type tag."""

GUESSES: Final = (
    *("frame", "series", "array", "estimator", "list", "dict", "set", "str"),
    *("index", "groupby", "figure", "file", "tool"),
)
"""Where the method of a receiver of unknown type is looked for, in this order; legacy names come last."""


@dataclass(frozen=True)
class Facts:
    """The knowledge base."""

    rows: Rows

    def lookup(self, qualified: str) -> Fact | None:
        """Find the fact of a qualified name, else the default row of the nearest module above it."""
        owner, _, name = qualified.rpartition(".")
        found = self._row(owner, name) or self._of_estimator(owner, name, qualified)
        while found is None and owner:
            default = self._row(owner, "*") or self._look(owner)
            found = default and replace(default, name=qualified)
            owner = owner.rpartition(".")[0]
        return found

    def method(self, type_tag: str, name: str) -> Fact | None:
        """Find the fact of a method or attribute of a receiver whose type is known by its tag."""
        if type_tag in OWNERS:
            return self._first(OWNERS[type_tag], name)
        guesses = [fact for tag in GUESSES if (fact := self._first(OWNERS[tag], name))]
        return next((fact for fact in guesses if not fact.legacy), guesses[0] if guesses else None)

    def estimator(self, qualified: str) -> EstimatorFact | None:
        """Find an estimator class by qualified name, by bare name, or in another module of its library."""
        owner, _, name = qualified.rpartition(".")
        owner = self._owner(owner)
        return (
            self.rows.estimators.get(qualified)
            or self.rows.estimators.get(f"{owner}.{name}")
            or self._by_library.get((owner.partition(".")[0], name))
        )

    def has_estimator(self, qualified: str) -> bool:
        """Whether an estimator class is known in this very module, under its own name or its public one."""
        owner, _, name = qualified.rpartition(".")
        return qualified in self.rows.estimators or f"{self._owner(owner)}.{name}" in self.rows.estimators

    def knows(self, qualified: str) -> bool:
        """Whether there are facts of the library that a qualified name belongs to."""
        return self._owner(qualified).partition(".")[0] in self._libraries

    @cached_property
    def _libraries(self) -> frozenset[str]:
        return frozenset(owner.partition(".")[0] for owner in self.rows.facts)

    def _first(self, owners: tuple[str, ...], name: str) -> Fact | None:
        return next((fact for owner in owners if (fact := self._row(owner, name))), None)

    def _row(self, owner: str, name: str) -> Fact | None:
        table = self.rows.facts.get(owner) or self.rows.facts.get(self._owner(owner)) or {}
        return table.get(name)

    def _look(self, qualified: str) -> Fact | None:
        """Find a class that only looks: so do all its methods."""
        owner, _, name = qualified.rpartition(".")
        fact = self._row(owner, name)
        return fact if fact and fact.relation == "eda" else None

    def _owner(self, owner: str) -> str:
        """Replace the longest known alias at the beginning of a dotted name."""
        head, tail = owner, ""
        while head:
            if head in self.rows.aliases:
                return self.rows.aliases[head] + tail
            head, _, last = head.rpartition(".")
            tail = f".{last}{tail}"
        return owner

    def _of_estimator(self, owner: str, name: str, qualified: str) -> Fact | None:
        if owner in self.rows.estimators:
            return self._row("estimator", name)
        known = self.estimator(qualified) if owner else None
        return Fact(name=qualified, relation="const", returns="estimator") if known else None

    @cached_property
    def _by_library(self) -> dict[tuple[str, str], EstimatorFact]:
        """Index the classes by library and bare name; without library, those of scikit-learn win."""
        index: dict[tuple[str, str], EstimatorFact] = {}
        for qualified, fact in self.rows.estimators.items():
            library, name = qualified.partition(".")[0], qualified.rpartition(".")[2]
            index.setdefault((library, name), fact)
            if library == "sklearn":
                index["", name] = fact
            index.setdefault(("", name), fact)
        return index


def load_facts(extra: tuple[Path, ...] = ()) -> Facts:
    """Read the rows that come with nb2prod, then the user's own files, whose rows win."""
    return _with_users(extra) if extra else _own()


def own_files() -> tuple[Path, ...]:
    """List the files that come with nb2prod."""
    return tuple(sorted(Path(__file__).parent.glob("*.toml")))


@cache
def _own() -> Facts:
    return Facts(read_rows(own_files(), check=False))  # the tests check them all


@cache
def _with_users(extra: tuple[Path, ...]) -> Facts:
    own = _own().rows
    users = read_rows(extra, override=True)
    facts = {owner: {**own.facts.get(owner, {}), **users.facts.get(owner, {})} for owner in [*own.facts, *users.facts]}
    return Facts(Rows(facts, {**own.estimators, **users.estimators}, {**own.aliases, **users.aliases}))
