"""The command line as its users meet it: exit codes, what stands on which stream, and what is written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from conftest import WriteNotebook, tree
from equivalence.cases import EXAMPLES
from equivalence.processes import Finished, Job, run_fresh

from nb2prod import __version__
from nb2prod.cli import main

LOADED = """
# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv("people.csv")
"""
FITTED = """
# %%
model = LogisticRegression().fit(df[["age"]], df["left"])
answers = model.predict(df[["age"]])
"""
SMALL = f"""{LOADED}
# %%
df["age"] = df["age"].fillna(df["age"].mean())
{FITTED}"""
LAGGED = f"""{LOADED}
# %%
# what came before
df["age"] = df["age"].shift(1)
{FITTED}"""
UNFITTED = f"""{LOADED}
# %%
df.head()
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="nb2prod")


@pytest.fixture
def small(write_notebook: WriteNotebook) -> Path:
    return write_notebook(SMALL)


# ---------------------------------------------------------------------- success


def test_extract_writes_a_package_and_says_what_and_where(small: Path, tmp_path: Path) -> None:
    result = run("extract", small, "--output", tmp_path / "out")
    assert result.exit_code == 0
    assert re.match(rf"wrote \d+ files to {tmp_path / 'out'}\nmodel: model \(.+\)\n", result.stdout)
    assert "learned: age_mean\n" in result.stdout
    assert {"README.md", "pyproject.toml", "src/people/__main__.py"} <= tree(tmp_path / "out").keys()


def test_package_is_named_after_the_notebook_and_stands_here(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("extract", small).exit_code == 0
    assert (tmp_path / "people" / "src" / "people" / "__init__.py").is_file()


def test_name_is_that_of_the_package(small: Path, tmp_path: Path) -> None:
    assert run("extract", small, "--output", tmp_path / "out", "--name", "leavers").exit_code == 0
    assert (tmp_path / "out" / "src" / "leavers" / "__init__.py").is_file()


def test_extract_writes_into_an_empty_folder(small: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert run("extract", small, "--output", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / "README.md").is_file()


def test_own_template_replaces_a_file(small: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "README.md").write_text("ours: {{ cookiecutter.package }}\n")
    assert run("extract", small, "-o", tmp_path / "out", "--template", tmp_path / "own").exit_code == 0
    assert (tmp_path / "out" / "README.md").read_text() == "ours: people\n"


def test_package_does_not_require_itself(small: Path, tmp_path: Path) -> None:
    assert run("extract", small, "--output", tmp_path / "out").exit_code == 0
    project = tomllib.loads((tmp_path / "out" / "pyproject.toml").read_text())["project"]
    assert "people" not in project["dependencies"]


def test_json_is_all_that_stdout_holds(small: Path, tmp_path: Path) -> None:
    result = run("extract", small, "--output", tmp_path / "out", "--json")
    said = json.loads(result.stdout)
    assert (result.exit_code, said["package"], said["written"]) == (0, "people", True)
    assert (said["model"], said["state"]) == ("model", ["age_mean"])
    assert set(said["files"]) == {path for path in tree(tmp_path / "out") if not path.startswith(".nb2prod/")}


def test_json_holds_the_warnings_that_stderr_shows(tmp_path: Path) -> None:
    result = run("extract", EXAMPLES / "churn" / "notebook.ipynb", "-o", tmp_path / "out", "--json")
    found = json.loads(result.stdout)["diagnostics"]
    shown = re.findall(r"^notebook\.ipynb cell (\d+) line (\d+): (NB\d{3}) (\w+): ", result.stderr, re.M)
    assert shown
    assert shown == [(str(f["cell"]), str(f["line"]), f["code"], f["severity"]) for f in found]


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_dry_run_writes_nothing(small: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    before = tree(tmp_path)
    result = run("extract", small, "--output", tmp_path / "out", "--dry-run", *options)
    assert (result.exit_code, tree(tmp_path)) == (0, before)
    assert not (tmp_path / "out").exists()
    assert ('"written": false' if options else "would write ") in result.stdout


# ---------------------------------------------------------------------- faults


def test_refusal_names_cell_line_reason_and_advice(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    result = run("extract", write_notebook(LAGGED), "--output", tmp_path / "out")
    first, source, why, advice, last = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (1, "")
    assert first.startswith("people.ipynb cell 2 line 2: NB401 error: ")
    assert source == '    df["age"] = df["age"].shift(1)'
    assert why.startswith("  why: ") and advice.startswith("  do:  ")
    assert last.startswith("error NB401: people.ipynb cell 2 line 2: ")
    assert tree(tmp_path).keys() == {"people.ipynb"}


FAULTS = {
    "a notebook that is not there": ("missing.ipynb", (), 2, "NB101"),
    "a folder": (".", (), 2, "NB101"),
    "a file that is no notebook": ("cells.txt", (), 2, "NB102"),
    "a notebook in another language": ("r.ipynb", (), 2, "NB104"),
    "no model": ("unfitted.ipynb", (), 1, "NB201"),
    "a feature from other rows": ("lagged.ipynb", (), 1, "NB401"),
    "a name that is no identifier": ("small.ipynb", ("--name", "1st-try"), 2, "NB502"),
    "a name that is a keyword": ("small.ipynb", ("--name", "class"), 2, "NB502"),
    "a name of the standard library": ("small.ipynb", ("--name", "json"), 2, "NB502"),
    "an empty name": ("small.ipynb", ("--name", ""), 2, "NB502"),
    "a folder that is taken": ("small.ipynb", ("--output", "taken"), 2, "NB501"),
    "a file in the folder's place": ("small.ipynb", ("--output", "cells.txt"), 2, "NB501"),
    "a file among the folder's parents": ("small.ipynb", ("--output", "cells.txt/out"), 2, "NB503"),
}


@pytest.fixture
def inputs(write_notebook: WriteNotebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in (("small", SMALL), ("lagged", LAGGED), ("unfitted", UNFITTED)):
        write_notebook(text, f"{name}.ipynb")
    other = json.loads((tmp_path / "small.ipynb").read_text())
    other["metadata"] = {"kernelspec": {"name": "ir", "language": "R"}, "language_info": {"name": "R"}}
    (tmp_path / "r.ipynb").write_text(json.dumps(other))
    (tmp_path / "cells.txt").write_text("x = 1\n")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.py").write_text("precious\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("notebook", "options", "exit_code", "code"), FAULTS.values(), ids=FAULTS)
def test_fault_is_one_message_and_an_exit_code(
    inputs: Path, notebook: str, options: tuple[str, ...], exit_code: int, code: str
) -> None:
    before = tree(inputs)
    result = run("extract", notebook, *options)
    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert result.stderr.splitlines()[-1].startswith(f"error {code}: ")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert tree(inputs) == before


MISUSES = {
    "no command": ((), "Usage: nb2prod"),
    "an unknown command": (("extrcat",), "No such command 'extrcat'"),
    "no notebook": (("extract",), "Missing argument 'NOTEBOOK'"),
    "an unknown option": (("extract", "a.ipynb", "--fast"), "No such option"),
    "an unknown choice": (("extract", "a.ipynb", "--fit-on", "test"), "Invalid value for '--fit-on'"),
    "a template that is not there": (("extract", "a.ipynb", "--template", "t"), "'--template': Directory"),
}


@pytest.mark.parametrize(("arguments", "sentence"), MISUSES.values(), ids=MISUSES)
def test_misuse_is_told_apart_from_a_refusal(arguments: tuple[str, ...], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr


# ---------------------------------------------------------------------- processes


def process(*arguments: object, folder: Path) -> Finished:
    return run_fresh(Job("nb2prod", tuple(map(str, arguments)), str(folder)))


@pytest.mark.parametrize(("notebook", "exit_code"), [("small.ipynb", 0), ("lagged.ipynb", 1), ("missing.ipynb", 2)])
def test_process_ends_with_the_code_and_without_traceback(inputs: Path, notebook: str, exit_code: int) -> None:
    done = process("extract", notebook, "--output", "out", folder=inputs)
    assert done.returncode == exit_code
    assert "Traceback" not in done.said
    assert bool(done.stdout) == (exit_code == 0)


def test_installed_command_is_the_module() -> None:
    command = Path(sys.executable).with_name("nb2prod")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"nb2prod, version {__version__}\n"


CANARIES = """
# %%
import pandas as pd
from pathlib import Path
from sklearn.linear_model import LogisticRegression
Path("a_statement").touch()
df = pd.read_csv("people.csv")
# %%
#!!touch a_shell_line
#!%run a_script.py
# %%
#!%%writefile a_written_file.py
x = 1
# %%
#!%%bash
touch a_bash_cell
# %%
def touched(path=Path("a_default").touch()):
    Path("a_body").touch()

@touched
class Touched:
    Path("a_class_body").touch()
    print(f"{Path('an_f_string').touch()}")

df.to_csv("a_table.csv")
import a_module
# %%
model = LogisticRegression().fit(df[["age"]], df["left"])
answers = model.predict(df[["age"]])
"""


def test_nothing_of_the_notebook_is_run(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    notebook = write_notebook(CANARIES)
    (tmp_path / "a_script.py").write_text("open('a_script_was_here', 'w')\n")
    (tmp_path / "a_module.py").write_text("open('an_import', 'w')\n")
    before = tree(tmp_path)
    done = process("extract", notebook, "--output", "out", folder=tmp_path)
    assert done.returncode == 0, done.said
    assert {path: data for path, data in tree(tmp_path).items() if not path.startswith("out/")} == before


@pytest.mark.parametrize("name", ["churn", "titanic"])
def test_bytes_do_not_depend_on_the_hash_seed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = []
    for seed in ("0", "1"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        folder = tmp_path / seed / name
        folder.parent.mkdir()
        done = process("extract", EXAMPLES / name / "notebook.ipynb", "-o", folder, folder=tmp_path)
        assert done.returncode == 0, done.said
        packages.append((tree(folder), done.stdout.replace(str(folder), ""), done.stderr))
    assert packages[0] == packages[1]


# ---------------------------------------------------------------------- help


COMMANDS: dict[str, click.Command] = {"nb2prod": main, **main.commands}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_its_help(name: str) -> None:
    command = COMMANDS[name]
    result = run(*([] if command is main else [name]), "--help")
    assert (result.exit_code, result.stderr) == (0, "")
    assert command.help
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []
    assert all(max(option.opts, key=len) in result.stdout for option in options)
