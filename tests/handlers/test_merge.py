from __future__ import annotations

import pytest

from handlers.conftest import PEOPLE, Make, assert_row_by_row
from nb2prod.errors import Refusal

TOWNS = "towns = pd.read_csv('towns.csv')\n"
REWRITES = {
    "a method": ("df = df.merge(towns, on='town')", "on='town', how=\"left\")"),
    "a function": ("df = pd.merge(df, towns, on='town')", "on='town', how=\"left\")"),
    "an inner merge": ("df = df.merge(towns, how='inner', on='town')", 'how="left"'),
}


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str, expected: str) -> None:
    made = make(f"{TOWNS}{lines}\nX = df[['size', 'visits']]")
    assert expected in made.code
    assert_row_by_row(made)


def test_an_unseen_key_gets_a_gap(make: Make) -> None:
    made = make(f"{TOWNS}df = df.merge(towns, on='town')\nX = df[['size']]")
    assert made.served(PEOPLE.iloc[[0]].assign(town="Rom"))["size"].isna().tolist() == [True]


LEAVES_ALONE = {
    "a left merge": "df.merge(towns, how='left', on='town')",
    "a join": "df.join(towns.set_index('town'), on='town')",
}


@pytest.mark.parametrize("expression", LEAVES_ALONE.values(), ids=LEAVES_ALONE)
def test_leaves_alone(make: Make, expression: str) -> None:
    made = make(f"{TOWNS}df = {expression}\nX = df[['size', 'visits']]")
    assert_row_by_row(made)


@pytest.mark.parametrize("how", ["right", "outer"])
def test_refuses_merges_that_add_rows(make: Make, how: str) -> None:
    with pytest.raises(Refusal, match="merge adds rows"):
        make(f"{TOWNS}df = df.merge(towns, how='{how}', on='town')\nX = df[['size']]")


def test_refuses_a_merge_by_the_nearest_key(make: Make) -> None:
    side = "side = pd.DataFrame({'fare': [0.0, 20.0], 'size': [1, 2]})\n"
    with pytest.raises(Refusal, match="the order of the key"):
        make(f"{side}df = pd.merge_asof(df.sort_values('fare'), side, on='fare')\nX = df[['size']]")
