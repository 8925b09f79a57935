from __future__ import annotations

import pytest

from handlers.conftest import PEOPLE, Make, assert_row_by_row

REWRITES = {
    "bands of equal width": (
        "pd.cut(df['fare'], 4, labels=False)",
        "pd.cut(df['fare'], state.fare_edges, labels=False",
    ),
    "bands by keyword": ("pd.cut(df['age'], bins=3, labels=False)", "pd.cut(df['age'], state.age_edges, labels=False"),
    "quarters": ("pd.qcut(df['fare'], 4, labels=False)", "include_lowest=True"),
    "quantiles": ("pd.qcut(df['age'], [0, 0.2, 0.9, 1], labels=False)", "pd.cut(df['age'], state.age_edges"),
    "quarters with ties": ("pd.qcut(df['visits'], 4, labels=False, duplicates='drop')", "pd.cut(df['visits'], state."),
    "named bands": ("pd.cut(df['fare'], 3, labels=['low', 'mid', 'high'])", "labels=['low', 'mid', 'high']"),
    "named quarters": ("pd.qcut(df['fare'], 2, ['low', 'high'])", "labels=['low', 'high']"),
    "bands that exclude the right": ("pd.cut(df['fare'], 4, right=False, labels=False)", "right=False"),
    "intervals": ("pd.qcut(df['fare'], 3).astype(str)", "pd.cut(df['fare'], state.fare_edges"),
}


@pytest.mark.parametrize(("expression", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, expression: str, expected: str) -> None:
    made = make(f"df['band'] = {expression}\nX = df[['band', 'visits']]")
    assert expected in made.code
    assert_row_by_row(made)


def test_edges_may_be_given_back(make: Make) -> None:
    made = make("df['band'], edges = pd.qcut(df['fare'], 3, labels=False, retbins=True)\nX = df[['band', 'visits']]")
    assert "include_lowest=True" in made.code
    assert_row_by_row(made)


def test_a_value_outside_the_training_range_gets_no_band(make: Make) -> None:
    made = make("df['band'] = pd.cut(df['fare'], 4, labels=False)\nX = df[['band']]")
    assert made.served(PEOPLE.iloc[[0]].assign(fare=900.0))["band"].isna().all()


def test_leaves_alone_edges_that_are_given(make: Make) -> None:
    made = make("df['band'] = pd.cut(df['age'], [0, 30, 50, 99], labels=False)\nX = df[['band']]")
    assert "pd.cut(df['age'], [0, 30, 50, 99], labels=False)" in made.code
    assert_row_by_row(made)
