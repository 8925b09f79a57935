"""The rows of the knowledge base as frozen dataclasses, and their closed vocabulary.

A fact says what one public name of a library does with a table: how its result relates to the rows, what it
returns, what it changes. Functions on single values (`str.upper`, `math.log`) count as row-wise: the value of
a row stays a value of that row. `Fact.given` is the one place where the exceptions of a row are decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, get_args

from nb2prod.facts.vocabulary import (
    Does,
    Kind,
    LiteralForm,
    Mutates,
    Oracle,
    Relation,
    Returns,
    Role,
)


class _Unknown:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
"""Stands for an argument whose value is no literal."""

DEFAULT_ROLES: Final[Mapping[Relation, Role]] = {
    "map": "feature",
    "col": "clean",
    "agg": "define",
    "fit": "feature",
    "grp": "feature",
    "group": "feature",
    "sel": "clean",
    "win": "feature",
    "rowf": "clean",
    "rows": "clean",
    "ord": "clean",
    "aug": "clean",
    "join": "feature",
    "resh": "clean",
    "split": "split",
    "rng": "feature",
    "eda": "look",
    "io_read": "load",
    "io_write": "save",
    "const": "define",
    "est": "fit",
    "meta": "define",
}

ROLES_OF_METHODS: Final[Mapping[Does, Role]] = {
    "fit": "fit",
    "fit_transform": "feature",
    "transform": "feature",
    "inverse": "predict",
    "predict": "predict",
    "fit_predict": "fit",
    "resample": "clean",
    "score": "evaluate",
    "save": "save",
    "inspect": "look",
    "configure": "define",
}


@dataclass(frozen=True, slots=True)
class When:
    """One exception of a row: what changes if an argument is given so."""

    argument: str
    position: int | None = None
    equals: tuple[object, ...] | None = None
    present: bool = True
    literal: bool | LiteralForm | None = None
    relation: Relation | None = None
    returns: Returns | None = None
    mutates: Mutates | None = None
    metric: str | None = None
    now: str | None = None
    """What all versions of the library know, ``CALL`` being the call without the argument."""
    example: str | None = None
    oracle: Oracle = "run"
    why: str | None = None

    def applies(self, positional: Sequence[object], keywords: Mapping[str, object]) -> bool:
        """Say whether a call with these arguments (`UNKNOWN` for what is no literal) is this exception."""
        if self.argument in keywords:
            return self._fits(keywords[self.argument])
        if self.position is not None and self.position < len(positional):
            return self._fits(positional[self.position])
        return not self.present

    def _fits(self, value: object) -> bool:
        if not self.present:
            return False
        if self.equals is not None and not any(_same(value, known) for known in self.equals):
            return False
        return self.literal is None or _is_literal(value, self.literal)


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one public name; `name` is its qualified public name."""

    name: str
    relation: Relation
    returns: Returns = "any"
    mutates: Mutates = "never"
    role: Role = "define"
    when: tuple[When, ...] = ()
    does: Does | None = None
    metric: str | None = None
    scalar: bool = False
    example: str | None = None
    oracle: Oracle = "run"
    since: str | None = None
    """The version of the library that brings the name."""
    legacy: bool = False
    """Newer versions no longer have the name."""
    now: str | None = None
    """What newer and older versions alike call the same thing; packages are written with it."""
    why: str | None = None

    def given(self, positional: Sequence[object] = (), keywords: Mapping[str, object] | None = None) -> Fact:
        """Settle the exceptions for a call whose arguments are literal values or `UNKNOWN`."""
        for when in self.when:
            if when.applies(positional, keywords or {}):
                return self.under(when)
        return self

    def under(self, when: When) -> Fact:
        """Return the fact as it is under one of its exceptions."""
        relation = when.relation or self.relation
        same_role = self.role != DEFAULT_ROLES[self.relation] or when.relation is None
        return replace(
            self,
            relation=relation,
            returns=when.returns or self.returns,
            mutates=when.mutates or self.mutates,
            role=self.role if same_role else DEFAULT_ROLES[relation],
            metric=when.metric or self.metric,
            example=when.example,
            oracle=when.oracle,
            why=when.why or self.why,
            when=(),
        )


@dataclass(frozen=True, slots=True)
class EstimatorFact:
    """What is known of one class with `fit`; `name` is its qualified public name."""

    name: str
    kind: Kind
    no_predict: bool = False
    """Has neither `predict` nor `transform` for new rows."""
    target_encoder: bool = False
    """Meant for the target: its inverse belongs to inference."""
    fit_transform_differs: bool = False
    """`fit_transform(rows)` is not `fit(rows).transform(rows)`."""
    random: bool = False
    """Two fits differ unless `random_state` or a seed is set."""
    stateless: bool = False
    """Fitting learns nothing but the number of columns."""
    needs_target: bool = False
    """A transformer whose `fit` reads the target."""
    keeps_rows: bool = False
    """The fitted object holds training rows."""
    since: str | None = None
    legacy: bool = False
    why: str | None = None


def _same(value: object, known: object) -> bool:
    return type(value) is type(known) and value == known


def _is_literal(value: object, literal: bool | LiteralForm) -> bool:
    if value is UNKNOWN or literal is False:
        return (value is UNKNOWN) == (literal is False)
    match literal:
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "text":
            return isinstance(value, str)
        case "sequence":
            return isinstance(value, list | tuple | set | frozenset | range)
        case "mapping":
            return isinstance(value, dict)
        case _:
            return True


def allowed(vocabulary: object) -> tuple[str, ...]:
    """List the words of a `Literal` type."""
    return get_args(vocabulary)
