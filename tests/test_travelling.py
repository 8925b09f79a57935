"""Modules of the notebook's own that travel with the package, and what they are called there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from conftest import WriteNotebook

from nb2prod.extract import Request, extract_package
from nb2prod.generation.package import generate
from nb2prod.generation.travelling import import_lines, travelling_modules
from nb2prod.pipeline import Options, analyse
from nb2prod.upkeep.check import answer

IMPORTS = {
    "a name": ("from tools import clean", [("from pk.tools import clean", "clean")]),
    "a renamed name": ("from tools import clean as c", [("from pk.tools import clean as c", "c")]),
    "a module": ("import tools", [("from pk import tools", "tools")]),
    "a renamed module": ("import tools as t, os", [("from pk import tools as t", "t"), ("import os", "os")]),
    "a name of the package's": ("import schema", [("from pk import notebook_schema as schema", "schema")]),
    "another module": ("from numpy import log", [("from numpy import log", "log")]),
}


@pytest.mark.parametrize(("text", "lines"), IMPORTS.values(), ids=IMPORTS)
def test_imports_name_the_package(text: str, lines: list[tuple[str, str]]) -> None:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.Import | ast.ImportFrom)
    assert import_lines(node, "pk", ["tools", "schema"]) == lines


def test_modules_import_each_other_from_the_package() -> None:
    files = {
        "tools.py": "import os, config\nfrom schema import (\n    EDGE,\n)\nx = 1\n",
        "config.py": "y = 2\n",
        "schema.py": "EDGE = 3\n",
        "other.py": "z = 3\n",
        "notes.txt": "no module",
    }
    assert travelling_modules(files, ["tools"], "pk") == {
        "tools": "import os; from pk import notebook_config as config\nfrom pk.notebook_schema import EDGE\n\n\nx = 1\n",  # noqa: E501
        "notebook_config": "y = 2\n",
        "notebook_schema": "EDGE = 3\n",
    }


NOTEBOOK = """\
# %%
import pandas as pd
from sklearn.linear_model import LinearRegression
from tools import double
df = pd.read_csv("people.csv")
df["age"] = double(df["age"])
model = LinearRegression().fit(df[["age"]], df["y"])
y_pred = model.predict(df[["age"]])
"""


def test_modules_that_lie_beside_the_notebook_travel_along(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text("from factors import TWO\nimport scipy\ndef double(x):\n    return TWO * x\n")
    (tmp_path / "factors.py").write_text("TWO = 2\n")
    (tmp_path / "unused.py").write_text("x = 1\n")
    plan = generate(analyse(write_notebook(NOTEBOOK), Options()), "people")
    assert plan.written.keys() == {"tools", "factors"}
    assert "from people.factors import TWO" in plan.written["tools"]
    assert "tools" not in plan.dependencies


@pytest.mark.parametrize("name", ["tools.py", "tools/__init__.py"])
def test_what_lies_behind_a_link_or_in_a_folder_stays_there(
    write_notebook: WriteNotebook, tmp_path: Path, name: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "tools.py").write_text("def double(x):\n    return 2 * x\n")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).symlink_to(tmp_path / "elsewhere" / "tools.py")
    assert generate(analyse(write_notebook(NOTEBOOK), Options()), "people").written == {}


def test_written_module_goes_before_the_file_beside(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text("def double(x):\n    return x\n")
    text = f"# %%\n#!%%writefile tools.py\nprint()\ndef double(x):\n    return 2 * x\n{NOTEBOOK}"
    assert "2 * x" in generate(analyse(write_notebook(text), Options()), "people").written["tools"]


def test_check_notices_a_change_of_a_module_beside_the_notebook(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text("def double(x):\n    return 2 * x\n")
    extract_package(Request(write_notebook(NOTEBOOK), tmp_path / "package", "people"))
    assert answer([str(tmp_path)]).exit_code == 0
    (tmp_path / "tools.py").write_text("def double(x):\n    return 3 * x\n")
    assert "tools.py, which the notebook imports, has changed since the extraction" in answer([str(tmp_path)]).text
    (tmp_path / "tools.py").unlink()
    found = answer([str(tmp_path)])
    assert ("tools.py, which the notebook imports, is gone" in found.text, found.exit_code) == (True, 1)
