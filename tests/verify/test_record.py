"""The verdict, the record and the README's block; and the faults of the user that need no kernel to be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from drift.samples import FILL, edit, extract, plant

from nb2prod.cli import main
from nb2prod.extract import Request, extract_package
from nb2prod.upkeep.check import answer, holds_conflict
from nb2prod.upkeep.drift import points_now
from nb2prod.upkeep.manifest import read_manifest
from nb2prod.verify.judge import judge, may_be_random
from nb2prod.verify.record import END, START, block, write_record


def found(group: str, status: str, said: str = "", cell: int = 0) -> dict[str, Any]:
    return {"group": group, "what": "it", "status": status, "said": said, "cell": cell}


def results(*comparisons: dict[str, Any], first: str = "") -> dict[str, Any]:
    return {"found": list(comparisons), "first": first, "function": "", "cell": 0, "rows": 5, "how": "by label"}


GOOD = [found("inference", "equal"), found("predictions", "equal")]
VERDICTS = {
    "all agrees": (GOOD, "verified", "people reproduces n.ipynb (5 rows predicted, by label)"),
    "a value differs": ([*GOOD, found("state", "differs", "1 instead of 2", 4)], "differs", "does not reproduce"),
    "chance": ([*GOOD, found("metrics", "random", "0.8 instead of 0.9")], "verified", "up to its own spread"),
    "no answers": ([found("inference", "unknown", "no rows"), found("state", "equal")], "unknown", "no rows"),
    "nothing": ([], "unknown", "nothing to compare"),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_verdict(name: str) -> None:
    comparisons, verdict, says = VERDICTS[name]
    report = judge("people", "n.ipynb", "", 1, results(*comparisons))
    assert (report.verdict, says in report.sentence) == (verdict, True)


def test_of_what_learns_from_the_train_rows_inference_alone_is_compared() -> None:
    alike, other = (
        judge("people", "n.ipynb", "", 1, results(found("inference", s)), True) for s in ("equal", "differs")
    )
    assert (alike.verdict, other.verdict) == ("verified", "differs")
    assert "learns from the train rows alone" in alike.sentence


@pytest.mark.parametrize(
    ("comparisons", "expected"),
    [
        pytest.param([*GOOD, found("state", "differs", "x")], True, id="only training differs"),
        pytest.param(
            [found("inference", "differs", "x"), found("state", "differs", "x")], False, id="inference differs"
        ),
        pytest.param([found("inference", "equal"), found("rows", "differs", "x")], False, id="a row alone differs"),
        pytest.param(GOOD, False, id="nothing differs"),
    ],
)
def test_chance_is_suspected_where_only_training_differs(comparisons: list[dict[str, Any]], expected: bool) -> None:
    assert may_be_random(results(*comparisons)) == expected


def test_first_difference_and_details_are_told() -> None:
    comparisons = [found("state", "differs", "1 instead of 2", 4)] * 5
    report = judge("people", "n.ipynb", "", 1, results(*comparisons, first="cell 4: it differs"))
    assert report.sentence == "people does not reproduce n.ipynb: cell 4: it differs"
    assert report.lines[0].details == ("cell 4: it: 1 instead of 2",) * 3 + ("and 2 more",)
    assert json.loads(report.as_json())["checks"][0]["differs"] == 5


# ---------------------------------------------------------------------- the record


def test_record_is_shown_and_is_no_drift(tmp_path: Path) -> None:
    package = plant(tmp_path)
    report = judge("people", "people.ipynb", "0" * 64, 1, results(*GOOD))
    for _ in range(2):
        write_record(package, report)
        text = (package / "README.md").read_text(encoding="utf-8")
        assert text.count(START) == text.count(END) == 1
        assert block(report) in text
        assert answer([str(package)]).exit_code == 0


def test_readme_edited_by_hand_stays_reported(tmp_path: Path) -> None:
    package = plant(tmp_path)
    with (package / "README.md").open("a", encoding="utf-8") as file:
        file.write("mine\n")
    write_record(package, judge("people", "people.ipynb", "", 1, results(*GOOD)))
    assert answer([str(package)]).exit_code == 1


def test_readme_without_the_marks_is_left_alone(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (package / "README.md").write_text("mine\n", encoding="utf-8")
    write_record(package, judge("people", "people.ipynb", "", 1, results(*GOOD)))
    assert (package / "README.md").read_text(encoding="utf-8") == "mine\n"


def test_record_survives_extracting_again_until_the_notebook_changes(tmp_path: Path) -> None:
    package, notebook = plant(tmp_path), tmp_path / "people.ipynb"
    write_record(package, judge("people", "people.ipynb", "", 1, results(*GOOD)))
    assert extract_package(Request(notebook, package)).conflicts == ()
    assert "people reproduces" in (package / "README.md").read_text(encoding="utf-8").lower()
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("fillna(0)", "fillna(1)"), encoding="utf-8")
    assert extract_package(Request(notebook, package)).conflicts == ()
    assert "Not yet" in (package / "README.md").read_text(encoding="utf-8")
    assert answer([str(package)]).exit_code == 0


EDITS = {
    "a line under the record": (END, f"mine\n{END}"),
    "a line of the record": ("run 1 time.", "run 1 time, mine"),
    "a line above it": (START, f"mine\n\n{START}"),
}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("verified", [True, False], ids=["verified", "not verified"])
def test_edit_of_the_block_survives_a_change_of_the_notebook(tmp_path: Path, name: str, verified: bool) -> None:
    package, old, new = plant(tmp_path), *EDITS[name]
    readme = package / "README.md"
    if verified:
        write_record(package, judge("people", "people.ipynb", "", 1, results(*GOOD)))
    else:
        old, new = old.replace("run 1 time.", "how they compare."), new.replace("run 1 time", "how they compare")
    before = readme.read_text(encoding="utf-8")
    assert old in before
    readme.write_text(before.replace(old, new), encoding="utf-8")
    edit(tmp_path, FILL, "fillna(0)", "fillna(1)")
    conflicts = [change.path for change in extract(tmp_path).conflicts]
    after = readme.read_text(encoding="utf-8")
    assert "mine" in after
    assert holds_conflict(after.encode()) == (conflicts == ["README.md"])
    assert conflicts or "people reproduces" not in after


# ---------------------------------------------------------------------- faults of the user


def test_folder_without_package_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["verify", str(tmp_path)])
    assert (result.exit_code, "NB603" in result.stderr) == (2, True)


def test_missing_points_or_notebook_are_told(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (tmp_path / "people.ipynb").unlink()
    assert "NB604" in CliRunner().invoke(main, ["verify", str(package)]).stderr
    (package / ".nb2prod" / "points.json").write_text("{", encoding="utf-8")
    assert "NB603" in CliRunner().invoke(main, ["verify", str(package)]).stderr


def test_changed_notebook_is_not_compared(tmp_path: Path) -> None:
    package = plant(tmp_path)
    edit(tmp_path, FILL, "fillna(0)", "fillna(1)")
    result = CliRunner().invoke(main, ["verify", str(package)])
    assert result.exit_code == 1
    assert "NB601: people.ipynb has changed since the extraction, in cell 5" in result.stderr


def test_points_follow_the_cells_of_a_notebook_that_only_looks_otherwise(tmp_path: Path) -> None:
    manifest, path = read_manifest(str(plant(tmp_path))), tmp_path / "people.ipynb"
    before = points_now(manifest, path)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"].insert(0, {"cell_type": "markdown", "source": "# More", "metadata": {}})
    path.write_text(json.dumps(content), encoding="utf-8")
    after = points_now(manifest, path)
    assert {step["point"]["cell"] for step in before["steps"]} == {5}
    assert [step["point"]["cell"] - 1 for step in after["steps"]] == [step["point"]["cell"] for step in before["steps"]]
    assert [step["function"] for step in after["steps"]] == [step["function"] for step in before["steps"]]


def test_interpreter_without_kernel_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["verify", str(plant(tmp_path)), "--python", str(tmp_path / "python")])
    assert (result.exit_code, "NB613" in result.stderr) == (2, True)


def test_help_says_that_the_notebook_is_run() -> None:
    assert "the one command that runs the notebook's code" in CliRunner().invoke(main, ["verify", "--help"]).stdout
