"""Retraining of the committed example: what is not worse is promoted, what is worse is not, a promotion is undone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from nb2prod.scaffold.add import Request, scaffold_package

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "examples/churn/churn.csv"
HOLDOUT = ("--holdout", "rows.csv", "--labels", "labels.csv")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, trained; its first 300 rows and their answers."""
    folder = tmp_path_factory.mktemp("retrain") / "package"
    shutil.copytree(ROOT / "examples/churn/package", folder)
    scaffold_package(Request(folder, ("retrain",)))
    assert command(folder, "train", "--data", str(DATA)).returncode == 0
    frame = pd.read_csv(DATA)
    frame.head(300).to_csv(folder / "rows.csv", index=False)
    answers = command(folder, "predict", "rows.csv", "--output", "labels.csv")
    assert answers.returncode == 0, answers.stderr
    turned = frame["Churn"].drop_duplicates().tolist()
    frame.assign(Churn=frame["Churn"].map(dict(zip(turned, turned[::-1], strict=True)))).to_csv(
        folder / "worse.csv", index=False
    )
    return folder


@pytest.fixture
def package(trained: Path, tmp_path: Path) -> Path:
    """A copy for one test."""
    return Path(shutil.copytree(trained, tmp_path / "package"))


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "churn", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "DATA_DIR": str(DATA.parent)}
    return subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_better_is_kept(package: Path) -> None:
    first = (package / "artifacts/manifest.json").read_bytes()
    worse = command(package, "retrain", "--data", "worse.csv", *HOLDOUT)
    report = json.loads(worse.stdout)
    assert (report["promoted"], report["measure"]) == (False, "accuracy")
    assert report["new"] < report["in_use"] == 1
    assert (package / "artifacts/manifest.json").read_bytes() == first
    equal = command(package, "retrain", "--data", str(DATA), *HOLDOUT)
    assert json.loads(equal.stdout)["promoted"], equal.stderr
    assert (package / "artifacts.previous/manifest.json").read_bytes() == first
    assert command(package, "retrain", "--roll-back").returncode == 0
    assert (package / "artifacts/manifest.json").read_bytes() == first


def test_labels_written_otherwise_are_refused(package: Path) -> None:
    (package / "labels.csv").write_text("label\n" + "Yes\n" * 300)
    done = command(package, "retrain", "--data", str(DATA), *HOLDOUT)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no label is written as the answers are" in done.stderr
    assert not (package / "artifacts.previous").exists()


KILLED = """import json, os, shutil, signal, sys
from pathlib import Path
from churn.commands import retrain

def kill_at(place):
    count = 0
    def count_down(event, _arguments):
        nonlocal count
        count += event in ("os.rename", "ctypes.dlsym", "shutil.rmtree", "os.remove", "os.rmdir")
        if count > place:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count_down)

def said(folder):
    path = Path(folder, "said")
    return path.read_text() if path.exists() else None

sys.platform, found, status = sys.argv[1], [], 1
while status:
    for name, word in {"live": "old", "live.candidate": "new", "live.previous": "older"}.items():
        shutil.rmtree(name, ignore_errors=True)
        os.mkdir(name)
        Path(name, "said").write_text(word)
    child = os.fork()
    if not child:
        kill_at(len(found))
        retrain.promote(Path("live"), Path("live.candidate"))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    killed = said("live")
    retrain._recover(Path("live"))
    found.append([killed, said("live")])
print(json.dumps(found))
"""


@pytest.mark.parametrize(("platform", "live"), [("linux", {"old", "new"}), ("other", {"old", "new", None})])
def test_a_promotion_killed_anywhere_leaves_an_artifact(
    package: Path, tmp_path: Path, platform: str, live: set[str | None]
) -> None:
    """Where folders cannot be exchanged in one step, the next run finds the one that was put aside."""
    line = [sys.executable, "-c", KILLED, platform]
    environment = {**os.environ, "PYTHONPATH": str(package / "src")}
    done = subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert len(found) > 4
    assert {killed for killed, _ in found} == live
    assert {after for _, after in found} == {"old", "new"}


def test_the_generated_tests_pass(package: Path) -> None:
    line = [sys.executable, "-m", "pytest", "-q", "tests/test_retrain.py"]
    environment = {**os.environ, "PYTHONPATH": str(package / "src"), "DATA_DIR": str(DATA.parent)}
    done = subprocess.run(line, cwd=package, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
