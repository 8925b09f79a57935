from __future__ import annotations

import pytest

from handlers.conftest import PEOPLE, Make, assert_row_by_row

REWRITES = {
    "a column": ("df['town'] = df['town'].astype('category')", "df['town'].astype(state.town_types)"),
    "a table": (
        "df[['town', 'card']] = df[['town', 'card']].astype('category')",
        "df[['town', 'card']].astype(state.town_card_types)",
    ),
    "by column": ("df = df.astype({'town': 'category'})", "df.astype(state."),
    "a keyword": ("df['town'] = df['town'].astype(dtype='category')", "df['town'].astype(state.town_types)"),
    "a loop": (
        "for c in ['town', 'card']:\n    df[c] = df[c].astype('category')",
        "df[c].astype(state.value_types[c])",
    ),
    "a constructor": (
        "df['town'] = pd.Categorical(df['town'])",
        "pd.Categorical(df['town'], categories=state.town_categories",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str, expected: str) -> None:
    made = make(f"{lines}\nX = df[['town', 'card', 'visits']]")
    assert expected in made.code
    assert_row_by_row(made)


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_codes_of_categories(make: Make, lines: str, expected: str) -> None:
    made = make(f"{lines}\ndf['town'] = df['town'].cat.codes\nX = df[['town', 'visits']]")
    assert expected in made.code
    assert_row_by_row(made)


def test_an_unseen_value_becomes_missing(make: Make) -> None:
    made = make("df['town'] = df['town'].astype('category')\nX = df[['town']]")
    assert made.served(PEOPLE.iloc[[0]].assign(town="Rom"))["town"].isna().all()


LEAVES_ALONE = {
    "a number type": "df['visits'].astype(float)",
    "a text type": "df['visits'].astype('str').str.len()",
    "categories that are given": "df['town'].astype(pd.CategoricalDtype(['Ulm', 'Bonn'])).cat.codes.astype(int)",
    "categories that are named": "pd.Categorical(df['town'], categories=['Ulm', 'Bonn', 'Jena']).codes",
}


@pytest.mark.parametrize("expression", LEAVES_ALONE.values(), ids=LEAVES_ALONE)
def test_leaves_alone(make: Make, expression: str) -> None:
    made = make(f"df['made'] = {expression}\nX = df[['made', 'visits']]")
    assert_row_by_row(made)
