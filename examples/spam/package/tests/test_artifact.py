"""The artifact is complete, checked when loaded, and replaced as a whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from spam.artifact import FILES, ArtifactError, load_artifact
from spam.training import train


@pytest.fixture
def copied(artifacts: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(artifacts, tmp_path / "copy"))


def test_an_artifact_holds_its_files_and_no_others(artifacts: Path) -> None:
    assert {path.name for path in artifacts.iterdir()} == {*FILES, "manifest.json"}


def test_metrics_are_a_flat_object_of_numbers(artifacts: Path) -> None:
    metrics = json.loads((artifacts / "metrics.json").read_text())
    assert all(value is None or isinstance(value, float) for value in metrics.values())


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(copied: Path, name: str) -> None:
    with (copied / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ArtifactError, match=name):
        load_artifact(copied)


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_missing_file_is_refused(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(ArtifactError):
        load_artifact(copied)


def test_another_library_version_is_refused(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["libraries"]["pandas"] = "0.25.3"
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ArtifactError, match=r"pandas 0\.25\.3"):
        load_artifact(copied)


def test_training_does_not_replace_a_folder_with_other_files(data: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ArtifactError, match=r"notes\.txt"):
        train(data, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
