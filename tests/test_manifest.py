"""The manifest: what it says of a package, and that a damaged or hostile one is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import WriteNotebook, tree
from drift.samples import FILL, TEXT, plant
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.extract import Request, extract_package
from nb2prod.upkeep.manifest import ManifestError, digest, inside, read_manifest, text_digest


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return plant(tmp_path)


def content(package: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((package / ".nb2prod" / "manifest.json").read_text(encoding="utf-8"))
    return found


def put(package: Path, value: object) -> None:
    (package / ".nb2prod" / "manifest.json").write_text(json.dumps(value), encoding="utf-8")


# ---------------------------------------------------------------------- what it says


def test_manifest_lists_every_generated_file_with_its_digest(package: Path) -> None:
    files = {path: digest(data) for path, data in tree(package).items() if not path.startswith(".nb2prod/")}
    assert read_manifest(str(package)).files == files
    assert read_manifest(str(package)).kept == {}


def test_pristine_copies_are_those_files(package: Path) -> None:
    bases = tree(package / ".nb2prod" / "base")
    assert {path: digest(data) for path, data in bases.items()} == {
        f"{path}.orig": code for path, code in read_manifest(str(package)).files.items()
    }


def test_manifest_tells_which_cells_feed_a_function(package: Path) -> None:
    uses = {(use.module, use.name): use.cells for use in read_manifest(str(package)).functions}
    assert uses["preprocessing", "preprocess"] == [FILL + 1]


def test_manifest_remembers_the_options(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    path = write_notebook(TEXT)
    extract_package(Request(path, tmp_path / "out", model="model"))
    assert read_manifest(str(tmp_path / "out")).options == {
        "name": "people",
        "model": "model",
        "prediction": None,
        "fit_on": "notebook",
        "template": None,
    }


def test_same_notebook_gives_the_same_manifest(package: Path, tmp_path: Path) -> None:
    extract_package(Request(tmp_path / "people.ipynb", tmp_path / "again", "people"))
    assert tree(tmp_path / "again") == tree(package)


@pytest.mark.parametrize(
    ("output", "way"),
    [("out", "../people.ipynb"), ("a/b/out", "../../../people.ipynb"), ("linked/out", "../../people.ipynb")],
    ids=["beside", "deeper", "behind a link"],
)
def test_manifest_knows_the_way_to_the_notebook(
    write_notebook: WriteNotebook, tmp_path: Path, output: str, way: str
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to("real")
    extract_package(Request(write_notebook(TEXT), tmp_path / output, "people"))
    assert read_manifest(str(tmp_path / output)).origin.path == way
    assert (tmp_path / output).resolve().joinpath(way).exists()


# ---------------------------------------------------------------------- damage


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ('{"format": 2', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no JSON object"),
        ('{"format": 1}', "its format is 1"),
        ('{"format": 99}', "its format is 99"),
        ("{}", "its format is None"),
    ],
    ids=["empty", "cut short", "nested", "a list", "older", "newer", "no format"],
)
def test_damaged_text_is_refused(package: Path, text: str, says: str) -> None:
    (package / ".nb2prod" / "manifest.json").write_text(text)
    with pytest.raises(ManifestError, match=says):
        read_manifest(str(package))


def places(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the way to every value in a JSON object, except into free-form lists beyond their first item."""
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items += value.items()
    elif isinstance(value, list):
        items += [(0, item) for item in value[:1]]
    return [way for key, inner in items for way in [(*here, key), *places(inner, (*here, key))]]


def test_wrong_types_are_refused_everywhere(package: Path) -> None:
    good = content(package)
    for way in places(good):
        if way[0] in ("lines", "nb2prod", "state"):  # for people, and for nb2prod of this version
            continue
        bad = json.loads(json.dumps(good))
        target = bad
        for key in way[:-1]:
            target = target[key]
        target[way[-1]] = 1.5
        put(package, bad)
        with pytest.raises(ManifestError):
            read_manifest(str(package))


HOSTILE = [
    "../outside",
    "/etc/passwd",
    "a/../../b",
    "a//b",
    "./a",
    "..",
    "",
    "a\\b",
    "c:d",
    "a\0b",
    ".nb2prod/manifest.json",
]


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize("section", ["files", "kept"])
def test_paths_that_leave_the_folder_are_refused(package: Path, section: str, path: str) -> None:
    bad = content(package)
    bad[section][path] = "0"
    put(package, bad)
    with pytest.raises(ManifestError, match="not in its folder"):
        read_manifest(str(package))


@given(st.text(alphabet="./ab~", max_size=8))
def test_no_path_that_is_inside_leads_outside(path: str) -> None:
    if inside(path):
        assert os.path.normpath(f"/root/{path}").startswith("/root/")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda path: path.unlink(), "No such file"),
        (lambda path: (path.unlink(), path.mkdir()), "Is a directory"),
    ],
    ids=["gone", "a folder"],
)
def test_missing_manifest_is_said(package: Path, damage: Callable[[Path], object], says: str) -> None:
    damage(package / ".nb2prod" / "manifest.json")
    with pytest.raises(ManifestError, match=says):
        read_manifest(str(package))


def test_line_ends_do_not_change_the_digest_of_a_text() -> None:
    assert text_digest(b"a\r\nb\r\n") == text_digest(b"a\nb\n") != text_digest(b"a\nb")
