"""Extracting again over a package that people have edited: what survives, what is merged, what is listed."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from conftest import tree

from drift.samples import FILL, HEAD, PLOT, edit, extract, plant
from nb2prod.cli import main
from nb2prod.errors import Refusal, UserError
from nb2prod.extract import Request, extract_package
from nb2prod.upkeep.check import check

TRAINING = "src/people/training.py"
PREPROCESSING = "src/people/preprocessing.py"


def files(package: Path) -> dict[str, bytes]:
    return {path: data for path, data in tree(package).items() if not path.startswith(".nb2prod/")}


def fresh(folder: Path) -> dict[str, bytes]:
    """Give what an extraction into an empty folder writes."""
    extract_package(Request(folder / "people.ipynb", folder / "fresh" / "people"))
    return files(folder / "fresh" / "people")


def kinds(folder: Path, **options: object) -> dict[str, str]:
    return {change.path: change.kind for change in extract(folder, **options).changes if change.kind != "unchanged"}


def in_sync(folder: Path) -> bool:
    return not any(one.findings for one in check([str(folder / "people")]))


# ---------------------------------------------------------------------- merging


def test_nothing_changes_where_nothing_changed(tmp_path: Path) -> None:
    package = plant(tmp_path)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in package.rglob("*.py")}
    assert kinds(tmp_path) == {}
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in package.rglob("*.py")} == before


def test_untouched_package_becomes_what_a_fresh_one_would_be(tmp_path: Path) -> None:
    package = plant(tmp_path)
    edit(tmp_path, FILL, "mean", "median")
    assert kinds(tmp_path)[PREPROCESSING] == "updated"
    assert files(package) == fresh(tmp_path)
    assert in_sync(tmp_path)


def test_hand_edit_and_change_of_the_notebook_both_survive(tmp_path: Path) -> None:
    package = plant(tmp_path)
    path = package / PREPROCESSING
    path.write_text(path.read_text().replace("import pandas", "import logging\n\nimport pandas", 1) + "\n\nMINE = 1\n")
    edit(tmp_path, FILL, "mean", "median")
    assert kinds(tmp_path)[PREPROCESSING] == "merged"
    assert "MINE = 1" in path.read_text() and ".median()" in path.read_text()
    assert in_sync(tmp_path)
    assert kinds(tmp_path) == {PREPROCESSING: "kept"}


def test_disagreement_is_marked_listed_and_gives_exit_code_1(tmp_path: Path) -> None:
    package = plant(tmp_path)
    path = package / PREPROCESSING
    path.write_text(path.read_text().replace(".mean()", ".max()"))
    edit(tmp_path, FILL, "mean", "median")
    result = CliRunner().invoke(main, ["extract", str(tmp_path / "people.ipynb"), "-o", str(package)])
    assert result.exit_code == 1
    assert f"{PREPROCESSING}: conflict: " in result.stdout
    text = path.read_text()
    assert text.index("<<<<<<< yours") < text.index(".max()") < text.index("=======") < text.index(".median()")
    assert [finding.message for finding in check([str(package)])[0].findings] == ["conflicts are not settled"]


def conflicting(folder: Path) -> Path:
    path = plant(folder) / PREPROCESSING
    path.write_text(path.read_text().replace(".mean()", ".max()"))
    edit(folder, FILL, "mean", "median")
    assert [change.path for change in extract(folder).conflicts] == [PREPROCESSING]
    return path


def test_unsettled_conflict_is_not_merged_over(tmp_path: Path) -> None:
    path = conflicting(tmp_path)
    before = tree(tmp_path)
    edit(tmp_path, FILL, "median", "min")
    with pytest.raises(Refusal, match=f"not settled: {PREPROCESSING}"):
        extract(tmp_path)
    assert tree(tmp_path / "people").items() <= {p.removeprefix("people/"): d for p, d in before.items()}.items()
    assert "<<<<<<< yours" in path.read_text()


def test_settled_conflict_is_kept(tmp_path: Path) -> None:
    path = conflicting(tmp_path)
    lines = path.read_text().splitlines(keepends=True)
    start, middle, end = (next(i for i, line in enumerate(lines) if line.startswith(sign * 7)) for sign in "<=>")
    path.write_text("".join([*lines[:start], *lines[start + 1 : middle], *lines[end + 1 :]]))
    assert kinds(tmp_path) == {PREPROCESSING: "kept"}
    assert ".max()" in path.read_text()
    assert in_sync(tmp_path)


def test_lines_that_fit_but_are_no_python_together_are_a_conflict(tmp_path: Path) -> None:
    package = plant(tmp_path)
    one, two, both = (loop(first, last) for first, last in [(True, False), (False, True), (True, True)])
    extract(tmp_path, template=template(tmp_path, both))
    (package / "extra.py").write_text(two)
    template(tmp_path, one)
    assert kinds(tmp_path, template=tmp_path / "own") == {"extra.py": "conflict"}
    assert (package / "extra.py").read_text() == loop(False, False)


def loop(first: bool, last: bool) -> str:
    """Write a loop; without its first and its last line it is no Python."""
    lines = ["    print(1)"] * first + ["    # one", "    # two"] + ["    print(2)"] * last
    return "\n".join(["for _ in range(3):", *lines, ""])


def test_lost_base_makes_every_difference_a_conflict(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (package / TRAINING).write_text((package / TRAINING).read_text() + "MINE = 1\n")
    (package / ".nb2prod" / "base" / f"{TRAINING}.orig").write_text("something else")
    assert kinds(tmp_path) == {TRAINING: "conflict"}
    assert "MINE = 1" in (package / TRAINING).read_text()


def test_lost_base_does_not_matter_where_nobody_edited(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (package / ".nb2prod" / "base" / f"{PREPROCESSING}.orig").unlink()
    edit(tmp_path, FILL, "mean", "median")
    assert kinds(tmp_path)[PREPROCESSING] == "updated"
    assert files(package) == fresh(tmp_path)


def test_line_ends_of_another_system_are_kept(tmp_path: Path) -> None:
    package = plant(tmp_path)
    for path in [*package.rglob("*.py"), *package.rglob("*.orig")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    path = package / PREPROCESSING
    path.write_bytes(path.read_bytes() + b"MINE = 1\r\n")
    edit(tmp_path, FILL, "mean", "median")
    assert kinds(tmp_path)[PREPROCESSING] == "merged"
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")
    assert in_sync(tmp_path)


# ---------------------------------------------------------------------- files that come and go


def test_deleted_file_stays_deleted(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (package / PREPROCESSING).unlink()
    edit(tmp_path, FILL, "mean", "median")
    assert kinds(tmp_path)[PREPROCESSING] == "deleted"
    edit(tmp_path, FILL, "median", "max")
    assert kinds(tmp_path)[PREPROCESSING] == "deleted"
    assert not (package / PREPROCESSING).exists()
    assert in_sync(tmp_path)


def template(folder: Path, text: str) -> Path:
    """Write a template of one more file."""
    (folder / "own").mkdir(exist_ok=True)
    (folder / "own" / "extra.py").write_text(text)
    return folder / "own"


def test_file_that_is_no_longer_generated_goes(tmp_path: Path) -> None:
    package = plant(tmp_path)
    before = files(package)
    assert kinds(tmp_path, template=template(tmp_path, "x = 1\n")) == {"extra.py": "added"}
    assert kinds(tmp_path) == {"extra.py": "removed"}
    assert files(package) == before
    assert not (package / ".nb2prod" / "base" / "extra.py.orig").exists()


def test_edited_file_that_is_no_longer_generated_stays_and_is_listed_once(tmp_path: Path) -> None:
    package = plant(tmp_path)
    extract(tmp_path, template=template(tmp_path, "x = 1\n"))
    (package / "extra.py").write_text("mine = 1\n")
    assert kinds(tmp_path) == {"extra.py": "conflict"}
    assert (package / "extra.py").read_text() == "mine = 1\n"
    assert kinds(tmp_path) == {}
    assert in_sync(tmp_path)


def test_file_of_yours_in_the_place_of_a_new_one_is_listed_and_not_touched(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (package / "extra.py").write_text("mine = 1\n")
    for _ in range(2):
        assert kinds(tmp_path, template=template(tmp_path, "x = 1\n")) == {"extra.py": "conflict"}
        assert (package / "extra.py").read_text() == "mine = 1\n"


def test_folder_in_the_place_of_a_new_file_is_listed_and_not_touched(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (package / "extra.py").mkdir()
    assert kinds(tmp_path, template=template(tmp_path, "x = 1\n")) == {"extra.py": "conflict"}
    assert (package / "extra.py").is_dir()


def test_file_in_the_place_of_a_folder_leaves_its_files_deleted(tmp_path: Path) -> None:
    package = plant(tmp_path)
    shutil.rmtree(package / "tests")
    (package / "tests").write_text("mine\n")
    assert set(kinds(tmp_path).values()) == {"deleted"}
    assert (package / "tests").read_text() == "mine\n"


def test_files_of_others_are_not_touched(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (package / "data").mkdir()
    (package / "empty").mkdir()
    (package / "data" / "people.csv").write_text("age\n")
    (package / "src" / "people" / "app.py").write_text("app = 1\n")
    (package / ".nb2prod" / "verified.json").write_text("{}")
    (package / "run.sh").write_text("#!/bin/sh\n")
    (package / "run.sh").chmod(0o750)
    (package / "here").symlink_to("data/people.csv")
    (package / "nowhere").symlink_to("../../nowhere")
    (package / ".git" / "objects").mkdir(parents=True)
    names = ["data/people.csv", "src/people/app.py", ".nb2prod/verified.json", "run.sh"]
    before = {name: (package / name).stat() for name in names}
    edit(tmp_path, FILL, "mean", "median")
    extract(tmp_path)
    for name, old in before.items():
        now = (package / name).stat()
        assert (now.st_ino, now.st_mtime_ns, now.st_mode) == (old.st_ino, old.st_mtime_ns, old.st_mode)
    assert (package / "empty").is_dir() and (package / ".git" / "objects").is_dir()
    assert ((package / "here").readlink(), (package / "nowhere").readlink()) == (
        Path("data/people.csv"),
        Path("../../nowhere"),
    )


def test_permissions_of_an_edited_file_are_kept(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (package / PREPROCESSING).chmod(0o755)
    edit(tmp_path, FILL, "mean", "median")
    extract(tmp_path)
    assert stat.S_IMODE((package / PREPROCESSING).stat().st_mode) == 0o755


def test_nothing_is_left_beside_the_package(tmp_path: Path) -> None:
    plant(tmp_path)
    before = set(tmp_path.iterdir())
    edit(tmp_path, FILL, "mean", "median")
    extract(tmp_path)
    assert set(tmp_path.iterdir()) == before


def test_random_edits_of_both_sides_lose_nothing(tmp_path: Path) -> None:
    random = Random(4)
    for number in range(12):
        folder = tmp_path / str(number)
        package = plant(folder)
        marks: dict[str, list[str]] = {}
        for path in random.sample(sorted(package.glob("src/people/*.py")), 4):
            lines = path.read_text().splitlines(keepends=True)
            for _ in range(random.randint(1, 4)):
                place = random.randrange(len(lines) + 1)
                mark = f"# mine {random.random()}\n"
                lines[place : place + random.randint(0, 2)] = [mark]
                marks.setdefault(path.name, []).append(mark)
            path.write_text("".join(lines))
            marks[path.name] = [mark for mark in marks[path.name] if mark in lines]
        edit(folder, FILL, *random.choice([("mean", "median"), ("fillna(0)", "fillna(1)"), ("pay", "salary")]))
        extract(folder)
        for name, written in marks.items():
            text = (package / "src" / "people" / name).read_text()
            assert [mark for mark in written if mark not in text] == []


# ---------------------------------------------------------------------- showing


@pytest.mark.parametrize("option", ["dry_run", "diff"])
def test_showing_writes_nothing(tmp_path: Path, option: str) -> None:
    plant(tmp_path)
    edit(tmp_path, FILL, "mean", "median")
    before = {path: path.stat().st_mtime_ns for path in [tmp_path, *tmp_path.rglob("*")]}
    assert kinds(tmp_path, **{option: True})[PREPROCESSING] == "updated"
    assert {path: path.stat().st_mtime_ns for path in [tmp_path, *tmp_path.rglob("*")]} == before


def test_diff_shows_what_would_change_and_no_more(tmp_path: Path) -> None:
    package = plant(tmp_path)
    edit(tmp_path, FILL, "fillna(0)", "fillna(1)")
    result = CliRunner().invoke(main, ["extract", str(tmp_path / "people.ipynb"), "-o", str(package), "--diff"])
    assert result.exit_code == 0
    changed = [line for line in result.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert [line for line in changed if "fillna" in line] == [
        '-    df["pay"] = df["pay"].fillna(0)',
        '+    df["pay"] = df["pay"].fillna(1)',
    ]


def test_diff_of_a_new_package_is_all_of_it(tmp_path: Path) -> None:
    plant(tmp_path)
    found = extract_package(Request(tmp_path / "people.ipynb", tmp_path / "new", "people", diff=True))
    assert found.diff.count("--- /dev/null\n") == len(found.files) > 10
    assert not (tmp_path / "new").exists()


def test_json_lists_changes_and_conflicts(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (package / PREPROCESSING).write_text("x = 1\n")
    (package / "README.md").unlink()
    edit(tmp_path, FILL, "mean", "median")
    result = CliRunner().invoke(
        main, ["extract", str(tmp_path / "people.ipynb"), "-o", str(package), "--json", "--dry-run"]
    )
    said = json.loads(result.stdout)
    assert (result.exit_code, said["conflicts"], said["written"]) == (1, [PREPROCESSING], False)
    assert {"path": "README.md", "kind": "deleted", "why": ""} in said["changes"]


# ---------------------------------------------------------------------- refusals


def test_package_keeps_its_name(tmp_path: Path) -> None:
    package = plant(tmp_path)
    (tmp_path / "people.ipynb").rename(tmp_path / "others.ipynb")
    extract_package(Request(tmp_path / "others.ipynb", package))
    assert (package / "src" / "people").is_dir() and not (package / "src" / "others").exists()
    assert in_sync(tmp_path)


def another_name(package: Path) -> dict[str, object]:
    return {"name": "others"}


def manifest_damaged(package: Path) -> dict[str, object]:
    (package / ".nb2prod" / "manifest.json").write_text("{")
    return {}


def inner_link(package: Path) -> dict[str, object]:
    (package / ".nb2prod").rename(package.parent / "elsewhere")
    (package / ".nb2prod").symlink_to(package.parent / "elsewhere")
    return {}


def folder_link(package: Path) -> dict[str, object]:
    (package / "src").rename(package.parent / "elsewhere")
    (package / "src").symlink_to(package.parent / "elsewhere")
    return {}


def file_link(package: Path) -> dict[str, object]:
    (package / "README.md").rename(package.parent / "elsewhere")
    (package / "README.md").symlink_to(package.parent / "elsewhere")
    return {}


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (another_name, "NB501"),
        (manifest_damaged, "NB603"),
        (inner_link, "NB501"),
        (folder_link, "NB503"),
        (file_link, "NB503"),
    ],
)
def test_what_cannot_be_merged_is_refused_and_left_alone(
    tmp_path: Path, prepare: Callable[[Path], dict[str, object]], code: str
) -> None:
    package = plant(tmp_path)
    options = prepare(package)
    edit(tmp_path, HEAD, "df.head()", "df.tail()")
    before = tree(tmp_path)
    with pytest.raises(UserError) as caught:
        extract(tmp_path, **options)
    assert (caught.value.code, tree(tmp_path)) == (code, before)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    package = plant(tmp_path)
    edit(tmp_path, PLOT, "hist", "plot")
    tmp_path.chmod(0o500)
    package.chmod(0o500)
    try:
        with pytest.raises(UserError, match="cannot write"):
            extract(tmp_path)
    finally:
        tmp_path.chmod(0o700)
        package.chmod(0o700)
