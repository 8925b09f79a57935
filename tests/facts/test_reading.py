"""Facts files: what the reader refuses, and in which words."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from nb2prod.facts import Fact, load_facts, own_files
from nb2prod.facts.reading import ROW_KEYS, read_rows

FILES = own_files()

FAULTS = {
    "an unknown key": (
        'a = { relation = "map", color = "red" }',
        "unknown key 'color'; allowed are relation",
    ),
    "an unknown relation": ('a = { relation = "row" }', "relation = 'row' is unknown; allowed are map, col"),
    "an unknown result": ('a = { relation = "map", returns = "table" }', "returns = 'table' is unknown"),
    "an unknown mutation": ('a = { relation = "map", mutates = true }', "mutates = True is unknown"),
    "an unknown role": ('a = { relation = "map", role = "plot" }', "role = 'plot' is unknown"),
    "an unknown doing": ('a = { relation = "est", does = "train" }', "does = 'train' is unknown"),
    "an unknown oracle": (
        'a = { relation = "map", oracle = "no" }',
        "oracle = 'no' is unknown; allowed are run, skip",
    ),
    "a relation that is missing": ('a = { returns = "frame" }', "the key 'relation' is missing"),
    "a row that is no table": ('a = "map"', "expected a table like { relation = ... }, found 'map'"),
    "a text that is a number": ('a = { relation = "map", why = 1 }', "why = 1 is not text"),
    "a flag that is a text": (
        'a = { relation = "map", legacy = "yes" }',
        "legacy = 'yes' is not true or false",
    ),
    "exceptions that are no list": ('a = { relation = "map", when = 1 }', "when = 1 is not a list of tables"),
    "an exception without argument": (
        'a = { relation = "map", when = [{ relation = "win" }] }',
        "the key 'argument' is missing",
    ),
    "an exception with an unknown key": (
        'a = { relation = "map", when = [{ argument = "n", value = 1 }] }',
        "unknown key 'value'; allowed are relation",
    ),
    "a position that is a flag": (
        'a = { relation = "map", when = [{ argument = "n", position = true }] }',
        "position = True is not a number",
    ),
    "an unknown form of literal": (
        'a = { relation = "map", when = [{ argument = "n", literal = "int" }] }',
        "literal = 'int' is unknown; allowed are true, false, number, text, sequence, mapping",
    ),
}


def _write(folder: Path, text: str, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("row", "sentence"), FAULTS.values(), ids=FAULTS.keys())
def test_reader_refuses(row: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"own\.toml: ") as caught:
        read_rows((_write(tmp_path, f"[mylib]\n{row}"),))
    assert str(caught.value).startswith("own.toml: [mylib] a: ")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[mylib", "own.toml: is not TOML"),
        ("mylib = 1", "own.toml: mylib: expected a table of rows, found 1"),
        (
            '[class]\n"a.B" = { kind = "model" }',
            "[class] a.B: kind = 'model' is unknown; allowed are transformer",
        ),
        ('[class]\n"a.B" = { random = true }', "[class] a.B: the key 'kind' is missing"),
        ("[alias]\nold = 1", "[alias] old: expected the qualified name it stands for, found 1"),
    ],
)
def test_reader_refuses_the_file(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"own\.toml") as caught:
        read_rows((_write(tmp_path, text),))
    assert sentence in str(caught.value)


def test_reader_refuses_a_row_that_occurs_in_two_files(tmp_path: Path) -> None:
    row = '[mylib]\na = { relation = "map" }'
    paths = (_write(tmp_path, row, "one.toml"), _write(tmp_path, row, "two.toml"))
    with pytest.raises(ValueError, match=r"two\.toml: \[mylib\] a: occurs in two files"):
        read_rows(paths)


def test_every_row_of_our_own_is_sound_and_the_same_when_it_is_asked_for_alone() -> None:
    checked, asked = read_rows(own_files()).facts, load_facts().rows.facts
    assert {owner: dict(rows) for owner, rows in asked.items()} == checked
    assert sum(map(len, checked.values())) > 4_000


def test_users_rows_win_and_the_others_stay(tmp_path: Path) -> None:
    own = _write(tmp_path, '["pandas.Series"]\nmean = { relation = "map" }\n[mylib]\nf = { relation = "win" }')
    facts = load_facts((own,))
    found = [facts.lookup(name) for name in ("pandas.Series.mean", "mylib.f", "pandas.Series.median")]
    assert [fact and fact.relation for fact in found] == ["map", "win", "agg"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_rows_of_the_file_are_sorted(path: Path) -> None:
    for table, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
        assert list(rows) == sorted(rows), table


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_holds_one_row_per_line(path: Path) -> None:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if " = " in line]
    assert len(lines) == sum(map(len, tables.values()))


def test_every_field_of_a_fact_but_its_name_is_a_key() -> None:
    assert set(Fact.__dataclass_fields__) - {"name"} == set(ROW_KEYS)
