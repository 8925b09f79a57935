from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row
from nb2prod.errors import Refusal

TEXT = """\
import re
texts = []
for i in range(len(df)):
    words = re.sub("[^a-z]", " ", df["tags"][i]).split()
    {inner}
    texts.append({given})
X = df[["fare"]].copy()
X["new"] = texts
"""
REWRITES = {
    "words of a row": TEXT.format(inner="words = [w for w in words if w != 'b']", given="len(words)"),
    "a list of each row": TEXT.format(
        inner="kept = []\n    for w in words:\n        if w != 'b':\n            kept.append(w)", given="len(kept)"
    ),
    "a lookup by the row": (
        "sizes = {'Ulm': 1, 'Bonn': 3, 'Jena': 1}\nnew = []\nfor i in range(len(df)):\n"
        "    new.append(sizes[df['town'][i]] if df['town'][i] in sizes else 0)\n"
        "X = df[['fare']].copy()\nX['new'] = new\n"
    ),
    "a statistic of another table": (
        "towns = pd.read_csv('towns.csv')\nnew = []\nfor i in range(len(df)):\n    town = df['town'][i]\n"
        "    new.append(towns[towns['town'] == town]['size'].max())\n"
        "X = df[['fare']].copy()\nX['new'] = new\n"
    ),
    "numbered": (
        "lengths = []\nfor i, town in enumerate(df['town']):\n    lengths.append(len(town) + len(df['tags'][i]))\n"
        "X = df[['fare']].copy()\nX['new'] = lengths\n"
    ),
}
REFUSES = {
    "the next row": "new = []\nfor i in range(len(df)):\n    new.append(df['fare'][i - 1] if i else 0)\n",
    "a window": "fare = df['fare'].values\nnew = []\nfor i in range(len(df)):\n    new.append(sum(fare[i:i + 3]))\n",
}


@pytest.mark.parametrize("lines", REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str) -> None:
    made = make(lines)
    assert ".iloc[i]" in made.code
    assert_row_by_row(made)


@pytest.mark.parametrize("lines", REFUSES.values(), ids=REFUSES)
def test_refuses_the_values_of_other_rows(make: Make, lines: str) -> None:
    with pytest.raises(Refusal) as refused:
        make(lines + "X = df[['fare']].copy()\nX['new'] = new\n")
    assert refused.value.code in ("NB401", "NB406")


def test_refuses_a_statistic_of_the_row_s_group(make: Make) -> None:
    lines = "new = []\nfor i in range(len(df)):\n    town = df['town'][i]\n"
    with pytest.raises(Refusal) as refused:
        make(lines + "    new.append(df[df['town'] == town]['visits'].max())\nX = df[['fare']].copy()\nX['new'] = new")
    assert refused.value.code == "NB406"


def test_leaves_alone_the_element_of_an_array(make: Make) -> None:
    lines = "fare = df['fare'].values\nnew = []\nfor i in range(len(df)):\n    new.append(fare[i] * 2)\n"
    made = make(lines + "X = df[['fare']].copy()\nX['new'] = new\n")
    assert "fare[i] * 2" in made.code
    assert_row_by_row(made)


def test_refuses_a_list_that_is_longer_than_the_rows(make: Make) -> None:
    lines = "new = []\nfor t in df['tags']:\n    for w in t.split('|'):\n        new.append(len(w))\n"
    with pytest.raises(Refusal) as refused:
        make(lines + "X = pd.DataFrame({'new': new[:10]})\n")
    assert refused.value.code in ("NB403", "NB405", "NB406", "NB202")
