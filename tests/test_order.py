from __future__ import annotations

import ast

import pytest

from nb2prod.reading.order import Order, ParsedCell, TooEarly, execution_order


def order(*cells: str | tuple[str, int]) -> Order:
    pairs = [(cell, None) if isinstance(cell, str) else cell for cell in cells]
    return execution_order([ParsedCell(i, ast.parse(text), count) for i, (text, count) in enumerate(pairs, 1)])


RUNS = {
    "nothing": (),
    "names from above": ("x = 1", "y = x"),
    "names of the cell itself": ("x = 1\ny = x", "x = 2"),
    "names that nobody makes": ("y = x", "z = 1"),
    "names that only the cell itself makes": ("x = x + 1",),
    "builtins that are made later": ("y = list(z for z in [])", "list = 1"),
    "function bodies": ("def f():\n    return x", "x = 1\nf()"),
    "lambda bodies": ("f = lambda: x", "x = 1"),
    "methods": ("class A:\n    def f(self):\n        return x", "x = 1"),
    "names of a class body": ("class A:\n    x = 1\n    y = x", "x = 2"),
    "names of a comprehension": ("y = [x for x in [1] if x]", "x = 1"),
    "names of a dict comprehension": ("y = {x: x for x in [1]}", "x = 1"),
    "names of a loop": ("for x in [1]:\n    y = x", "x = 2"),
    "names of a branch": ("if True:\n    x = 1\nelse:\n    x = 2", "y = x", "x = 3"),
    "names of imports": ("import a.b as x, c.d\nfrom e import f", "y = x, c, f", "x = c = f = 1"),
    "names of a context": ("with open('a') as x:\n    y = x", "x = 1"),
    "names of an exception": ("try:\n    y = 1\nexcept ValueError as x:\n    y = x", "x = 1"),
    "names of a pattern": ("match [1]:\n    case [x, *z] as w:\n        y = x, z, w", "x = z = w = 1"),
    "walrus names": ("if (x := 1):\n    y = x", "x = 1"),
    "globals that a function makes": ("def f():\n    global x\n    x = 1\nf()", "y = x", "x = 2"),
    "a del in a branch": ("x = 1\nif x:\n    del x", "y = x", "x = 2"),
    "a name that is made again": ("x = 1\ndel x\nx = 2", "y = x", "x = 3"),
    "counts that contradict": (("x = 1", 2), ("y = x", 1)),
}


@pytest.mark.parametrize("cells", RUNS.values(), ids=RUNS)
def test_stored_order_runs(cells: tuple[str, ...]) -> None:
    assert order(*cells) == Order(tuple(range(1, len(cells) + 1)))


TOO_EARLY = {
    "an assigned value": ("y = x", "x = 1"),
    "a changed value": ("x += 1", "x = 1"),
    "a value over itself": ("x = x.dropna()", "x = 1"),
    "an argument": ("print(1, a=[x])", "x = 1"),
    "an item": ("x['a'] = 1", "x = {}"),
    "the source of a loop": ("for y in x: pass", "x = 1"),
    "the source of a comprehension": ("y = [z for z in x]", "x = 1"),
    "a filter of a comprehension": ("y = [z for z in [1] if x]", "x = 1"),
    "a default": ("def f(a=x): pass", "x = 1"),
    "a default of a lambda": ("f = lambda a=x: a", "x = 1"),
    "a decorator": ("@x\ndef f(): pass", "x = 1"),
    "a base class": ("class A(x): pass", "x = 1"),
    "a class body": ("class A:\n    y = x", "x = 1"),
    "an import": ("y = x.a", "import x"),
    "a function": ("y = x()", "def x(): pass"),
    "a class": ("y = x()", "class x: pass"),
    "an annotation without a value": ("x: int\ny = x", "x = 1"),
}


@pytest.mark.parametrize("cells", TOO_EARLY.values(), ids=TOO_EARLY)
def test_finds_a_name_that_comes_too_early(cells: tuple[str, ...]) -> None:
    found = order(*cells)
    assert found.fault is not None
    assert (found.fault.name, found.fault.cell, found.fault.maker) == ("x", 1, 2)
    assert (found.numbers, found.reordered) == ((1, 2), False)


def test_names_the_line() -> None:
    assert order("a = 1\n\ny = x", "b = 1", "x = 1").fault == TooEarly("x", 1, 3, 3)


def test_a_deleted_name_is_gone() -> None:
    found = order("x = 1", "del x", "y = x", "x = 2")
    assert found.fault == TooEarly("x", 3, 1, 4)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param((("y = x", 2), ("x = 1", 1)), (2, 1), id="two cells"),
        pytest.param((("z = y", 9), ("y = x", 5), ("x = 1", 3)), (3, 2, 1), id="counts with gaps"),
        pytest.param((("y = x", 2), "a = y", ("x = 1", 1)), (3, 1, 2), id="a cell that never ran follows"),
        pytest.param(("a = 1", ("y = x", 2), ("x = 1", 1)), (1, 3, 2), id="a first cell that never ran"),
        pytest.param((("del x", 3), ("x = 1", 1), ("y = x", 2)), (2, 3, 1), id="a deletion"),
    ],
)
def test_takes_the_counts_where_they_run(cells: tuple[str | tuple[str, int], ...], expected: object) -> None:
    found = order(*cells)
    assert (found.numbers, found.reordered) == (expected, True)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(("y = x", "x = 1"), id="no counts"),
        pytest.param((("y = x", 2), ("x = 1", 1), ("a = 1", 1)), id="the same count twice"),
        pytest.param((("y = x", 1), ("x = 1", 2)), id="counts that fail as well"),
        pytest.param((("y = x", 2), "x = 1"), id="the maker never ran"),
    ],
)
def test_keeps_the_stored_order_where_counts_do_not_help(cells: tuple[str | tuple[str, int], ...]) -> None:
    found = order(*cells)
    stored = tuple(range(1, len(cells) + 1))
    assert (found.numbers, found.reordered, found.fault) == (stored, False, TooEarly("x", 1, 1, 2))
