"""The magics: which notebook they mean, what they show, and that they work in a kernel."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import WriteNotebook, tree
from documents import blocks
from equivalence.processes import ROOT

from nb2prod.cli import main
from nb2prod.errors import UserError
from nb2prod.ipython import answer, notebook_path

NOTEBOOK = """
# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
# %%
df = pd.read_csv("people.csv")
df["age"] = df["age"].fillna(df["age"].mean())
df.head()
# %%
model = LogisticRegression().fit(df[["age"]], df["left"])
answers = model.predict(df[["age"]])
"""
PAGE = ROOT / "docs" / "how-to" / "jupyter.md"
CELLS = [block.text.strip() for block in blocks(PAGE, "python")]


def ask(line: str, here: Path, **names: object) -> str:
    return answer(line, names, {}, here)


# ---------------------------------------------------------------------- which notebook


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    for name in ("one.ipynb", "two.ipynb", "deep/three.ipynb"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("names", "environment", "expected"),
    [
        pytest.param({"__vsc_ipynb_file__": "{here}/one.ipynb"}, {}, "one.ipynb", id="VS Code"),
        pytest.param({}, {"JPY_SESSION_NAME": "{here}/two.ipynb"}, "two.ipynb", id="Jupyter"),
        pytest.param({}, {"JPY_SESSION_NAME": "work/two.ipynb"}, "two.ipynb", id="Jupyter, from the server's folder"),
        pytest.param(
            {"__vsc_ipynb_file__": "{here}/one.ipynb"},
            {"JPY_SESSION_NAME": "{here}/two.ipynb"},
            "one.ipynb",
            id="VS Code first",
        ),
    ],
)
def test_knows_the_notebook(here: Path, names: dict[str, str], environment: dict[str, str], expected: str) -> None:
    names, environment = ({key: text.format(here=here) for key, text in one.items()} for one in (names, environment))
    assert notebook_path(names, environment, here) == here / expected


def test_takes_the_only_one_there_is(here: Path) -> None:
    assert notebook_path({}, {}, here / "deep") == here / "deep" / "three.ipynb"


@pytest.mark.parametrize("environment", [{}, {"JPY_SESSION_NAME": "console-1"}, {"JPY_SESSION_NAME": "gone.ipynb"}])
def test_guesses_among_several_none(here: Path, environment: dict[str, str]) -> None:
    with pytest.raises(UserError, match="which notebook this is cannot be told"):
        notebook_path({}, environment, here)


# ---------------------------------------------------------------------- what is shown


def test_explain_shows_the_table(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    write_notebook(NOTEBOOK)
    before = tree(tmp_path)
    shown = ask("explain", tmp_path)
    assert re.search(r"people\.ipynb predicts", re.sub(r"<[^>]+>", "", shown))
    assert "age_mean" in shown
    assert tree(tmp_path) == before


def test_extract_writes_and_shows_warnings(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    path = write_notebook(
        NOTEBOOK.replace('df["age"].mean()', "ours.mean(df)").replace("import pandas", "import ours, pandas")
    )
    shown = ask(f"extract {path} --output {tmp_path / 'out'} --name leavers", tmp_path)
    assert (tmp_path / "out" / "src" / "leavers").is_dir()
    assert "NB321 warning: ours.mean is not known" in shown
    assert f"{path}: wrote " in shown


def test_text_of_the_notebook_is_text(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    path = write_notebook(NOTEBOOK.replace("df.head()", 'df["age"] = df["age"].shift(1)  # <script>x</script>'))
    for command in ("extract", "explain"):
        assert "<script>" not in ask(f"{command} {path}", tmp_path)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "say explain or extract"),
        ("survey .", "say explain or extract"),
        ("explain missing.ipynb", "NB101 error: missing.ipynb does not exist"),
        ("extract one.ipynb --fast", "No such option"),
        ("extract 'a", "No closing quotation"),
        ("explain", "which notebook this is cannot be told"),
    ],
)
def test_fault_is_shown_below_the_cell(here: Path, line: str, sentence: str) -> None:
    assert sentence in ask(line, here)


# ---------------------------------------------------------------------- a kernel


@pytest.mark.slow
def test_works_in_a_kernel(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    cells = "".join(f"# %%\n#!{cell.replace('notebook.ipynb', 'people.ipynb')}\n" for cell in CELLS)
    (tmp_path / "people.csv").write_text("age,left\n30,1\n,0\n50,0\n")
    path = write_notebook(f"{NOTEBOOK}{cells}")
    run = nbclient.NotebookClient(
        nbformat.read(path, as_version=4), timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    shown = {
        cell.source: "".join(output.data.get("text/html", "") for output in cell.outputs if "data" in output)
        for cell in run.cells
        if cell.source.startswith("%")
    }
    assert list(shown) == [cell.replace("notebook.ipynb", "people.ipynb") for cell in CELLS]
    assert shown["%load_ext nb2prod"] == ""
    assert all("age_mean" in html for source, html in shown.items() if source != "%load_ext nb2prod")
    assert (tmp_path / "churn" / "src" / "churn" / "preprocessing.py").is_file()
    written = "\n".join(path.read_text() for path in (tmp_path / "churn" / "src").rglob("*.py"))
    assert "nb2prod explain" not in written


# ---------------------------------------------------------------------- the terminal


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_is_that_of_the_shell(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert f"_NB2PROD_COMPLETE={shell}_complete" in result.stdout


def test_completes_commands_and_options() -> None:
    for words, expected in (("nb2prod ex", {"explain", "extract"}), ("nb2prod extract --dr", {"--dry-run"})):
        environment = {"_NB2PROD_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        said = CliRunner().invoke(main, [], prog_name="nb2prod", env=environment).stdout
        assert {line.partition(",")[2] for line in said.split()} == expected


@pytest.mark.parametrize("name", main.commands)
def test_help_has_an_example(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"], prog_name="nb2prod").stdout
    assert re.search(rf"(?is)examples?:.*nb2prod {name}", shown), shown


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_is_left_out_when_asked(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    import io

    from nb2prod.terminal import console

    monkeypatch.setenv("TERM", "xterm-256color")
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout", terminal)
    console().print("[red]red")
    assert ("\x1b[31m" in terminal.getvalue()) == coloured


def test_colour_is_left_out_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from nb2prod.terminal import console

    file = io.StringIO()
    monkeypatch.setattr("sys.stdout", file)
    console().print("[red]red")
    assert file.getvalue() == "red\n"
