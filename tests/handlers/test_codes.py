from __future__ import annotations

import pytest

from handlers.conftest import PEOPLE, Make, assert_row_by_row

REWRITES = {
    "category codes": ("df['new'] = df['town'].astype('category').cat.codes", ".cat.set_categories(state."),
    "factorised column": (
        "df['new'], names = pd.factorize(df['town'])",
        "pd.Index(state.town_values).get_indexer(df['town'])",
    ),
    "factorised method": (
        "df['new'], names = df['town'].factorize()",
        "pd.Index(state.town_values).get_indexer(df['town'])",
    ),
    "sorted": ("df['new'], names = pd.factorize(df['town'], sort=True)", "get_indexer(df['town'])"),
    "its codes only": (
        "df['new'] = pd.factorize(df['town'])[0]",
        "= pd.Index(state.town_values).get_indexer(df['town'])",
    ),
    "in a loop": (
        "df['new'] = df['town']\nfor name in ['new', 'tags']:\n    df[name] = df[name].factorize()[0]",
        "get_indexer(df[name])",
    ),
    "with gaps": ("df['new'], names = pd.factorize(df['card'])", "get_indexer(df['card'])"),
}


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str, expected: str) -> None:
    made = make(f"{lines}\nX = df[['new', 'visits']]")
    assert expected in made.code
    assert_row_by_row(made)


@pytest.mark.parametrize("lines", [lines for lines, _ in REWRITES.values() if "town" in lines])
def test_an_unseen_value_gets_minus_one(make: Make, lines: str) -> None:
    made = make(f"{lines}\nX = df[['new', 'visits']]")
    assert made.served(PEOPLE.iloc[[0]].assign(town="Rom"))["new"].tolist() == [-1]


def test_leaves_alone_a_dictionary(make: Make) -> None:
    made = make("df['new'] = df['card'].map({'gold': 2, 'blue': 1})\nX = df[['new']]")
    assert "df['card'].map({'gold': 2, 'blue': 1})" in made.code
    assert_row_by_row(made)


def test_rewrites_the_first_of_the_two_results(make: Make) -> None:
    made = make("df['new'] = pd.factorize(df['town'])[0]\nX = df[['new', 'visits']]")
    assert_row_by_row(made)
