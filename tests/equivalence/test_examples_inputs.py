"""The committed examples are what their sources make: same data bytes, same cells, no path of a machine."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from .cases import EXAMPLES, Case, read_cases
from .processes import Job, run_fresh

examples = pytest.mark.parametrize("case", read_cases(EXAMPLES), ids=lambda case: case.name)


@examples
def test_data_are_rebuilt_byte_for_byte(case: Case, tmp_path: Path) -> None:
    script = case.folder / "make_data.py"
    if script.exists():
        assert run_fresh(Job(str(script), (), str(tmp_path))).returncode == 0
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in case.folder.glob("*.csv")}


@examples
def test_notebook_has_the_cells_of_its_source(case: Case) -> None:
    stored = json.loads((case.folder / "notebook.ipynb").read_text(encoding="utf-8"))
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in stored["cells"]]
    assert cells == [(cell["cell_type"], cell["source"]) for cell in case.notebook["cells"]]


@examples
def test_notebook_has_outputs_and_no_paths(case: Case) -> None:
    text = (case.folder / "notebook.ipynb").read_text(encoding="utf-8")
    assert '"image/png"' in text
    assert not re.search(r"/(home|tmp|root|usr)/|site-packages|Traceback", text)
    assert str(EXAMPLES.parent) not in text
