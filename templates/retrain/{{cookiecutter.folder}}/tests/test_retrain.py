"""Retraining: a model as good as the one in use takes its place, and can be taken back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from {{ cookiecutter.package }} import training
from {{ cookiecutter.package }}.__main__ import main
from {{ cookiecutter.package }}.commands.retrain import promote


def test_promotion_is_taken_back(artifacts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live, candidate = tmp_path / "live", tmp_path / "live.candidate"
    shutil.copytree(artifacts, live)
    shutil.copytree(artifacts, candidate)
    (live / "metrics.json").write_text("{}")  # tell the two apart
    promote(live, candidate)
    assert (live / "metrics.json").read_text() != "{}"
    assert not candidate.exists()
    assert main(["retrain", "--artifacts", str(live), "--roll-back"]) == 1  # the old one was changed: refused
    shutil.copy(artifacts / "metrics.json", tmp_path / "live.previous")
    assert main(["retrain", "--artifacts", str(live), "--roll-back"]) == 0
    assert "rolled_back" in capsys.readouterr().out


def test_nothing_is_promoted_without_a_holdout(artifacts: Path, data: dict[str, Any]) -> None:
    assert main(["retrain", "--artifacts", str(artifacts)]) == 2


def test_broken_data_is_one_line_and_changes_nothing(
    artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    live, labels = tmp_path / "live", tmp_path / "labels.csv"
    shutil.copytree(artifacts, live)
    labels.write_text("label\n1\n")

    def stop(*_: object) -> None:
        raise KeyError("column")

    monkeypatch.setattr(training, "train", stop)
    assert main(["retrain", "--artifacts", str(live), "--holdout", str(labels), "--labels", str(labels)]) == 1
    assert "training stops at the new data" in capsys.readouterr().err
    assert (live / "manifest.json").read_bytes() == (artifacts / "manifest.json").read_bytes()
