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


LISTS = {
    "taken out": "columns = df.select_dtypes('number').columns.tolist()\ncolumns.remove('y')",
    "put in": "columns = list(df.select_dtypes('float').columns)\ncolumns.remove('y')\ncolumns.append('visits')",
    "the last one popped": "columns = df.select_dtypes('number').columns.to_list()\ncolumns.pop()",
    "deleted": "columns = list(df.select_dtypes('number').columns)\ndel columns[-1]",
}


@pytest.mark.parametrize("lines", LISTS.values(), ids=LISTS)
def test_changes_of_a_learned_list_are_kept(make: Make, lines: str) -> None:
    made = make(f"{lines}\ndf[columns] = df[columns].fillna(0) * 2\nX = df[columns]")
    assert_row_by_row(made)


def test_changes_of_a_learned_array_are_kept(make: Make) -> None:
    made = make(
        "middle = df[['age', 'fare']].median().to_numpy().copy()\nmiddle[0] = 5\nX = df[['age']].fillna(middle[0])"
    )
    assert_row_by_row(made)


def test_assign_by_row_is_kept(make: Make) -> None:
    made = make("X = df.assign(each=lambda table: table['fare'] / table['visits'])[['each']]")
    assert_row_by_row(made)


def test_columns_unpacked_from_pairs_keep_what_came_before(make: Make) -> None:
    made = make(
        "df['old'] = 2023 - df['visits']\n"
        "df['one'], df['two'] = zip(*df['tags'].apply(lambda t: (len(t), t.count('|'))))\n"
        "X = df[['old', 'one', 'two']]"
    )
    assert_row_by_row(made)
