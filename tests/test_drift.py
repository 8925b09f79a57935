"""``nb2prod check``: what it reports, what it is silent about, and what it cannot tell."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from drift.mutations import cosmetic, stored
from drift.samples import FILL, FIT, HEAD, LOAD, PLOT, edit, extract, plant, run_python
from drift.truth import looks
from equivalence.processes import ROOT

import nb2prod.upkeep.check
from nb2prod.cli import main
from nb2prod.extract import Request, extract_package
from nb2prod.generation.package import context_of, generate
from nb2prod.pipeline import Options, analyse
from nb2prod.reading.notebook import read_notebook
from nb2prod.upkeep.check import Checked, answer, check
from nb2prod.upkeep.fingerprint import SAID_ONLY, counted, sources_digest, sources_of, stored_sources

EXAMPLES = sorted((ROOT / "examples").glob("*/notebook.ipynb"))
NAMES = [path.parent.name for path in EXAMPLES]


def only(folder: Path) -> Checked:
    (found,) = check([str(folder)])
    return found


def codes(folder: Path) -> list[str]:
    return [finding.code for one in check([str(folder)]) for finding in one.findings]


def notebook_of(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "people.ipynb").read_text(encoding="utf-8"))
    return content


def put(folder: Path, content: object) -> None:
    (folder / "people.ipynb").write_text(json.dumps(content), encoding="utf-8")


# ---------------------------------------------------------------------- in sync


def test_package_just_extracted_is_in_sync(tmp_path: Path) -> None:
    package = plant(tmp_path)
    assert check([str(tmp_path)]) == [Checked(str(package), "people", ())]
    assert answer([str(tmp_path)]) == ("1 package in sync\n", 0)


def test_check_writes_nothing(tmp_path: Path) -> None:
    plant(tmp_path)
    edit(tmp_path, FILL, "mean", "median")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert codes(tmp_path) == ["NB601"]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


IN_SYNC = """
import sys
sys.argv = ["nb2prod", "check", sys.argv[1]]
from nb2prod.__main__ import main
try:
    main()
except SystemExit as end:
    ours = {"nb2prod", "__main__", "__mp_main__"}
    print(sorted({name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names - ours))
    print(end.code, "ast" in sys.modules, "subprocess" in sys.modules, "socket" in sys.modules)
"""


def test_in_sync_needs_the_standard_library_alone(tmp_path: Path) -> None:
    plant(tmp_path)
    # -S leaves what is installed out of the path: an import of it would fail as well.
    done = run_python("-S", "-c", IN_SYNC, str(tmp_path), folder=tmp_path)
    assert done.stdout.splitlines() == ["1 package in sync", "[]", "0 False False False"], done.stderr


def test_cosmetic_change_needs_no_syntax_tree(tmp_path: Path) -> None:
    plant(tmp_path)
    content = notebook_of(tmp_path)
    content["cells"][HEAD]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    put(tmp_path, content)
    done = run_python("-S", "-c", IN_SYNC, str(tmp_path), folder=tmp_path)
    assert done.stdout.splitlines()[:2] == ["1 package in sync", "[]"], done.stderr
    assert "sklearn" not in done.stdout


# ---------------------------------------------------------------------- the notebook


@pytest.mark.parametrize(
    ("place", "old", "new", "change", "feeds", "module"),
    [
        (FILL, "mean", "median", "changed", "preprocessing.preprocess", "preprocessing"),
        (FILL, "fillna(0)", "fillna(1)", "changed", "preprocessing.preprocess", "preprocessing"),
        (FIT, "LogisticRegression()", "LogisticRegression(C=2)", "changed", "training.fit", "training"),
        (LOAD, '"people.csv"', '"people.csv", sep=";"', "changed", "data.load_data", "data"),
        (LOAD, "people.csv", "others.csv", "changed", "data.load_data", "config"),
        (HEAD, "df.head()", "df = df[df.age > 3]", "changed", "training.fit", "preprocessing"),
        (PLOT, "plt.hist", "df['age'] = df['age'] + 1\nplt.hist", "changed", "preprocessing", "preprocessing"),
        (FILL, 'df["pay"] = df["pay"].fillna(0)', "", "changed", "preprocessing.preprocess", "preprocessing"),
    ],
    ids=[
        "statistic",
        "constant",
        "parameter",
        "reading",
        "path",
        "look becomes filter",
        "plot becomes feature",
        "deleted",
    ],
)
def test_change_that_matters_is_reported_with_cells_and_modules(
    tmp_path: Path, place: int, old: str, new: str, change: str, feeds: str, module: str
) -> None:
    plant(tmp_path)
    edit(tmp_path, place, old, new)
    (finding,) = only(tmp_path).findings
    assert (finding.code, finding.told) == ("NB601", True)
    assert [(cell.number, cell.change) for cell in finding.cells] == [(place + 1, change)]
    assert any(fed.startswith(feeds) for fed in finding.cells[0].feeds)
    assert module in finding.modules
    assert answer([str(tmp_path)]).exit_code == 1


def test_new_cell_that_matters_is_reported(tmp_path: Path) -> None:
    plant(tmp_path)
    content = notebook_of(tmp_path)
    content["cells"].insert(FIT, {**content["cells"][FILL], "source": "df['pay'] = df['pay'] * 2"})
    put(tmp_path, content)
    (finding,) = only(tmp_path).findings
    assert [(cell.number, cell.change) for cell in finding.cells] == [(FIT + 1, "new")]
    assert finding.cells[0].feeds


def test_deleted_cell_that_mattered_is_reported_by_its_old_number(tmp_path: Path) -> None:
    plant(tmp_path)
    content = notebook_of(tmp_path)
    del content["cells"][FILL]
    put(tmp_path, content)
    (finding,) = only(tmp_path).findings
    assert [(cell.number, cell.change) for cell in finding.cells] == [(FILL + 1, "deleted")]


def test_moved_cell_that_matters_is_reported(tmp_path: Path) -> None:
    plant(tmp_path)
    content = notebook_of(tmp_path)
    # `answers` no longer sees the gaps filled: the model is fitted before.
    content["cells"].append(content["cells"].pop(FILL))
    put(tmp_path, content)
    (finding,) = only(tmp_path).findings
    assert {cell.change for cell in finding.cells} == {"moved"}


def test_change_that_would_be_refused_is_drift(tmp_path: Path) -> None:
    plant(tmp_path)
    edit(tmp_path, FILL, "fillna(0)", "shift(1)")
    (finding,) = only(tmp_path).findings
    assert (finding.code, finding.told) == ("NB601", True)
    assert "would be refused now: error NB401" in finding.message


def tagged(content: dict[str, Any], place: int, tag: str) -> dict[str, Any]:
    content["cells"][place]["metadata"]["tags"] = [tag]
    return content


def test_tag_that_skips_a_cell_matters(tmp_path: Path) -> None:
    plant(tmp_path)
    put(tmp_path, tagged(notebook_of(tmp_path), FILL, "nb2prod:skip"))
    assert codes(tmp_path) == ["NB601"]


HARMLESS: dict[str, Callable[[dict[str, Any]], object]] = {
    "outputs": lambda n: n["cells"][HEAD].update(outputs=[{"output_type": "stream", "text": "x"}]),
    "counts": lambda n: [cell.update(execution_count=77 - i) for i, cell in enumerate(n["cells"])],
    "ids": lambda n: [cell.update(id=f"new{i}") for i, cell in enumerate(n["cells"])],
    "metadata": lambda n: n["metadata"].update(kernelspec={"name": "py311", "display_name": "mine"}),
    "another tag": lambda n: tagged(n, FILL, "slow"),
    "a comment": lambda n: n["cells"][FILL].update(source=f"# why\n{n['cells'][FILL]['source']}  # so"),
    "white space": lambda n: n["cells"][FIT].update(source=n["cells"][FIT]["source"].replace("=", "  =  ")),
    "quotes": lambda n: n["cells"][FIT].update(source=n["cells"][FIT]["source"].replace('"', "'")),
    "line ends": lambda n: n["cells"][FIT].update(source=n["cells"][FIT]["source"].replace("\n", "\r\n")),
    "a list of lines": lambda n: n["cells"][FIT].update(source=n["cells"][FIT]["source"].splitlines(True)),
    "a heading": lambda n: n["cells"][FILL - 1].update(source="## Mend the data"),
    "no heading": lambda n: n["cells"].pop(FILL - 1),
    "a new heading": lambda n: n["cells"].insert(FIT, {"cell_type": "markdown", "source": "# Fit", "metadata": {}}),
    "a new look": lambda n: n["cells"].insert(1, {**n["cells"][HEAD], "source": "print(1)"}),
    "a look less": lambda n: n["cells"].pop(HEAD),
    "another plot": lambda n: n["cells"][PLOT].update(source="plt.plot(df['pay'])"),
    "a plot moved": lambda n: n["cells"].append(n["cells"].pop(PLOT)),
    "a look and a heading": lambda n: [n["cells"].pop(HEAD), n["cells"][FILL - 2].update(source="## Else")],
    "a magic": lambda n: n["cells"][PLOT].update(source="%matplotlib inline\n" + n["cells"][PLOT]["source"]),
    "an unused import": lambda n: n["cells"][LOAD].update(source="import os\n" + n["cells"][LOAD]["source"]),
    "a cell split": lambda n: n["cells"].__setitem__(
        slice(FILL, FILL + 1),
        [{**n["cells"][FILL], "source": line} for line in n["cells"][FILL]["source"].split("\n")],
    ),
    "cells joined": lambda n: n["cells"].__setitem__(
        slice(PLOT, FIT + 1),
        [{**n["cells"][FIT], "source": n["cells"][PLOT]["source"] + "\n" + n["cells"][FIT]["source"]}],
    ),
    "a broken cell": lambda n: n["cells"].insert(2, {**n["cells"][HEAD], "execution_count": None, "source": "if ("}),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_change_that_does_not_matter_is_not_reported(tmp_path: Path, name: str) -> None:
    plant(tmp_path)
    content = notebook_of(tmp_path)
    HARMLESS[name](content)
    put(tmp_path, content)
    assert only(tmp_path).findings == ()


def test_counts_matter_where_the_notebook_runs_in_their_order_only(tmp_path: Path) -> None:
    plant(tmp_path)
    content = notebook_of(tmp_path)
    cells = content["cells"]
    cells[FILL], cells[FIT] = cells[FIT], cells[FILL]
    cells[LOAD], cells[HEAD] = cells[HEAD], cells[LOAD]  # the stored order cannot run any more
    put(tmp_path, content)
    extract(tmp_path)
    assert codes(tmp_path) == []
    for number, place in enumerate((LOAD, HEAD, FIT, FILL, PLOT)):
        cells[place]["execution_count"] = 5 - number if place == LOAD else 10 + number
    put(tmp_path, content)
    assert codes(tmp_path) == ["NB601"]


@pytest.mark.parametrize("path", EXAMPLES, ids=NAMES)
def test_sources_are_the_same_read_quickly_or_thoroughly(path: Path) -> None:
    thorough = read_notebook(path)
    quick = stored_sources(path.read_bytes())
    assert quick is not None
    counts = counted(thorough)
    assert sources_digest(quick, counts) == sources_digest(sources_of(thorough), counts)


def test_every_word_of_the_templates_is_code_or_said_only() -> None:
    # A new word must be sorted in: what changes the run is compared, what is only said is not.
    path = EXAMPLES[0]
    told = context_of(generate(analyse(path, Options()), "example")).keys()
    code = {"evaluate", "has_operations", "has_preprocessing", "proba", "raw_source", "read_options"}
    assert told - SAID_ONLY == code | {"source_kind", "source_names", "target_columns"}


# ---------------------------------------------------------------------- seeded edits


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, list[int]]]:
    """Extract an example, once; give its folder, and which cells were dropped."""
    done: dict[str, tuple[Path, list[int]]] = {}

    def extracted(name: str) -> tuple[Path, list[int]]:
        if name not in done:
            folder = tmp_path_factory.mktemp(name)
            shutil.copy(ROOT / "examples" / name / "notebook.ipynb", folder / "notebook.ipynb")
            extract_package(Request(folder / "notebook.ipynb", folder / "package", name))
            done[name] = folder, looks(folder / "notebook.ipynb", name)
        return done[name]

    return extracted


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", NAMES)
def test_cosmetic_edits_of_the_examples_are_not_reported(
    examples: Callable[[str], tuple[Path, list[int]]], name: str, seed: int
) -> None:
    folder, dropped = examples(name)
    random = Random(seed)
    content = json.loads((ROOT / "examples" / name / "notebook.ipynb").read_text(encoding="utf-8"))
    (folder / "notebook.ipynb").write_bytes(stored(cosmetic(content, dropped, random), random))
    assert only(folder).findings == ()


@pytest.mark.parametrize("name", NAMES)
def test_examples_as_committed_are_in_sync(name: str) -> None:
    assert only(ROOT / "examples" / name).findings == ()


# ---------------------------------------------------------------------- files


def test_hand_edit_is_reported_until_it_is_extracted_over(tmp_path: Path) -> None:
    package = plant(tmp_path)
    path = package / "src" / "people" / "training.py"
    path.write_text(path.read_text() + "# mine\n")
    (finding,) = only(tmp_path).findings
    assert (finding.code, finding.message, finding.files) == ("NB602", "edited by hand", ("src/people/training.py",))
    assert finding.mend.startswith("nb2prod extract ")
    extract(tmp_path)
    assert only(tmp_path).findings == ()
    assert path.read_text().endswith("# mine\n")


def test_missing_file_is_reported_until_it_is_extracted_over(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (package / "src" / "people" / "probe.py").unlink()
    (finding,) = only(tmp_path).findings
    assert (finding.code, finding.message, finding.files) == ("NB602", "files are missing", ("src/people/probe.py",))
    extract(tmp_path)
    assert only(tmp_path).findings == ()
    assert not (package / "src" / "people" / "probe.py").exists()


def test_line_ends_are_no_edit(tmp_path: Path) -> None:
    path = plant(tmp_path) / "src" / "people" / "training.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert only(tmp_path).findings == ()


def test_files_of_others_are_no_edit(tmp_path: Path) -> None:
    (plant(tmp_path) / "src" / "people" / "mine.py").write_text("x = 1\n")
    assert only(tmp_path).findings == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes")
def test_pipe_in_the_place_of_a_file_is_missing_and_does_not_block(tmp_path: Path) -> None:
    path = plant(tmp_path) / "README.md"
    path.unlink()
    os.mkfifo(path)
    assert [finding.message for finding in only(tmp_path).findings] == ["files are missing"]


def test_package_of_another_version_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path)
    monkeypatch.setattr(nb2prod.upkeep.check, "__version__", "9.9")
    (finding,) = only(tmp_path).findings
    assert (finding.code, finding.message) == ("NB605", "it was built by nb2prod 0.1.0, this is 9.9")


def test_command_that_mends_repeats_the_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path)
    extract(tmp_path, model="model", name="people")
    edit(tmp_path, FILL, "mean", "median")
    monkeypatch.chdir(tmp_path)
    (finding,) = only(tmp_path).findings
    assert finding.mend == "nb2prod extract people.ipynb --output people --name people --model model"
    words = finding.mend.split()[1:]
    assert run_python("-m", "nb2prod", *words, folder=tmp_path).returncode == 0
    assert only(tmp_path).findings == ()


# ---------------------------------------------------------------------- could not tell


def gone(folder: Path) -> None:
    (folder / "people.ipynb").unlink()


def damaged(folder: Path) -> None:
    (folder / "people" / ".nb2prod" / "manifest.json").write_text("{")


def cut_short(folder: Path) -> None:
    path = folder / "people.ipynb"
    path.write_bytes(path.read_bytes()[:-10])


def a_folder(folder: Path) -> None:
    (folder / "people.ipynb").unlink()
    (folder / "people.ipynb").mkdir()


@pytest.mark.parametrize(
    ("damage", "code"),
    [(gone, "NB604"), (damaged, "NB603"), (cut_short, "NB102"), (a_folder, "NB604")],
    ids=["no notebook", "damaged manifest", "damaged notebook", "a folder for a notebook"],
)
def test_what_cannot_be_told_is_said(tmp_path: Path, damage: Callable[[Path], None], code: str) -> None:
    plant(tmp_path)
    damage(tmp_path)
    (finding,) = only(tmp_path).findings
    assert (finding.code, finding.told, bool(finding.mend)) == (code, False, True)
    assert answer([str(tmp_path)]).exit_code == 2


def test_extraction_that_was_cut_short_is_said(tmp_path: Path) -> None:
    journal = plant(tmp_path) / ".nb2prod" / "next" / "journal.json"
    journal.parent.mkdir()
    journal.write_text("{}")
    assert [finding.message for finding in only(tmp_path).findings] == ["an extraction was cut short"]


@pytest.mark.parametrize("path", ["nowhere", ".", "a.txt", "other.ipynb", "a\0b"])
def test_nothing_to_check_is_said(tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "other.ipynb").touch()
    monkeypatch.chdir(tmp_path)
    found = answer([path])
    assert found.exit_code == 2
    assert "NB603 unknown" in found.text


# ---------------------------------------------------------------------- finding packages


def test_packages_are_found_under_any_folder_and_named_by_notebook(tmp_path: Path) -> None:
    for name in ("a", "b/c/d", ".hidden", "node_modules/x", "env/lib"):
        plant(tmp_path / name)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    found = [one.folder for one in check([str(tmp_path), str(tmp_path / "a")])]
    assert found == [str(tmp_path / "a" / "people"), str(tmp_path / "b" / "c" / "d" / "people")]
    assert [one.folder for one in check([str(tmp_path / "a" / "people.ipynb")])] == [str(tmp_path / "a" / "people")]
    assert [one.folder for one in check([str(tmp_path / ".hidden")])] == [str(tmp_path / ".hidden" / "people")]


def test_folder_in_a_package_stands_for_it(tmp_path: Path) -> None:
    package = plant(tmp_path)
    assert [one.folder for one in check([str(package / "src" / "people")])] == [str(package)]


def test_package_in_a_package_is_found(tmp_path: Path) -> None:
    package = plant(tmp_path)
    inner = plant(package / "src" / "more")
    assert [one.folder for one in check([str(tmp_path)])] == [str(package), str(inner)]


# ---------------------------------------------------------------------- the command


def test_json_holds_what_the_text_says(tmp_path: Path) -> None:
    plant(tmp_path)
    edit(tmp_path, FILL, "mean", "median")
    found = json.loads(answer([str(tmp_path), "--json"]).text)
    (package,) = found["packages"]
    (finding,) = package["findings"]
    assert (found["exit_code"], package["package"]) == (1, "people")
    assert finding["cells"][0]["number"] == FILL + 1
    assert finding["modules"] == ["preprocessing", "training"] or finding["modules"] == ["preprocessing"]


def test_text_names_place_cells_modules_and_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path)
    edit(tmp_path, FILL, "fillna(0)", "fillna(1)")
    monkeypatch.chdir(tmp_path)
    assert answer([]).text.splitlines() == [
        "people: NB601 error: the notebook people.ipynb has changed since the extraction",
        f"    cell {FILL + 1} changed: feeds preprocessing.preprocess, training.fit",
        "    modules that would change: preprocessing",
        "  do:  nb2prod extract people.ipynb --output people --name people",
        "1 of 1 package not in sync",
    ]


def test_program_and_click_command_answer_alike(tmp_path: Path) -> None:
    plant(tmp_path)
    done = run_python("-m", "nb2prod", "check", str(tmp_path), "--json", folder=tmp_path)
    result = CliRunner().invoke(main, ["check", str(tmp_path), "--json"])
    assert (done.returncode, done.stdout, done.stderr) == (result.exit_code, result.stdout, "")
    assert "check" in CliRunner().invoke(main, ["--help"]).output


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--json=3"]])
def test_wrong_arguments_give_exit_code_2(tmp_path: Path, arguments: list[str]) -> None:
    done = run_python("-m", "nb2prod", "check", *arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: nb2prod check" in done.stderr
