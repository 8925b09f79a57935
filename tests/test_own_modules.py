"""Which written modules are read as part of the program, and what the cells say then."""

from __future__ import annotations

import pytest

from nb2prod.reading.magics import neutralise
from nb2prod.reading.own_modules import with_own_modules

TOOLS = "%%writefile tools.py\nimport numpy as np\nEDGE = 3\ndef clean(df):\n    return np.log(df)"
TAKEN = {
    "its functions": ("from tools import clean\nx = clean(df)", "pass\nx = clean(df)"),
    "under another name": ("from tools import clean as c\nx = c(df)", "c = clean\nx = c(df)"),
    "all of it": ("from tools import *\nx = clean(df)", "pass\nx = clean(df)"),
    "over several lines": ("from tools import (\n    clean,\n    EDGE,\n)\nx = 1", "pass\n\n\n\nx = 1"),
    "the module": ("import tools\nx = tools.clean(df) + tools.EDGE", "pass\nx = clean(df) + EDGE"),
    "the module among others": ("import os, tools as t\nx = t.clean(df)", "import os\nx = clean(df)"),
    "names that are no ASCII": ('import tools\nx = f("é", tools.EDGE)', 'pass\nx = f("é", EDGE)'),
    "the same import": ("import numpy as np\nfrom tools import clean", "import numpy as np\npass"),
    "in a function": ("def f():\n    import tools\n    return tools.EDGE", "def f():\n    pass\n    return EDGE"),
}


@pytest.mark.parametrize(("cell", "expected"), TAKEN.values(), ids=TAKEN)
def test_module_is_taken_in(cell: str, expected: str) -> None:
    written, using = with_own_modules([neutralise(TOOLS), neutralise(cell)])
    assert using.source == expected
    assert written.source.split("\n") == ["", *TOOLS.split("\n")[1:]]
    assert written.written == ()


LEFT = {
    "it is not imported": "x = 1",
    "it is not known what is imported": "from tools import other",
    "the notebook has such a name, too": "from tools import clean\nEDGE = 4",
    "a parameter has such a name": "from tools import clean\ndef f(EDGE):\n    return clean(EDGE)",
    "another import has such a name": "from tools import clean\nfrom other import EDGE",
    "np is something else": "from tools import clean\nnp = 3",
    "np is another module": "from tools import clean\nimport numpy.linalg as np",
    "the module is handed on": "import tools\nreload(tools)",
    "the module is changed": "import tools\ntools.EDGE = 4",
    "the module is bound again": "import tools\ntools = 3",
    "in a formatted text": "import tools\nx = f'{tools.EDGE}'",
}


@pytest.mark.parametrize("cell", LEFT.values(), ids=LEFT)
def test_module_stays_a_file(cell: str) -> None:
    cells = [neutralise(TOOLS), neutralise(cell)]
    assert with_own_modules(cells) == cells


BODIES = {
    "it does something": "print('hello')",
    "it is appended to": None,
    "it is no Python": "def (",
    "it imports all of something": "from math import *",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_module_that_does_more_than_define_stays_a_file(body: str | None) -> None:
    text = TOOLS.replace("writefile", "writefile -a") if body is None else f"{TOOLS}\n{body}"
    cells = [neutralise(text), neutralise("from tools import clean")]
    assert with_own_modules(cells) == cells


def test_what_runs_as_a_script_only_is_left_out() -> None:
    cells = [neutralise(f"{TOOLS}\nif __name__ == '__main__':\n    clean(1)"), neutralise("from tools import clean")]
    assert with_own_modules(cells)[0].source.split("\n") == ["", *TOOLS.split("\n")[1:], "", ""]


def test_module_of_a_module_is_taken_in() -> None:
    cells = ["%%writefile base.py\nEDGE = 1", "%%writefile tools.py\nimport base\ndef f():\n    return base.EDGE"]
    found = with_own_modules([*map(neutralise, cells), neutralise("from tools import f")])
    assert [cell.source for cell in found] == ["\nEDGE = 1", "\npass\ndef f():\n    return EDGE", "pass"]


def test_module_that_is_used_in_another_cell_is_followed() -> None:
    cells = [neutralise(text) for text in (TOOLS, "import tools", "x = tools.EDGE")]
    assert [cell.source for cell in with_own_modules(cells)[1:]] == ["pass", "x = EDGE"]


def test_module_that_is_imported_before_it_is_written_stays_a_file() -> None:
    cells = [neutralise("from tools import clean"), neutralise(TOOLS)]
    assert with_own_modules(cells) == cells
