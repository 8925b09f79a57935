"""Each example's committed package is what nb2prod extracts from its notebook today, byte for byte.

`pytest tests/test_examples.py --accept` writes the packages anew; CI never does.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from nb2prod.extract import Request, extract_package

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/notebook.ipynb"))


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a package; what running it leaves behind does not count."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("name", NAMES)
def test_package_of_example_is_rebuilt(name: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    (tmp_path / name).mkdir()
    shutil.copy(EXAMPLES / name / "notebook.ipynb", tmp_path / name)
    rebuilt = tmp_path / name / "package"
    extract_package(Request(tmp_path / name / "notebook.ipynb", output=rebuilt, name=name))
    committed = EXAMPLES / name / "package"
    if pytestconfig.getoption("--accept"):
        assert "CI" not in os.environ, "CI compares; it accepts nothing"
        shutil.rmtree(committed, ignore_errors=True)
        shutil.copytree(rebuilt, committed)
    assert files_of(committed) == files_of(rebuilt)
