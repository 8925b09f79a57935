"""``nb2prod survey``: what it finds, counts, remembers and shows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import WriteNotebook, tree

from nb2prod.cli import main
from nb2prod.codes import CODES
from nb2prod.survey.cache import file_digest, opened
from nb2prod.survey.one import survey_notebook
from nb2prod.survey.records import Reason, Record, as_json, from_json
from nb2prod.survey.summary import pattern, summarise

GOOD = """
# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("people.csv")
# %%
{feature}
# %%
X_train, X_test, y_train, y_test = train_test_split(df[["age"]], df["left"], random_state=0)
model = LogisticRegression().fit(X_train, y_train)
print(model.score(X_test, y_test))
"""
LEAKING = GOOD.format(feature='df[["age"]] = StandardScaler().fit_transform(df[["age"]])')
LAGGED = GOOD.format(feature='df["age"] = df["age"].shift(1)')
UNFITTED = "# %%\nx = 1\n"


@pytest.fixture
def folder(write_notebook: WriteNotebook, tmp_path: Path) -> Path:
    """Return a folder with one notebook of each kind."""
    (tmp_path / "deep" / ".hidden").mkdir(parents=True)
    write_notebook(LEAKING, "leaking.ipynb")
    write_notebook(LAGGED, "deep/lagged.ipynb")
    write_notebook(UNFITTED, "deep/unfitted.ipynb")
    write_notebook(UNFITTED, "deep/.hidden/unseen.ipynb")
    (tmp_path / "<b>torn.ipynb").write_text('{"cells": [')
    (tmp_path / "notes.txt").write_text("no notebook")
    return tmp_path


def run(*arguments: object) -> Result:
    cached = () if "--cache" in arguments else ("--no-cache",)
    given = [str(argument) for argument in (*arguments, *cached)]
    return CliRunner().invoke(main, ["survey", "--processes", "1", *given], env={"COLUMNS": "200"})


# ---------------------------------------------------------------------- one notebook


def test_extracts_with_its_leak(write_notebook: WriteNotebook) -> None:
    record = survey_notebook(write_notebook(LEAKING))
    assert (record.outcome, record.reason) == ("extracts", None)
    assert [(leak.code, leak.cell, leak.line) for leak in record.leaks] == [("NB302", 2, 1)]
    assert record.model == "sklearn.linear_model.LogisticRegression"
    assert record.estimators == ("sklearn.preprocessing.StandardScaler", record.model)


def test_refuses_with_code_cell_and_reason(write_notebook: WriteNotebook) -> None:
    record = survey_notebook(write_notebook(LAGGED))
    assert record.outcome == "refuses"
    assert record.reason is not None
    assert (record.reason.code, record.reason.cell, record.reason.line) == ("NB401", 2, 1)
    assert record.reason.source == 'df["age"] = df["age"].shift(1)'
    assert record.estimators == ("sklearn.linear_model.LogisticRegression",)


def test_is_unreadable(folder: Path) -> None:
    record = survey_notebook(folder / "<b>torn.ipynb")
    assert (record.outcome, record.reason and record.reason.code) == ("unreadable", "NB102")


def test_writes_nothing(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    path = write_notebook(LEAKING)
    before = tree(tmp_path)
    survey_notebook(path)
    assert tree(tmp_path) == before


# ---------------------------------------------------------------------- counting

RECORDS = (
    Record("b", "refuses", Reason("NB405", "cannot follow 'x'", 3), seconds=3.0),
    Record("a", "refuses", Reason("NB405", "cannot follow 'y_1'", 4), seconds=1.0, estimators=("m.A", "m.A")),
    Record("d", "refuses", Reason("NB405", "another matter"), seconds=9.0),
    Record("c", "extracts", warnings=(Reason("NB301", "mean"), Reason("NB301", "mean"), Reason("NB321", "f"))),
)


def test_counts_by_what_is_said_whatever_it_names() -> None:
    first, second = summarise(RECORDS).reasons
    assert (first.notebooks, first.message, first.first.path, first.first.cell) == (2, "cannot follow …", "a", 4)
    assert (second.notebooks, second.message, second.do) == (1, "another matter", CODES["NB405"].do)


def test_counts_a_notebook_once_for_a_kind_of_leakage() -> None:
    summary = summarise(RECORDS)
    assert (summary.leaking, [(row.code, row.notebooks) for row in summary.leaks]) == (1, [("NB301", 1)])
    assert (summary.estimators, summary.median) == ((("m.A", 1),), 2.0)


def test_order_of_the_records_is_no_matter() -> None:
    assert summarise(RECORDS) == summarise(RECORDS[::-1])


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("'le' is learned before the split", "… is learned before the split"),
        ("df.shift() needs 12 rows", "… needs … rows"),
        ("no model is fitted", "no model is fitted"),
        ("f is not known. It is needed", "f is not known. It is needed"),
    ],
)
def test_leaves_names_out_of_a_message(message: str, expected: str) -> None:
    assert pattern(message) == expected


# ---------------------------------------------------------------------- remembering


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.path)
def test_record_survives_json(record: Record) -> None:
    assert from_json(json.loads(json.dumps(as_json(record)))) == record


@pytest.mark.parametrize("found", [None, [], {}, {"path": "a"}, {**as_json(RECORDS[0]), "outcome": "odd"}])
def test_what_is_no_record_is_refused(found: object) -> None:
    with pytest.raises(ValueError, match="no record"):
        from_json(found)


def test_cache_outlives_a_cut_line(tmp_path: Path) -> None:
    with opened(tmp_path) as cache:
        cache.add("one", RECORDS[0])
        cache.add("two", RECORDS[1])
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-9])
    with opened(tmp_path) as cache:
        assert (cache.find("one", 30), cache.find("two", 30)) == (RECORDS[0], None)
        cache.add("three", RECORDS[2])
    with opened(tmp_path) as cache:
        assert (cache.find("one", 30), cache.find("three", 30)) == (RECORDS[0], RECORDS[2])


def test_cache_forgets_crashes_and_shorter_limits(tmp_path: Path) -> None:
    with opened(tmp_path) as cache:
        cache.add("crash", Record("a", "crashes"))
        cache.add("slow", Record("b", "stopped", seconds=5.0))
        assert cache.find("crash", 30) is None
        assert cache.find("slow", 30) is None
        assert cache.find("slow", 5) is not None


def test_digest_is_that_of_name_and_bytes(folder: Path) -> None:
    copied = shutil.copy(folder / "leaking.ipynb", folder / "other.ipynb")
    digests = {file_digest(path) for path in (folder / "leaking.ipynb", Path(copied))}
    assert len(digests) == 2
    assert file_digest(folder / "missing.ipynb") in {"", file_digest(folder / "missing.ipynb")}


# ---------------------------------------------------------------------- the command


def test_json_holds_everything(folder: Path) -> None:
    result = run(folder, "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["outcomes"] == {"extracts": 1, "refuses": 2, "unreadable": 1, "stopped": 0, "crashes": 0}
    found = {Path(record["path"]).name: record["outcome"] for record in said["records"]}
    assert found == {
        "leaking.ipynb": "extracts",
        "lagged.ipynb": "refuses",
        "unfitted.ipynb": "refuses",
        "<b>torn.ipynb": "unreadable",
    }
    assert [row["code"] for row in said["fix_first"]] == ["NB102", "NB201", "NB401"]


def test_second_survey_analyses_nothing(folder: Path, tmp_path: Path) -> None:
    first = run(folder, "--json", "--cache", tmp_path / "cache")
    (path,) = (tmp_path / "cache").iterdir()
    before = path.read_bytes()
    again = run(folder, "--json", "--cache", tmp_path / "cache")
    assert again.stdout == first.stdout  # even the seconds are those of the first time
    assert path.read_bytes().strip() == before.strip()


def test_tables_show_each_notebook_and_what_to_fix(folder: Path) -> None:
    said = re.sub(r" +$", "", run(folder).stdout, flags=re.M)
    assert re.search(r"^deep/lagged\.ipynb +refuses +NB401 +2 ", said, re.M)
    assert re.search(r"^leaking\.ipynb +extracts +LogisticRegression +NB302$", said, re.M)
    assert "\x1b" not in said
    for heading in ("4 notebooks, ", "What to fix first", "Leakage, in 1 of 4 notebooks", "Estimators that are"):
        assert heading in said


class _Page(HTMLParser):
    """Collect the tags that are open and the addresses that a page asks for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.asked += [value or "" for name, value in attrs if name in ("src", "href", "srcset")]


def test_page_shows_all_and_asks_for_nothing(folder: Path, tmp_path: Path) -> None:
    assert run(folder, "--html", tmp_path / "survey.html").exit_code == 0
    text = (tmp_path / "survey.html").read_text(encoding="utf-8")
    page = _Page(text)
    assert page.asked == []
    assert "b" not in page.tags  # the notebook's name is text
    assert "&lt;b&gt;torn.ipynb" in text
    assert text.count("<tr data-outcome=") == 4
    assert "url(" not in text and "@import" not in text


@pytest.mark.parametrize("name", ["multiprocessing.py", "nb2prod.py", "statistics.py"])
def test_imports_nothing_from_the_surveyed_folder(folder: Path, name: str) -> None:
    (folder / name).write_text("from pathlib import Path\nPath('ran').touch()\nraise SystemExit(7)\n")
    program = Path(sys.executable).with_name("nb2prod")
    done = subprocess.run(
        [program, "survey", "--no-cache", "."], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "4 notebooks" in done.stdout) == (0, True), done.stderr
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("missing",), "missing does not exist"),
        (("empty",), "no notebook is in empty"),
        (("leaking.ipynb", "--html", "nowhere/s.html"), "cannot write nowhere/s.html"),
    ],
)
def test_fault_is_one_message(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder)
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr.splitlines()[-1]
