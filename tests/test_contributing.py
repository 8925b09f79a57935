"""The worked examples of CONTRIBUTING, followed step by step in a copy of the project."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from documents import Block, blocks
from equivalence.processes import ROOT

CONTRIBUTING = ROOT / ".github" / "CONTRIBUTING.md"
TEXT = CONTRIBUTING.read_text(encoding="utf-8")
SETUP, ROW, HANDLER, CASE = (block.commands for block in blocks(CONTRIBUTING, "console"))


def titled(language: str) -> dict[str, str]:
    """Return the blocks that say which file they are, by its path."""
    return {title(block): block.text for block in blocks(CONTRIBUTING, language)}


def title(block: Block) -> str:
    found = re.fullmatch(r' title="(.+)"', block.rest)
    assert found, f"a block does not say which file it is: {block.text[:60]}"
    return found[1]


FILES = titled("python") | titled("json")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the project."""
    copy = tmp_path / "project"
    for name in ("nb2prod", "templates", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def write(project: Path, *paths: str) -> None:
    for path in paths:
        assert not (project / path).exists(), f"{path} is there already: choose another operation"
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(FILES[path], encoding="utf-8")


def insert_row(project: Path, relation: str = "map") -> None:
    """Write the document's row, with this relation, between its neighbours in its table."""
    ((path, text),) = titled("toml").items()
    header, row = text.strip().replace('"map"', f'"{relation}"').split("\n")
    lines = (project / path).read_text(encoding="utf-8").split("\n")
    first = lines.index(header) + 1
    last = lines.index("", first)
    rows = sorted([*lines[first:last], row], key=lambda line: line.partition(" = ")[0].strip('"'))
    (project / path).write_text("\n".join([*lines[:first], *rows, *lines[last:]]), encoding="utf-8")


def run(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the document with this interpreter."""
    program, *arguments = shlex.split(command)
    assert program == ".venv/bin/python"
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )


def passed(done: subprocess.CompletedProcess[str]) -> int:
    """Return how many tests passed, if all did."""
    assert done.returncode == 0, done.stdout + done.stderr
    counted = re.search(r"(\d+) passed", done.stdout)
    return int(counted[1]) if counted else 0


def test_row_passes_the_experiments(project: Path) -> None:
    insert_row(project)
    assert passed(run(project, *ROW)) >= 3  # its oracle, the order of the rows, one row on a line


def test_row_that_lies_does_not_pass(project: Path) -> None:
    insert_row(project, relation="win")
    done = run(project, *ROW)
    assert done.returncode == 1
    assert "numpy.isnat is win" in done.stdout


def test_handler_passes_its_test_and_the_linter(project: Path) -> None:
    handler, test = (path for path in FILES if "cases" not in path)
    write(project, handler, test)
    assert passed(run(project, *HANDLER)) == 3
    for check in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *check, handler, test]
        done = subprocess.run(ruff, cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_handler_is_what_its_test_needs(project: Path) -> None:
    write(project, "tests/handlers/test_geometric.py")
    done = run(project, *HANDLER)
    assert done.returncode == 1
    assert "no serving recipe is known for it" in done.stdout


@pytest.mark.slow
def test_case_holds(project: Path) -> None:
    write(project, *FILES)
    assert passed(run(project, *CASE)) == 1


def test_set_up_is_what_ci_does() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for part in (
        "pip install -q -e '.[dev]'",
        "ruff check",
        "ruff format --check",
        "mypy",
        "pytest -n 2 -m slow",
    ):
        assert part in script
        assert part.replace("-q ", "") in "\n".join(SETUP)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:nb2prod|templates|examples|tests)/[\w/.]*)`", TEXT))))
def test_path_exists(path: str) -> None:
    assert (ROOT / path).exists()
