"""What many tests need: a notebook on disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from equivalence.percent import parse_percent

WriteNotebook = Callable[..., Path]


@pytest.fixture
def write_notebook(tmp_path: Path) -> WriteNotebook:
    """Return a function that writes a notebook, given in percent format, into the test's folder."""

    def write(text: str, name: str = "people.ipynb") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(parse_percent(text)), encoding="utf-8")
        return path

    return write


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file in a folder, by its path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden trees be written anew, on request only."""
    parser.addoption("--accept", action="store_true", help="write the committed example packages anew")
