from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row
from nb2prod.errors import Refusal

IMPORTS = "from sklearn.preprocessing import LabelEncoder\n"
REWRITES = {
    "a function of the notebook": (
        "def encode(column):\n    if column.dtype == 'object':\n        column = LabelEncoder().fit_transform(column)\n"
        "    return column\ndf = df[['town', 'tags', 'visits', 'y']].apply(lambda c: encode(c))",
        "if column.name in state.column_encoders else column",
    ),
    "a function that returns early": (
        "def encode(column):\n    le = LabelEncoder()\n    if column.dtype != object:\n        return column\n"
        "    return le.fit_transform(column.astype(str))\ndf = df[['town', 'tags', 'visits', 'y']].apply(encode)",
        "transform(column.astype(str))",
    ),
    "a lambda that chooses": (
        "le = LabelEncoder()\ndf = df[['town', 'tags', 'visits', 'y']].apply("
        "lambda c: le.fit_transform(c) if c.dtype == 'O' else c)",
        "if column.name in state.column_encoders else column",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str, expected: str) -> None:
    made = make(f"{IMPORTS}{lines}\nX = df[['town', 'tags', 'visits']]")
    assert expected in made.code
    assert_row_by_row(made)


def test_refuses_a_function_that_measures_the_column(make: Make) -> None:
    lines = (
        "def centre(column):\n    if column.dtype == float:\n        return column - column.mean()\n    return column\n"
    )
    with pytest.raises(Refusal, match="depends on the other rows"):
        make(f"{lines}df[['fare']] = df[['fare']].apply(centre)\nX = df[['fare']]")
