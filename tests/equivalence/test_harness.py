"""The harness itself: percent format, comparison, warm and fresh processes, judging refusals."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from .cases import CASES, Case, read_cases
from .compare import differences, missing_metrics, same
from .percent import parse_percent
from .processes import Finished, Job, Run, run_fresh
from .trial import judge_refusal

PERCENT = """# %% [markdown]
# # Title
#
# text
# %% [exec=7]
#!%%time
x = 1
# %%
y = x
"""


def test_percent_text_becomes_cells_with_counts() -> None:
    cells = parse_percent(PERCENT)["cells"]
    assert [cell["source"] for cell in cells] == ["# Title\n\ntext", "%%time\nx = 1", "y = x"]
    assert [cell.get("execution_count") for cell in cells] == [None, 7, 2]


def test_text_before_the_first_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="before the first cell"):
        parse_percent("import os\n# %%\n")


@pytest.mark.parametrize(
    ("got", "want", "verdict"),
    [
        (1.0 + 1e-8, 1.0, True),
        (1.001, 1.0, False),
        (1, 1.0, True),
        (math.nan, math.nan, True),
        (math.nan, 1.0, False),
        ("Yes", "Yes", True),
        ("1", 1, False),
        ([0.2, 0.8], [0.2, 0.8], True),
        ([0.2], [0.2, 0.8], False),
        (None, None, True),
    ],
)
def test_predictions_are_compared_within_a_tolerance(got: object, want: object, verdict: bool) -> None:
    assert same(got, want) is verdict


def test_the_first_different_row_is_named() -> None:
    assert differences("rows", [1, 5, 6], [1, 2, 3]) == ["rows: 2/3 rows differ, row 1 is 5, not 2"]


def test_a_missing_answer_is_a_difference() -> None:
    assert differences("rows", [1], [1, 2]) == ["rows: 1 answers for 2 rows"]


def test_a_metric_is_found_under_any_name() -> None:
    assert missing_metrics({"acc": 0.5, "note": "x"}, {"accuracy": 0.5}) == []
    assert len(missing_metrics({"acc": 0.6}, {"accuracy": 0.5})) == 1


@pytest.fixture(params=["fresh", "warm"])
def run(request: pytest.FixtureRequest) -> Run:
    chosen: Run = run_fresh if request.param == "fresh" else request.getfixturevalue("warm_run")
    return chosen


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "code", "said"),
    [
        ("import sys; print(sys.argv[1])", 0, "hello"),
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit('no')", 1, "no"),
        ("1 / 0", 1, "ZeroDivisionError"),
        ("import os; print(os.getcwd())", 0, "folder"),
    ],
)
def test_a_program_ends_as_it_should(run: Run, tmp_path: Path, source: str, code: int, said: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "program.py").write_text(source)
    done = run(Job(str(folder / "program.py"), ("hello",), str(folder)))
    assert (done.returncode, said in done.said) == (code, True)


@pytest.mark.parametrize(
    ("returncode", "said", "faults"),
    [
        (1, "a.ipynb cell 3 line 1: NB401 error: rolling needs other rows", 0),
        (0, "NB401 rolling", 2),
        (1, "rolling needs other rows", 2),
        (1, "NB401 shift needs other rows", 2),
        (1, "NB401 rolling\nTraceback (most recent call last):", 2),
    ],
)
def test_a_refusal_needs_code_reason_and_exit_code(returncode: int, said: str, faults: int) -> None:
    case = Case(folder=Path(), raw="", pred="", expect="refuse", says="rolling")
    assert len(judge_refusal(case, Finished(returncode, "", said))) == faults


@pytest.mark.parametrize("case", read_cases(CASES), ids=lambda case: case.name)
def test_each_case_is_well_formed(case: Case) -> None:
    assert case.notebook["cells"]
    assert case.expect in ("parity", "refuse")
    assert bool(case.says) == (case.expect == "refuse")
