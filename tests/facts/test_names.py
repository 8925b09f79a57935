"""Every row against the installed libraries: the name resolves, and so do the arguments of its exceptions."""

from __future__ import annotations

import inspect
import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import Final

import pytest

from nb2prod.facts import EstimatorFact, Fact, When, load_facts
from nb2prod.facts.rows import allowed
from nb2prod.facts.vocabulary import Relation

from .test_oracles import EXPECTED, has_version

ROWS: Final = load_facts().rows
DUCKS: Final = ("estimator", "figure", "file", "splitter", "tool")
"""Tables that stand for whatever has such methods."""

INSTANCE_ATTRIBUTES: Final = {
    "scipy.sparse.csr_matrix": {"data", "indices", "indptr"},
    "sklearn.utils.Bunch": {
        "DESCR",
        "data",
        "feature_names",
        "filename",
        "frame",
        "images",
        "target",
        "target_names",
    },
}
REMOVED_ARGUMENTS: Final = {"eps", "method", "squared"}
"""Arguments that newer versions no longer have, and that notebooks still give."""


def _installed(qualified: str) -> bool:
    return find_spec(qualified.partition(".")[0]) is not None


def _resolve(qualified: str) -> object:
    """Import the longest module in front of a dotted name, and walk the rest by attributes."""
    import sklearn.experimental.enable_halving_search_cv
    import sklearn.experimental.enable_iterative_imputer  # noqa: F401

    parts = qualified.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise ImportError(qualified)


def _rows_of(owner: str) -> list[Fact]:
    rows = ROWS.facts[owner].items()
    listed = INSTANCE_ATTRIBUTES.get(owner, set())
    return [fact for name, fact in rows if name != "*" and name not in listed and not fact.legacy and has_version(fact)]


OWNERS: Final = [owner for owner in ROWS.facts if owner not in DUCKS and _installed(owner)]
CLASSES: Final = [
    fact for fact in ROWS.estimators.values() if not fact.legacy and _installed(fact.name) and has_version(fact)
]


@pytest.mark.parametrize("owner", OWNERS)
def test_every_name_of_the_table_resolves(owner: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _resolve(owner) if _rows_of(owner) else None
        missing = [fact.name for fact in _rows_of(owner) if not hasattr(found, fact.name.rpartition(".")[2])]
    assert missing == []


@pytest.mark.parametrize("fact", CLASSES, ids=lambda fact: fact.name)
def test_estimator_resolves(fact: EstimatorFact) -> None:
    assert callable(_resolve(fact.name))


@pytest.mark.parametrize("owner", OWNERS)
def test_arguments_of_exceptions_are_arguments_at_their_position(owner: str) -> None:
    cases = [(fact, when) for fact in _rows_of(owner) for when in fact.when]
    assert [f"{fact.name}({when.argument})" for fact, when in cases if not _is_argument(fact, when)] == []


def _is_argument(fact: Fact, when: When) -> bool:
    names = _parameters(fact)
    if names is None or when.argument in REMOVED_ARGUMENTS:
        return True
    return when.argument in names and when.position in (None, names.index(when.argument))


def _parameters(fact: Fact) -> list[str] | None:
    """List the arguments of a function without its receiver, if Python can tell them all."""
    try:
        parameters = inspect.signature(_resolve(fact.name)).parameters  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return None
    kinds = {parameter.kind for parameter in parameters.values()}
    if kinds & {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}:
        return None
    return [name for name in parameters if name != "self"]


@pytest.mark.parametrize("library", ["pandas", "numpy", "scipy", "sklearn"])
def test_row_has_an_example_or_says_why_not(library: str) -> None:
    rows = [fact for owner in OWNERS if owner.partition(".")[0] == library for fact in _rows_of(owner)]
    bare = [fact.name for fact in rows if fact.relation in EXPECTED and not (fact.example or fact.why or fact.metric)]
    assert bare == []


def test_every_word_for_a_relation_is_used() -> None:
    used = {fact.relation for table in ROWS.facts.values() for fact in table.values()}
    assert used == set(allowed(Relation))


@pytest.mark.parametrize("fact", list(ROWS.facts["estimator"].values()), ids=lambda fact: fact.name)
def test_method_of_an_estimator_says_what_it_does(fact: Fact) -> None:
    assert fact.relation == "est"
    assert fact.does is not None


def test_every_estimator_of_scikit_learn_has_a_row() -> None:
    utils = _resolve("sklearn.utils")
    names = {name for name, _ in utils.all_estimators()}  # type: ignore[attr-defined]
    known = {fact.name.rpartition(".")[2] for fact in ROWS.estimators.values() if fact.name.startswith("sklearn.")}
    assert names - known == set()


def test_every_metric_of_scikit_learn_has_a_row() -> None:
    metrics = _resolve("sklearn.metrics")
    assert set(metrics.__all__) - set(ROWS.facts["sklearn.metrics"]) <= {"cluster"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("alias", list(ROWS.aliases), ids=str)
def test_alias_stands_for_a_known_owner(alias: str) -> None:
    target = ROWS.aliases[alias]
    known = [*ROWS.facts, *(name.rpartition(".")[0] for name in ROWS.estimators)]
    assert any(owner == target or owner.startswith(f"{target}.") for owner in known)
