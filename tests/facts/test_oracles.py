"""Every row with an example: the relation that the row states is the one that the experiment finds."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import pytest

from nb2prod.facts import EstimatorFact, Fact, load_facts
from nb2prod.facts.vocabulary import Relation

from .oracles import Finding, evaluate, find_relation, probe_frame

EXPECTED: Final[dict[Relation, set[Finding]]] = {
    "map": {"row-wise"},
    "col": {"row-wise"},
    "join": {"row-wise"},
    "fit": {"set-dependent"},
    "grp": {"set-dependent"},
    "sel": {"set-dependent"},
    "win": {"order-dependent"},
    "rowf": {"row filter"},
    "rows": {"set filter"},
    "ord": {"reordered"},
    "aug": {"more rows"},
    "resh": {"more rows", "statistic"},
    "agg": {"statistic"},
}


def has_version(fact: Fact | EstimatorFact) -> bool:
    """Say whether the installed library is new enough for the row."""
    if fact.since is None:
        return True
    library = import_module(fact.name.partition(".")[0])
    found = [int(part) for part in library.__version__.split(".")[:2]]
    return found >= [int(part) for part in fact.since.split(".")]


def _examples() -> list[Fact]:
    rows = [fact for table in load_facts().rows.facts.values() for fact in table.values()]
    cases = [case for fact in rows for case in (fact, *map(fact.under, fact.when))]
    return [case for case in cases if case.example and not case.legacy and has_version(case)]


def _sentence(fact: Fact) -> str:
    return f"{fact.name} is {fact.relation} in {fact.example}"


PROBED: Final = [fact for fact in _examples() if fact.oracle == "run" and fact.relation in EXPECTED]
EVALUATED: Final = [fact for fact in _examples() if fact not in PROBED]


@pytest.mark.parametrize("fact", PROBED, ids=_sentence)
def test_relation_is_the_one_that_the_oracles_find(fact: Fact) -> None:
    assert find_relation(fact.example or "") in EXPECTED[fact.relation]


@pytest.mark.parametrize("fact", EVALUATED, ids=_sentence)
def test_example_runs_where_no_oracle_judges_it(fact: Fact) -> None:
    evaluate(fact.example or "", probe_frame())


@pytest.mark.parametrize("fact", [fact for fact in EVALUATED if fact.oracle == "skip"], ids=_sentence)
def test_row_that_the_oracles_skip_says_why(fact: Fact) -> None:
    assert fact.why
