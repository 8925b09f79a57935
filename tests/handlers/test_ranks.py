from __future__ import annotations

import pandas as pd
import pytest

from handlers.conftest import PEOPLE, Make, assert_row_by_row
from nb2prod.errors import Refusal

REWRITES = {
    "a column": ("df['age'].rank()", "ranks(df['age'], state.age_ranks)"),
    "a share": ("df['visits'].rank(pct=True)", "ranks(df['visits'], state.visits_ranks, pct=True)"),
    "the lowest rank of ties": ("df['visits'].rank(method='min')", "method='min'"),
    "the highest rank of ties": ("df['visits'].rank(method='max', pct=True)", "method='max', pct=True"),
    "dense": ("df['visits'].rank(method='dense', ascending=False)", "method='dense', ascending=False"),
    "from the top": ("df['age'].rank(ascending=False)", "ascending=False"),
    "dense share": ("df['visits'].rank(method='dense', pct=True)", "method='dense', pct=True"),
    "in a group": ("df.groupby('town')['age'].rank()", "group_ranks(df, 'town', 'age', state.age_ranks)"),
    "share in a group": ("df.groupby('town')['fare'].rank(pct=True)", "state.fare_ranks, pct=True)"),
    "in groups of two keys": ("df.groupby(['town', 'member'])['fare'].rank()", "group_ranks(df, ['town', 'member'], "),
}


@pytest.mark.parametrize(("expression", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, expression: str, expected: str) -> None:
    made = make(f"df['place'] = {expression}\nX = df[['place', 'visits']]")
    assert expected in made.code
    assert_row_by_row(made)


def test_ranks_a_table(make: Make) -> None:
    made = make("X = df[['age', 'fare']].rank(pct=True)")
    assert "ranks(df[['age', 'fare']], state.age_fare_ranks, pct=True)" in made.code
    assert_row_by_row(made)


def test_unseen_values_lie_between_their_neighbours(make: Make) -> None:
    made = make("df['place'] = df['visits'].rank()\nX = df[['place']]")
    rows = pd.concat([PEOPLE.iloc[[0]]] * 3).assign(visits=[0, 7, 100])
    assert made.served(rows)["place"].tolist() == [0.5, 9.5, 10.5]


def test_an_unseen_group_has_no_rank(make: Make) -> None:
    made = make("df['place'] = df.groupby('town')['fare'].rank()\nX = df[['place']]")
    assert made.served(PEOPLE.iloc[[0]].assign(town="Rom"))["place"].isna().all()


LEAVES_ALONE = {
    "along a row": "X = df[['age', 'fare']].rank(axis=1)",
}


@pytest.mark.parametrize("lines", LEAVES_ALONE.values(), ids=LEAVES_ALONE)
def test_leaves_alone(make: Make, lines: str) -> None:
    made = make(lines)
    assert lines.removeprefix("X = ") in made.code
    assert_row_by_row(made)


REFUSES = {
    "ranks by order": "df['age'].rank(method='first')",
    "ranked gaps": "df['age'].rank(na_option='bottom')",
    "a setting that is computed": "df['visits'].rank(method=['min', 'max'][df['age'].isna().sum() % 2])",
    "groups by a function": "df.groupby('town', sort=False)['age'].rank(method='first')",
}


@pytest.mark.parametrize("expression", REFUSES.values(), ids=REFUSES)
def test_refuses(make: Make, expression: str) -> None:
    with pytest.raises(Refusal, match="depends on the other rows"):
        make(f"df['place'] = {expression}\nX = df[['place']]")
