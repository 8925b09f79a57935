from __future__ import annotations

import pytest

from handlers.conftest import PEOPLE, Make, assert_row_by_row
from nb2prod.errors import Refusal

REWRITES = {
    "a mean": ("df.groupby('town')['fare'].transform('mean')", "by_group(df, 'town', state.fare_mean)"),
    "a column as an attribute": ("df.groupby('town').fare.transform('max')", "state.fare_max)"),
    "a size": ("df.groupby('town')['fare'].transform('count')", "by_group(df, 'town', state.fare_count)"),
    "a function": ("df.groupby('town')['fare'].transform(np.median)", "by_group(df, 'town', state.fare_median)"),
    "two keys": ("df.groupby(['town', 'member'])['fare'].transform('mean')", "by_group(df, ['town', 'member'], "),
    "filled gaps": (
        "df.groupby('town')['age'].transform(lambda x: x.fillna(x.median()))",
        "df['age'].fillna(by_group(df, 'town', state.age_median))",
    ),
    "differences": (
        "df.groupby('town')['fare'].transform(lambda x: x - x.mean())",
        "df['fare'] - by_group(df, 'town', state.fare_mean)",
    ),
    "two statistics": (
        "df.groupby('member')['fare'].transform(lambda x: (x - x.mean()) / x.std())",
        "(df['fare'] - by_group(df, 'member', state.fare_mean)) / by_group(df, 'member', state.fare_std)",
    ),
}


@pytest.mark.parametrize(("expression", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, expression: str, expected: str) -> None:
    made = make(f"df['new'] = {expression}\nX = df[['new', 'visits']]")
    assert expected in made.code
    assert_row_by_row(made)


def test_follows_groups_that_have_a_name(make: Make) -> None:
    lines = "g = df.groupby('town')['fare']\ndf['new'] = (df['fare'] - g.transform('mean')) / g.transform('std')\n"
    made = make(f"{lines}X = df[['new']]")
    assert "by_group(df, 'town', state.fare_std)" in made.code
    assert_row_by_row(made)


def test_refuses_groups_of_a_table_that_was_changed_since(make: Make) -> None:
    with pytest.raises(Refusal, match="depends on the other rows"):
        make("g = df.groupby('town')['fare']\ndf['fare'] = 1\ndf['new'] = g.transform('mean')\nX = df[['new']]")


def test_an_unseen_group_gets_a_gap(make: Make) -> None:
    made = make("df['new'] = df.groupby('town')['fare'].transform('mean')\nX = df[['new']]")
    assert made.served(PEOPLE.iloc[[0]].assign(town="Rom"))["new"].isna().all()


REFUSES = {
    "a lag": "df.groupby('town')['fare'].shift()",
    "a running number": "df.groupby('town').cumcount()",
    "gaps filled forward": "df.groupby('town')['age'].ffill()",
    "a function of the group's order": "df.groupby('town')['fare'].transform(lambda x: x.cumsum())",
    "a function that is named": "df.groupby('town')['fare'].transform(sorted)",
}


@pytest.mark.parametrize("expression", REFUSES.values(), ids=REFUSES)
def test_refuses(make: Make, expression: str) -> None:
    with pytest.raises(Refusal):
        make(f"df['new'] = {expression}\nX = df[['new', 'visits']]")


def test_leaves_alone_a_table_by_group(make: Make) -> None:
    made = make("means = df.groupby('town')['fare'].mean()\ndf['new'] = df['town'].map(means)\nX = df[['new']]")
    assert "df['town'].map(state.means)" in made.code
    assert_row_by_row(made)
