from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.conftest import PEOPLE, Make, assert_row_by_row
from nb2prod.recipes import recipe_source

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


RECIPES: dict[str, Any] = {"Any": Any, "pd": pd}
exec("\n\n".join(map(recipe_source, ("learn_categories", "with_categories"))), RECIPES)
COLUMNS = {
    "text": st.sampled_from(["a", "b", "ö", "", None]),
    "numbers": st.sampled_from([3, 1, -2]),
    "gaps": st.sampled_from([0.5, 1.0, float("nan")]),
    "truth": st.booleans(),
    "dates": st.sampled_from([pd.Timestamp("2024-02-29"), pd.Timestamp("2023-01-01")]),
}


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("dtype", [None, "category", "string"])
@given(data=st.data(), drop_first=st.booleans(), dummy_na=st.booleans(), whole=st.booleans())
def test_dummies_of_each_row_are_those_of_all_rows(
    kind: str, dtype: str | None, data: st.DataObject, drop_first: bool, dummy_na: bool, whole: bool
) -> None:
    values = data.draw(st.lists(COLUMNS[kind], min_size=1, max_size=6))
    table = pd.DataFrame({"c": values, "other": 1.5}).astype({"c": dtype} if dtype else {})
    columns = None if whole and kind == "text" else ["c"]
    source: Any = table if whole else table["c"]
    learned = RECIPES["learn_categories"](source, columns if whole else None)
    settings: dict[str, Any] = {"drop_first": drop_first, "dummy_na": dummy_na}
    settings |= {"columns": columns} if whole else {}
    expected = pd.get_dummies(source, **settings)
    for rows in [slice(None), *(slice(at, at + 1) for at in range(len(table)))]:
        made = pd.get_dummies(RECIPES["with_categories"](source.iloc[rows], learned), **settings)
        pd.testing.assert_frame_equal(made, expected.iloc[rows], check_column_type=False)
