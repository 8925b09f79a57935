"""What `bench/upkeep.py` measures with many seeds, with few: nothing that matters is missed, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from equivalence.processes import Run, WarmPython

from drift.survival import plant_example, trial
from drift.truth import difference, draw, judge, prepare


@pytest.fixture(scope="module")
def warm() -> Iterator[Run]:
    python = WarmPython()
    yield python.run
    python.close()


@pytest.mark.slow
def test_change_that_changes_a_prediction_is_reported(tmp_path: Path, warm: Run) -> None:
    ground = prepare("digits", tmp_path, warm)
    reported = 0
    for seed in range(60):
        changed = draw(ground, seed)
        verdict = judge(ground, changed, warm)
        assert verdict != "missed", difference(ground, changed)
        reported += verdict == "reported"
        if reported == 2:
            return
    raise AssertionError(f"{reported} of 60 changes of the notebook changed a prediction")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["digits", "spam"])
def test_random_edits_merged_with_random_extractions_lose_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "planted").mkdir()
    planted = plant_example(name, tmp_path / "planted")
    for seed in range(4):
        (tmp_path / str(seed)).mkdir()
        outcome = trial(planted, tmp_path / str(seed), seed)
        assert (outcome.edits > 0, outcome.lost) == (True, [])
