"""Power loss at any moment leaves the old or the new tree: the writing process is killed at every step it takes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from conftest import tree
from equivalence.processes import ROOT

import nb2prod.upkeep.journal
from drift.samples import FILL, edit, extract, plant
from nb2prod.errors import UserError
from nb2prod.upkeep.check import check
from nb2prod.upkeep.journal import recover, unfinished
from nb2prod.upkeep.write import STAGING, install, staging

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forks of this process")

OLD = {
    ".nb2prod/manifest.json": "old",
    ".nb2prod/base/a.py.orig": "old",
    ".nb2prod/base/gone.py.orig": "old",
    ".nb2prod/notes": "mine",
    "a.py": "old",
    "same.py": "same",
    "sub/gone.py": "old",
    "sub/deep/mine.csv": "mine",
}
NEW = {
    ".nb2prod/manifest.json": "new",
    ".nb2prod/base/a.py.orig": "new",
    ".nb2prod/base/fresh/b.py.orig": "new",
    "a.py": "new",
    "same.py": "same",
    "fresh/b.py": "new",
}
AFTER = {**NEW, ".nb2prod/notes": "mine", "sub/deep/mine.csv": "mine"}
REMOVED = ["sub/gone.py"]


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def texts(folder: Path) -> dict[str, str]:
    return {path: data.decode() for path, data in tree(folder).items()}


def killed(action: Callable[[], None], step: int) -> bool:
    """Run an action in a fork that is killed at its nth step; tell whether it was."""
    child = os.fork()
    if child == 0:
        left = step

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            left -= 1
            if left == -1:  # killing is an event itself
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            action()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def every_step(action: Callable[[], None], prepare: Callable[[], None]) -> Iterator[int]:
    """Kill an action at its first step, its second, and so on, until it reaches its end."""
    step = 0
    prepare()
    while killed(action, step):
        yield step
        prepare()
        step += 1
    assert step > 20


def put(place: Path) -> None:
    with staging(place, "out") as folder:
        write(folder, NEW)
        install(folder, place, REMOVED)


@pytest.mark.skipif(sys.platform != "linux", reason="folders are exchanged on Linux")
def test_exchanged_tree_is_the_old_or_the_new_one_at_every_step(tmp_path: Path) -> None:
    place = tmp_path / "out"

    def prepare() -> None:
        shutil.rmtree(place, ignore_errors=True)
        write(place, OLD)

    seen = set()
    for _ in every_step(lambda: put(place), prepare):
        assert texts(place) in (OLD, AFTER)
        seen.add(texts(place) == AFTER)
    put(place)
    assert seen == {True, False}
    assert texts(place) == AFTER
    assert list(tmp_path.iterdir()) == [place]  # what the killed runs left behind is gone


def test_new_tree_is_there_or_not_at_every_step(tmp_path: Path) -> None:
    place = tmp_path / "out"
    seen = set()
    for _ in every_step(lambda: put(place), lambda: shutil.rmtree(place, ignore_errors=True)):
        assert not place.exists() or texts(place) == NEW
        seen.add(place.exists())
    assert seen == {True, False}


def journaled(place: Path) -> None:
    """Write where the tree cannot be exchanged, because the program runs in it."""
    os.chdir(place)
    put(place)


@pytest.mark.parametrize("start", [OLD, {}], ids=["over a package", "into an empty folder"])
def test_journal_leads_to_the_old_or_the_new_tree_from_every_step(tmp_path: Path, start: dict[str, str]) -> None:
    place = tmp_path / "out"
    end = AFTER if start else NEW

    def prepare() -> None:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        write(place, start)

    seen = set()
    for step in every_step(lambda: journaled(place), prepare):
        decided = unfinished(place)
        if decided and step % 3 == 0:
            # The recovery itself is cut short, and completed by the next one.
            assert killed(lambda: recover(place), step % 7)
        if not decided and texts(place) != end:
            assert {path: text for path, text in texts(place).items() if "/next/" not in path} == start
        recover(place)
        assert texts(place) in (start, end)
        assert texts(place) == end or not decided
        seen.add(texts(place) == end)
    assert seen == {True, False}
    assert not (place / ".nb2prod" / "next").exists()


def test_check_and_extract_see_an_extraction_that_was_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = plant(tmp_path)
    edit(tmp_path, FILL, "mean", "median")
    with monkeypatch.context() as patch:
        patch.chdir(package)
        patch.setattr(nb2prod.upkeep.journal, "_put", interrupted)
        with pytest.raises(KeyboardInterrupt):
            extract(tmp_path)
    assert unfinished(package)
    assert [finding.message for finding in check([str(package)])[0].findings] == ["an extraction was cut short"]
    with pytest.raises(UserError, match="cut short"):
        extract(tmp_path, dry_run=True)
    extract(tmp_path)
    assert check([str(package)])[0].findings == ()


def interrupted(destination: Path, path: str) -> None:
    raise KeyboardInterrupt


# ---------------------------------------------------------------------- a journal from elsewhere


@pytest.mark.parametrize(
    "content",
    [
        {"put": ["../evil"], "remove": []},
        {"put": [], "remove": ["../evil"]},
        {"put": ["/evil"], "remove": []},
        {"put": [".nb2prod/../../evil"], "remove": []},
        {"put": ["link/evil"], "remove": []},
        {"put": [], "remove": ["link/evil"]},
        {"put": [3], "remove": []},
        {"put": 3, "remove": []},
        [],
        "x",
    ],
    ids=str,
)
def test_journal_that_leads_elsewhere_is_refused(tmp_path: Path, content: object) -> None:
    place = tmp_path / "out"
    write(place, {**OLD, ".nb2prod/next/journal.json": json.dumps(content), ".nb2prod/next/tree/link/evil": "evil"})
    write(tmp_path, {"evil": "mine", "elsewhere/evil": "mine"})
    (place / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError) as caught:
        recover(place)
    assert caught.value.code == "NB603"
    assert ((tmp_path / "evil").read_text(), (tmp_path / "elsewhere" / "evil").read_text()) == ("mine", "mine")


# ---------------------------------------------------------------------- remains


def test_folder_of_a_running_extraction_is_not_cleared(tmp_path: Path) -> None:
    with staging(tmp_path / "one", "one") as first:
        (first / "a").touch()
        with staging(tmp_path / "two", "two"):
            assert (first / "a").exists()


def test_folder_of_a_killed_extraction_is_cleared_and_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {f"{STAGING}dead/out/a.py": "x", "mine/a": "mine"})
    (tmp_path / f"{STAGING}link").symlink_to(tmp_path / "mine")
    with staging(tmp_path / "out", "out"):
        assert not (tmp_path / f"{STAGING}dead").exists()
    assert (tmp_path / "mine" / "a").read_text() == "mine"


# ---------------------------------------------------------------------- the real program


@pytest.mark.slow
def test_program_killed_at_random_leaves_the_old_or_the_new_package(tmp_path: Path) -> None:
    package = plant(tmp_path)
    old = texts(package)
    edit(tmp_path, FILL, "mean", "median")
    shutil.copytree(package, tmp_path / "finished")
    command = [sys.executable, "-m", "nb2prod", "extract", "people.ipynb", "--output", "people"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = time.monotonic()
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    took = time.monotonic() - started
    new = texts(package)
    random, seen = Random(1), []
    for _ in range(30):
        shutil.rmtree(package)
        write(package, old)
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=-3, stderr=-3)
        time.sleep(took * random.uniform(0.3, 1.1))
        process.kill()
        process.wait()
        seen.append(texts(package))
        assert seen[-1] in (old, new)
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert texts(package) == new
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(STAGING)] == []
