from __future__ import annotations

import pytest

from handlers.conftest import PEOPLE, Make, assert_row_by_row

REWRITES = {
    "numbers": ("X = df.drop(columns='y').select_dtypes('number')", "[state.y_select_dtypes_number_columns]"),
    "columns without gaps": ("X = df.dropna(axis=1)[['fare', 'visits']]", "df[state.dropna_columns]"),
    "mostly filled columns": ("X = df.dropna(axis=1, thresh=9)[['fare', 'town']]", "df[state.dropna_columns]"),
    "in place": ("df.dropna(axis=1, inplace=True)\nX = df[['fare', 'town']]", ".columns.difference(state."),
    "tags": ("X = df['tags'].str.get_dummies()", ".reindex(columns=state.tags_str_get_dummies_columns, fill_value=0)"),
    "tags by another mark": ("X = df['tags'].str.get_dummies('|')", "fill_value=0)"),
    "words": ("X = df['tags'].str.split('|', expand=True)", ".reindex(columns=state."),
}


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str, expected: str) -> None:
    made = make(lines)
    assert expected in made.code
    assert_row_by_row(made)


def test_rewrites_names_of_words(make: Make) -> None:
    made = make("df[['one', 'two']] = df['tags'].str.split('|', expand=True)\nX = df[['one', 'two']]")
    assert_row_by_row(made)


def test_rewrites_one_of_the_words(make: Make) -> None:
    made = make("df['two'] = df['tags'].str.split('|', expand=True)[1]\nX = df[['two', 'visits']]")
    assert_row_by_row(made)


def test_an_unseen_tag_is_left_out(make: Make) -> None:
    made = make("X = df['tags'].str.get_dummies()")
    assert made.served(PEOPLE.iloc[[0]].assign(tags="a|z")).to_numpy().tolist() == [[1, 0, 0]]


def test_leaves_alone_lists_of_words(make: Make) -> None:
    made = make("df['two'] = df['tags'].str.split('|').str[0]\nX = df[['two']]")
    assert "df['tags'].str.split('|').str[0]" in made.code
    assert_row_by_row(made)
