"""``nb2prod explain`` as its users meet it: the table, JSON, exit codes."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from conftest import WriteNotebook

from explain.notebooks import LAGGED, PEOPLE
from nb2prod.cli import main


def run(*arguments: object, width: int = 160) -> Result:
    return CliRunner(env={"COLUMNS": str(width)}).invoke(main, ["explain", *map(str, arguments)])


def test_table_says_where_each_cell_went(write_notebook: WriteNotebook) -> None:
    result = run(write_notebook(PEOPLE))
    rows = {line.split()[0]: line for line in result.stdout.splitlines() if line[:4].strip().isdigit()}
    assert result.exit_code == 0
    assert "predicts left with model (LogisticRegression): " in result.stdout
    assert "data.load_data (1 of 2 dropped)" in rows["3"]
    assert "look" in rows["4"] and "dropped: it only draws a plot" in rows["4"]
    assert all(word in rows["6"] for word in ("preprocessing.gaps", "age_mean", "NB301"))
    assert "df['age'].mean()" in result.stdout


def test_json_is_all_that_stdout_holds(write_notebook: WriteNotebook) -> None:
    said = json.loads(run(write_notebook(PEOPLE), "--json").stdout)
    assert (said["format"], said["package"], len(said["cells"])) == (1, "people", 10)
    assert said["statements"][0]["roles"] == ["define"]


def test_roles_alone_need_no_decision(write_notebook: WriteNotebook) -> None:
    result = run(write_notebook(LAGGED), "--roles", "--json")
    cells = json.loads(result.stdout)["cells"]
    assert result.exit_code == 0
    assert [cell["labels"]["phases"] for cell in cells] == ["collection", "preparation", "modelling"]
    assert "data_preprocessing" in run(write_notebook(LAGGED), "--roles").stdout


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["table", "json"])
def test_refusal_is_explained_and_is_exit_code_1(write_notebook: WriteNotebook, options: tuple[str, ...]) -> None:
    result = run(write_notebook(LAGGED), *options)
    assert result.exit_code == 1
    assert "NB401" in result.stdout
    assert options or "refused: " in result.stdout


def test_notebook_that_cannot_be_read_is_exit_code_2(write_notebook: WriteNotebook) -> None:
    result = run("missing.ipynb")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "NB101" in result.stderr


def test_notebook_cannot_steer_the_terminal(write_notebook: WriteNotebook) -> None:
    hostile = PEOPLE.replace('"left"', '"left\\x1b[2J"').replace("df.head()", "df.head()  # \x1b[31m [red]x[/red]")
    assert "\x1b" not in run(write_notebook(hostile)).stdout


def test_narrow_terminals_fold(write_notebook: WriteNotebook) -> None:
    assert max(map(len, run(write_notebook(PEOPLE), width=60).stdout.splitlines())) <= 60
