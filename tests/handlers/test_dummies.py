from __future__ import annotations

import pytest

from handlers.conftest import PEOPLE, Make, assert_row_by_row

FEATURES = "df[['town', 'card', 'visits', 'member']]"
REWRITES = {
    "a table": (f"X = pd.get_dummies({FEATURES})", "with_categories("),
    "a table without the first": (f"X = pd.get_dummies({FEATURES}, drop_first=True)", "drop_first=True)"),
    "columns": (
        "X = pd.get_dummies(df[['town', 'visits']], columns=['town', 'visits'])",
        "columns=['town', 'visits'])",
    ),
    "one column": ("X = pd.get_dummies(df[['town', 'visits']], columns=['town'], drop_first=True)", "columns=['town']"),
    "columns by name": (
        "names = ['town', 'card']\nX = pd.get_dummies(df[['town', 'card', 'age']], columns=names)",
        "with_categories(",
    ),
    "columns that are learned": (
        "names = [c for c in df if df[c].nunique() < 4]\nX = pd.get_dummies(df, columns=names).drop(columns='y')",
        "with_categories(df, state.df_categories), columns=state.names",
    ),
    "a truth value": ("X = pd.get_dummies(df[['member', 'visits']], columns=['member'])", "with_categories("),
    "gaps": ("X = pd.get_dummies(df[['card']], dummy_na=True)", "dummy_na=True)"),
    "whole numbers": ("X = pd.get_dummies(df[['town']], dtype=int)", "dtype=int)"),
    "a series": (
        "X = pd.get_dummies(df['town'])",
        "pd.get_dummies(with_categories(df['town'], state.town_categories))",
    ),
    "a series with a prefix": (
        "X = pd.get_dummies(df['town'], prefix='t', drop_first=True)",
        "prefix='t', drop_first=True",
    ),
    "a series with gaps": ("X = pd.get_dummies(df['card'], prefix='c', dummy_na=True)", "dummy_na=True)"),
    "a list": ("X = pd.get_dummies(df['town'].tolist())", "with_categories(df['town'].tolist(), state."),
    "an array": ("X = pd.get_dummies(df['town'].values)", "with_categories(df['town'].values, state."),
    "categories": ("X = pd.get_dummies(df['town'].astype('category'))", "with_categories("),
    "numbers of a series": (
        "X = pd.get_dummies(df['visits'])",
        "with_categories(df['visits'], state.visits_categories)",
    ),
    "joined": ("X = df[['age']].join(pd.get_dummies(df['town'], prefix='t'))", "with_categories(df['town'], "),
    "side by side": (
        "X = pd.concat([df[['age']], pd.get_dummies(df['town'], drop_first=True)], axis=1)",
        "with_categories(df['town'], ",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str, expected: str) -> None:
    made = make(lines)
    assert expected in made.code
    assert_row_by_row(made)


@pytest.mark.parametrize("lines", ["X = pd.get_dummies(df['town'])", "X = pd.get_dummies(df[['town']])"])
def test_an_unseen_value_has_no_dummy(make: Make, lines: str) -> None:
    made = make(lines)
    assert not made.served(PEOPLE.iloc[[0]].assign(town="Rom")).to_numpy().any()


def test_leaves_numbers_alone(make: Make) -> None:
    made = make("X = pd.get_dummies(df[['age', 'visits']])")
    assert_row_by_row(made)
