from __future__ import annotations

import re

import pytest

from nb2prod.codes import CODES, Code, code
from nb2prod.diagnostics import Diagnostic, Place

LINE = Place("churn.ipynb", 7, 3, '    df["age"] = df["age"].fillna(df["age"].mean())')


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param(LINE, "churn.ipynb cell 7 line 3", id="a line"),
        pytest.param(Place("churn.ipynb", 7), "churn.ipynb cell 7", id="a cell"),
        pytest.param(Place("churn.ipynb"), "churn.ipynb", id="a notebook"),
    ],
)
def test_names_a_place(place: Place, expected: str) -> None:
    assert str(place) == expected


def test_renders_place_source_reason_and_advice() -> None:
    finding = Diagnostic("NB301", "warning", "mean of 'age' over all rows", LINE, "a reason", "an advice")
    assert finding.render().splitlines() == [
        "churn.ipynb cell 7 line 3: NB301 warning: mean of 'age' over all rows",
        '    df["age"] = df["age"].fillna(df["age"].mean())',
        "  why: a reason",
        "  do:  an advice",
    ]


def test_fills_reason_and_advice_from_the_catalogue() -> None:
    finding = Diagnostic("NB301", "warning", "a message")
    assert finding.render().splitlines() == [
        "NB301 warning: a message",
        f"  why: {CODES['NB301'].why}",
        f"  do:  {CODES['NB301'].do}",
    ]


def test_knows_no_unknown_code() -> None:
    with pytest.raises(KeyError):
        code("NB999")
    with pytest.raises(KeyError):
        Diagnostic("NB999", "note", "a message")


@pytest.mark.parametrize("entry", CODES.values(), ids=CODES)
def test_a_row_of_the_catalogue_is_a_page(entry: Code) -> None:
    assert re.fullmatch(r"NB[1-6]\d\d", entry.code)
    assert not entry.title.endswith(".")
    assert entry.meaning.endswith(".")
    for clause in (entry.why, entry.do):
        assert clause and not clause.endswith(".") and "\n" not in clause


def test_codes_are_sorted_and_titles_are_unique() -> None:
    assert list(CODES) == sorted(CODES)
    assert len({entry.title for entry in CODES.values()}) == len(CODES)
