"""The pre-commit hook, through the real pre-commit in a scratch repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from drift.samples import FILL, HEAD, PLOT, edit, plant
from equivalence.processes import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="pre-commit needs git"),
]

CONFIG = """
repos:
  - repo: {hooks}
    rev: {revision}
    hooks:
      - id: nb2prod-check
        language: system  # what is installed here, instead of an environment from the network
        entry: {python} -m nb2prod check
"""


def run(*command: str, folder: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PRE_COMMIT_HOME": str(folder.parent / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    line = ("git", *identity, *command[1:]) if command[0] == "git" else command
    done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a notebook, its package and the hook, all committed."""
    hooks, work = tmp_path / "hooks", tmp_path / "work"
    hooks.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
    for command in (["init"], ["add", "."], ["commit", "-m", "Hooks"]):
        run("git", *command, folder=hooks)
    revision = run("git", "rev-parse", "HEAD", folder=hooks).stdout.strip()
    plant(work)
    config = CONFIG.format(hooks=hooks, revision=revision, python=sys.executable)
    (work / ".pre-commit-config.yaml").write_text(config)
    run("git", "init", folder=work)
    run(sys.executable, "-m", "pre_commit", "install", folder=work)
    run("git", "add", ".", folder=work)
    run("git", "commit", "-m", "Start", folder=work)
    return work


def commit(repository: Path) -> subprocess.CompletedProcess[str]:
    run("git", "add", ".", folder=repository)
    return run("git", "commit", "-m", "Change", folder=repository, check=False)


def cosmetic(folder: Path) -> None:
    edit(folder, HEAD, "df.head()", "df.tail()  # the other end")
    edit(folder, PLOT, "how old", "How old")


def prose(folder: Path) -> None:
    content = json.loads((folder / "people.ipynb").read_text())
    content["cells"][0]["source"] = "# People who stay"
    (folder / "people.ipynb").write_text(json.dumps(content))


@pytest.mark.parametrize("change", [cosmetic, prose])
def test_hook_lets_cosmetic_changes_pass(repository: Path, change: Callable[[Path], None]) -> None:
    change(repository)
    done = commit(repository)
    assert done.returncode == 0, done.stderr
    assert "nb2prod check" in done.stderr and "Passed" in done.stderr


def real(folder: Path) -> None:
    edit(folder, FILL, "mean", "median")


def by_hand(folder: Path) -> None:
    path = folder / "people" / "src" / "people" / "training.py"
    path.write_text(path.read_text() + "# mine\n")


def deleted(folder: Path) -> None:
    (folder / "people" / "README.md").unlink()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (real, "cell 5 changed: feeds preprocessing.preprocess"),
        (by_hand, "src/people/training.py"),
        (deleted, "README.md"),
    ],
)
def test_hook_stops_drift_and_says_what_mends_it(repository: Path, change: Callable[[Path], None], says: str) -> None:
    change(repository)
    done = commit(repository)
    assert done.returncode == 1
    assert says in done.stderr and "exit code: 1" in done.stderr


def test_extracting_again_lets_the_commit_pass(repository: Path) -> None:
    real(repository)
    by_hand(repository)
    assert commit(repository).returncode == 1
    run(sys.executable, "-m", "nb2prod", "extract", "people.ipynb", "--output", "people", folder=repository)
    assert commit(repository).returncode == 0
    assert run("git", "status", "--short", folder=repository).stdout == ""
