from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row
from nb2prod.errors import Refusal

IMPORTS = "from sklearn.preprocessing import LabelEncoder\nnames = ['town', 'tags']\n"
REWRITES = {
    "a new encoder": ("df[names] = df[names].apply(LabelEncoder().fit_transform)", ".transform(column))"),
    "a named encoder": ("le = LabelEncoder()\ndf[names] = df[names].apply(le.fit_transform)", "state.le[column.name]"),
    "a lambda": (
        "le = LabelEncoder()\ndf[names] = df[names].apply(lambda c: le.fit_transform(c))",
        "state.le[column.name]",
    ),
    "a dict by column name": (
        "from collections import defaultdict\nles = defaultdict(LabelEncoder)\n"
        "df[names] = df[names].apply(lambda c: les[c.name].fit_transform(c))",
        "state.les[column.name]",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str, expected: str) -> None:
    made = make(f"{IMPORTS}{lines}\nX = df[['town', 'tags', 'visits']]")
    assert expected in made.code
    assert_row_by_row(made)


def test_leaves_alone_a_function_of_the_row(make: Make) -> None:
    made = make("df['new'] = df.apply(lambda row: row['fare'] * row['visits'], axis=1)\nX = df[['new']]")
    assert "df.apply(lambda row: row['fare'] * row['visits'], axis=1)" in made.code
    assert_row_by_row(made)


def test_refuses_another_function_of_the_column(make: Make) -> None:
    with pytest.raises(Refusal, match="depends on the other rows"):
        make("df[['fare']] = df[['fare']].apply(sorted)\nX = df[['fare']]")
