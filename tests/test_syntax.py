"""Notebook to program: which cells are in it, in which order, and where each line came from."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import WriteNotebook
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.errors import UserError
from nb2prod.reading.notebook import Cell, Notebook, read_notebook
from nb2prod.reading.syntax import MAX_DEPTH, Program, read_program

Read = Callable[[str], Program]


@pytest.fixture
def read(write_notebook: WriteNotebook) -> Read:
    """Return a function from a notebook in percent format to its program."""
    return lambda text: read_program(read_notebook(write_notebook(text, "a.ipynb")))


THREE = """
# %% [markdown]
# # Title
# %%
import pandas as pd

df = pd.read_csv("a.csv")
# %% [markdown]
# text
# ## Clean
# %%
#!!pip install rich
df = df.dropna()
#!%matplotlib inline
# %%
df.head()
"""


def test_cells_follow_each_other_line_by_line(read: Read) -> None:
    program = read(THREE)
    assert [(cell.number, cell.start, len(cell.lines)) for cell in program.cells] == [
        (2, 1, 3),
        (4, 4, 3),
        (5, 7, 1),
    ]
    assert [type(statement).__name__ for statement in program.statements()] == [
        "Import",
        "Assign",
        "Assign",
        "Expr",
    ]


def test_every_statement_knows_its_cell_and_line(read: Read) -> None:
    program = read(THREE)
    places = [program.place(statement) for statement in program.statements()]
    assert [(place.notebook, place.cell, place.line, place.source) for place in places] == [
        ("a.ipynb", 2, 1, "import pandas as pd"),
        ("a.ipynb", 2, 3, 'df = pd.read_csv("a.csv")'),
        ("a.ipynb", 4, 2, "df = df.dropna()"),
        ("a.ipynb", 5, 1, "df.head()"),
    ]


def test_every_node_is_on_the_line_that_the_program_gives(read: Read) -> None:
    program = read(THREE)
    for statement in program.statements():
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                assert program.line(node.lineno)[node.col_offset : node.end_col_offset] == node.id


def test_place_of_a_line_number_is_that_of_the_node(read: Read) -> None:
    program = read(THREE)
    assert program.place(3) == program.place(program.statements()[1])


def test_heading_is_the_last_one_above_the_cell_but_no_title(read: Read) -> None:
    assert [cell.heading for cell in read(THREE).cells] == ["", "Clean", "Clean"]


def test_headings_of_one_rank_are_no_titles(read: Read) -> None:
    text = "# %% [markdown]\n# # Load\n# %%\nx = 1\n# %% [markdown]\n# # <b>Clean</b> *up*\n# %%\ny = 2\n"
    assert [cell.heading for cell in read(text).cells] == ["Load", "Clean up"]


def test_installs_become_requirements_once(read: Read) -> None:
    assert read(THREE + "# %%\n#!%pip install rich scipy\n").requirements == ("rich", "scipy")


def test_written_files_are_kept(read: Read) -> None:
    program = read("# %%\n#!%%writefile tools.py\nprint(x := 1)\n# %%\nfrom tools import x\n")
    assert [(name, text.strip()) for name, text in program.written] == [("tools.py", "print(x := 1)")]
    assert [type(statement).__name__ for statement in program.statements()] == ["ImportFrom"]


def test_cells_come_in_the_order_in_which_they_ran(read: Read) -> None:
    program = read("# %% [exec=2]\ny = x\n# %% [exec=1]\nx = 1\n")
    assert [ast.unparse(statement) for statement in program.statements()] == ["x = 1", "y = x"]
    assert [program.place(statement).cell for statement in program.statements()] == [2, 1]


def test_skipped_cell_is_not_in_the_program(read: Read) -> None:
    program = read("# %%\nx = 1\n# %%\n# nb2prod: skip\nx = 2\n")
    assert [ast.unparse(statement) for statement in program.statements()] == ["x = 1"]


def test_directives_stay_with_their_cell(read: Read) -> None:
    program = read("# %%\nx = 1\n# %%\n# nb2prod: training\nx = 2\n")
    assert [cell.directives for cell in program.cells] == [frozenset(), frozenset({"training"})]


LEFT_OUT = {
    "a syntax error": "y = (1",
    "an indentation error": "  y = 1\n z = 2",
    "deep nesting": "y = " + "-" * MAX_DEPTH + "1",
    "deeper nesting than Python parses": "y = " + "(" * 300 + "1" + ")" * 300,
}


@pytest.mark.parametrize("source", LEFT_OUT.values(), ids=LEFT_OUT)
def test_cell_is_left_out_with_one_warning(read: Read, source: str) -> None:
    program = read(f"# %%\nx = 1\n# %%\n{source}\n# %%\nz = 1\n")
    assert [ast.unparse(statement) for statement in program.statements()] == ["x = 1", "z = 1"]
    assert [(found.code, found.severity) for found in program.diagnostics] == [("NB106", "warning")]
    assert program.diagnostics[0].place is not None
    assert program.diagnostics[0].place.cell == 2


REFUSED = {
    "Python 2": ("print 'a'", "NB105"),
    "nothing but a cell that cannot run": ("x = (", "NB106"),
    "nothing but a comment": ("# x = 1", "NB107"),
    "nothing but shell lines": ("#!!ls", "NB107"),
}


@pytest.mark.parametrize(("source", "code"), REFUSED.values(), ids=REFUSED)
def test_notebook_is_refused(read: Read, source: str, code: str) -> None:
    with pytest.raises(UserError) as caught:
        read(f"# %%\n{source}\n")
    assert caught.value.code == code


@pytest.mark.filterwarnings("error::SyntaxWarning", "ignore::DeprecationWarning")
def test_strange_escapes_are_no_fault(read: Read) -> None:
    (statement,) = read("# %%\n'a\\d'\n").statements()
    assert ast.literal_eval(ast.unparse(statement)) == r"a\d"


SOURCES = st.lists(st.sampled_from(["x = 1", "x = 1\n\ny = 2", "# a", "", "f(\n  x)\n"]), min_size=1)


@given(SOURCES)
def test_lines_are_numbered_without_gap_or_overlap(more: list[str]) -> None:
    sources = ["first = 1", *more]
    cells = tuple(Cell(number, "code", source) for number, source in enumerate(sources, 1))
    order = tuple(cell.number for cell in cells)
    program = read_program(Notebook(Path("a.ipynb"), "a.ipynb", cells, "python", "python3", "", order))
    assert program.cells[0].start == 1
    assert all(one.start + len(one.lines) == other.start for one, other in pairwise(program.cells))
    numbers = [statement.lineno for statement in program.statements()]
    assert numbers == sorted(set(numbers))
    assert [program.cell_at(number).start <= number for number in numbers] == [True] * len(numbers)
