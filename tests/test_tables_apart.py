"""Statements that make several tables at once are taken apart, unless this could change what they mean."""

from __future__ import annotations

import pytest

from nb2prod.reading.magics import neutralise
from nb2prod.reading.tables_apart import with_tables_apart


def apart(*cells: str) -> list[str]:
    return [cell.source for cell in with_tables_apart([neutralise(cell) for cell in cells])]


TAKEN = {
    "a list": ("a, b = [pd.read_csv(f) for f in ('x', 'y')]", "a = pd.read_csv('x'); b = pd.read_csv('y')"),
    "a generator": ("a, b = (f(x) for x in [1, 2])", "a = f(1); b = f(2)"),
    "a tuple of a generator": ("a, b = tuple(f(x) for x in [1, 2])", "a = f(1); b = f(2)"),
    "map": ("a, b = map(pd.read_csv, ['x', 'y'])", "a = pd.read_csv('x'); b = pd.read_csv('y')"),
    "map of a lambda": ("a, b = map(lambda d: d.dropna(), (a, b))", "a = a.dropna(); b = b.dropna()"),
    "over several lines": ("a, b = [\n    f(x)\n    for x in (1, 2)\n]\nc = 3", "a = f(1); b = f(2)\n\n\n\nc = 3"),
    "in a branch": ("if z:\n    a, b = [f(x) for x in (1, 2)]", "if z:\n    a = f(1); b = f(2)"),
    "in a handler": (
        "try:\n    z()\nexcept E:\n    a, b = [f(x) for x in (1, 2)]",
        "try:\n    z()\nexcept E:\n    a = f(1); b = f(2)",
    ),
    "a dictionary": (
        "t = {'a': pd.read_csv('x'), 'b c': pd.read_csv('y')}",
        "t_a = pd.read_csv('x'); t_b_c = pd.read_csv('y'); t = {'a': t_a, 'b c': t_b_c}",
    ),
    "dict": ("t = dict(a=pd.read_csv('x'), n=1)", "t_a = pd.read_csv('x'); t = {'a': t_a, 'n': 1}"),
    "a list of tables": ("t = [pd.read_csv('x'), z]", "t_0 = pd.read_csv('x'); t = [t_0, z]"),
    "a name that is taken": (
        "t = {'a': pd.read_csv('x')}\nt_a = 1",
        "t_a_ = pd.read_csv('x'); t = {'a': t_a_}\nt_a = 1",
    ),
}


@pytest.mark.parametrize(("cell", "expected"), TAKEN.values(), ids=TAKEN)
def test_statement_is_taken_apart(cell: str, expected: str) -> None:
    assert apart(cell) == [expected]


def test_names_of_the_files_may_stand_in_another_cell() -> None:
    assert apart("files = ['x', 'y']", "a, b = [pd.read_csv(f) for f in files]")[1] == (
        "a = pd.read_csv('x'); b = pd.read_csv('y')"
    )


LEFT = {
    "a condition": "a, b = [f(x) for x in (1, 2, 3) if x]",
    "other counts": "a, b = [f(x) for x in (1, 2, 3)]",
    "a list that is not written down": "a, b = [f(x) for x in files]",
    "a list with a part that is not": "a, b = [f(x) for x in (1, *more)]",
    "two loops": "a, b = [f(x, y) for x in (1, 2) for y in (3,)]",
    "a variable that is read later": "a, b = [g(lambda: x) for x in (1, 2)]",
    "targets that are no names": "a[0], b = [f(x) for x in (1, 2)]",
    "one name": "a = [f(x) for x in (1, 2)]",
    "attributes of a class": "class C:\n    a, b = [f(x) for x in (1, 2)]",
    "keys that are not written down": "t = {k: pd.read_csv('x')}",
    "keys that are repeated": "t = {'a': pd.read_csv('x'), 'a': pd.read_csv('y')}",
    "no table": "t = {'a': read('x'), 'b': [1]}",
}


@pytest.mark.parametrize("cell", LEFT.values(), ids=LEFT)
def test_statement_is_left_as_it_is(cell: str) -> None:
    assert apart(cell) == [cell]


@pytest.mark.parametrize("more", ["files.append('z')", "files = ['z', 'w']", "show(files)"])
def test_list_that_is_used_otherwise_is_not_followed(more: str) -> None:
    cells = ["files = ['x', 'y']", more, "a, b = [pd.read_csv(f) for f in files]"]
    assert apart(*cells) == cells
