"""Putting a finished tree in place: all of it, or nothing and no trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import tree

from nb2prod.errors import UserError
from nb2prod.upkeep.write import install, staging


def write(destination: Path, text: str = "new") -> None:
    with staging(destination, destination.name) as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "a.txt").write_text(text)
        install(folder, destination)


def test_tree_moves_into_place_and_leaves_no_trace(tmp_path: Path) -> None:
    write(tmp_path / "out")
    assert tree(tmp_path) == {"out/sub/a.txt": b"new"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_missing_parents_are_made(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "out")
    assert tree(tmp_path) == {"a/b/out/sub/a.txt": b"new"}


def test_empty_folder_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out")
    assert tree(tmp_path) == {"out/sub/a.txt": b"new"}


@pytest.mark.parametrize("there", ["a.txt", ".hidden", "sub/"], ids=["a file", "a hidden file", "a folder"])
def test_folder_with_content_is_refused_and_kept(tmp_path: Path, there: str) -> None:
    path = tmp_path / "out" / there
    path.parent.mkdir()
    path.mkdir() if there.endswith("/") else path.write_text("mine")
    before = sorted(tmp_path.rglob("*")), tree(tmp_path)
    with pytest.raises(UserError, match="exists and is not an empty folder") as caught:
        write(tmp_path / "out")
    assert caught.value.code == "NB501"
    assert (sorted(tmp_path.rglob("*")), tree(tmp_path)) == before


def test_file_in_the_place_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UserError) as caught:
        write(tmp_path / "out")
    assert (caught.value.code, tree(tmp_path)) == ("NB501", {"out": b"mine"})


def test_link_that_leads_nowhere_is_replaced_or_refused_but_never_followed(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises((UserError, OSError)):
        write(tmp_path / "out")
    assert not (tmp_path / "elsewhere").exists()


def test_fault_on_the_way_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), staging(tmp_path / "out", "out") as folder:
        (folder / "half.txt").write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_staging_is_beside_the_destination_under_the_leaf_name(tmp_path: Path) -> None:
    with staging(tmp_path / "out", "leaf") as folder:
        assert (folder.name, folder.parent.parent) == ("leaf", tmp_path)
        assert list(folder.iterdir()) == []


def test_parent_that_is_a_file_is_a_fault_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match="cannot write to") as caught:
        write(tmp_path / "file" / "out")
    assert (caught.value.code, caught.value.exit_code) == ("NB503", 2)
