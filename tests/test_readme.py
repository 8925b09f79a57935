"""What the README shows and promises is so: each block is executed, each name exists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import WriteNotebook
from documents import blocks, links
from equivalence.processes import ROOT

from nb2prod.cli import main
from nb2prod.codes import CODES

README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
COMMANDS = [command for block in blocks(README, "console") for command in block.commands]
FRESH = [command for command in COMMANDS if command.startswith("python3 -m venv ")]

PEOPLE = """
# %%
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv("people.csv")
# %% [markdown]
# ## Fill the gaps
# %%
{cell}
# %% [markdown]
# ## Fit
# %%
X, y = df.drop(columns="survived"), df["survived"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = RandomForestClassifier(random_state=0).fit(X_train, y_train)
print(model.score(X_test, y_test))
"""


def test_shown_function_is_what_comes_of_the_shown_cell(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    (diff,) = blocks(README, "diff")
    cell = re.sub(r"(?m)^-|^\+.*\n", "", diff.text)
    function = re.sub(r"(?m)^\+|^-.*\n", "", diff.text)
    notebook = write_notebook(PEOPLE.format(cell=cell))
    result = CliRunner().invoke(main, ["extract", str(notebook), "--output", str(tmp_path / "people")])
    assert result.exit_code == 0, result.output
    written = (tmp_path / "people" / "src" / "people" / "preprocessing.py").read_text(encoding="utf-8")
    assert function.startswith("def fill_the_gaps(")
    assert f"\n\n{function}" in written


def test_two_commands_are_all_that_a_fresh_machine_needs() -> None:
    example, tests = FRESH
    assert example.endswith(" && .venv/bin/python -m examples.run")
    assert tests.endswith(" && .venv/bin/python -m pytest -n 2")
    assert example.rpartition(" && ")[0] == tests.rpartition(" && ")[0]


def test_ci_takes_its_test_command_from_here() -> None:
    (script,) = re.findall(r"sed -n '(.+)' README\.md", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    taken = subprocess.run(["sed", "-n", script, README], capture_output=True, text=True, check=True)
    assert taken.stdout.splitlines() == [FRESH[1]]


@pytest.mark.parametrize("target", [link for link in links(README) if "://" not in link])
def test_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target.partition("#")[0]).exists()


@pytest.mark.parametrize("code", sorted(set(re.findall(r"`(NB\d+)`", TEXT))))
def test_code_is_in_the_catalogue(code: str) -> None:
    assert code in CODES


@pytest.mark.parametrize("option", sorted(set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT))))
def test_option_is_one_of_extract(option: str) -> None:
    shown = CliRunner().invoke(main, ["extract", "--help"], prog_name="nb2prod").stdout
    assert re.search(rf"{option}\b", shown)


def execute(command: str, folder: Path, **environment: str) -> str:
    """Run a command of the README with this interpreter's programs first; return what it says."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_use_it_blocks_run_in_order(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "churn", tmp_path, dirs_exist_ok=True)
    path = str(tmp_path / "churn" / "src")
    for command in [command for command in COMMANDS if command not in FRESH]:
        if not command.startswith("pip install "):  # that would change the environment of the tests
            execute(command, tmp_path, PYTHONPATH=path)
    (python,) = blocks(README, "python")
    (tmp_path / "ask.py").write_text(python.text, encoding="utf-8")
    said = execute("python ask.py", tmp_path, PYTHONPATH=path)
    answers = (tmp_path / "predictions.csv").read_text(encoding="utf-8").split()
    assert re.findall(r"\d+", said) == answers[1:6]


@pytest.mark.slow
def test_example_runs_on_a_fresh_machine(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for name in ("nb2prod", "templates", "examples"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    said = execute(FRESH[0], checkout, PYTHONPATH="", PIP_DISABLE_PIP_VERSION_CHECK="1")
    assert re.search(r"^acc_random_forest: [\d.]+ \(in the notebook: [\d.]+\)$", said, re.MULTILINE)
    assert "the first answers for the rows of test.csv:\n prediction\n" in said
    assert (checkout / "build" / "titanic" / "README.md").is_file()
