"""Merging three texts: who changed what, what is a conflict, and that nothing that a user wrote is lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.upkeep.merge import breaks_syntax, merge

BASE = "a\nb\nc\nd\ne\n"


def merged(base: str | None, mine: str, theirs: str) -> tuple[str, int]:
    found = merge(base.encode() if base is not None else None, mine.encode(), theirs.encode())
    return found.text.decode(), found.conflicts


@pytest.mark.parametrize(
    ("mine", "theirs", "result"),
    [
        (BASE, BASE, BASE),
        ("a\nB\nc\nd\ne\n", BASE, "a\nB\nc\nd\ne\n"),
        (BASE, "a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n"),
        ("a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n"),
        ("A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "A\nb\nc\nd\nE\n"),
        ("a\nb\nc\nd\ne\nmine\n", "theirs\na\nb\nc\nd\ne\n", "theirs\na\nb\nc\nd\ne\nmine\n"),
        ("a\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "a\nc\nd\nE\n"),
        ("a\nb\nx\nc\nd\ne\n", "b\nc\nd\n", "b\nx\nc\nd\n"),
        ("", BASE, ""),
        ("a\r\nB\r\nc\r\nd\r\ne\r\n", "a\nb\nc\nd\nE\n", "a\r\nB\r\nc\r\nd\r\nE\r\n"),
    ],
    ids=[
        "nothing",
        "mine",
        "theirs",
        "both alike",
        "far apart",
        "both ends",
        "a deletion",
        "an insertion among deletions",
        "all deleted",
        "other line ends",
    ],
)
def test_changes_that_agree_are_merged(mine: str, theirs: str, result: str) -> None:
    assert merged(BASE, mine, theirs) == (result, 0)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "result"),
    [
        ("a\nb\nc\n", "a\nM\nc\n", "a\nT\nc\n", "a\n<<<<<<< yours\nM\n=======\nT\n>>>>>>> notebook\nc\n"),
        ("a\nb\nc\n", "a\nc\n", "a\nT\nc\n", "a\n<<<<<<< yours\n=======\nT\n>>>>>>> notebook\nc\n"),
        ("a\nb\n", "a\nM\nb\n", "a\nT\nb\n", "a\n<<<<<<< yours\nM\n=======\nT\n>>>>>>> notebook\nb\n"),
        ("a\nb\n", "M\nb\n", "a\nT\n", "<<<<<<< yours\nM\nb\n=======\na\nT\n>>>>>>> notebook\n"),
        ("b", "M", "T", "<<<<<<< yours\nM\n=======\nT\n>>>>>>> notebook\n"),
        ("b\n", "x\nM\ny\n", "x\nT\ny\n", "x\n<<<<<<< yours\nM\n=======\nT\n>>>>>>> notebook\ny\n"),
        (None, "x\nM\n", "x\nT\n", "x\n<<<<<<< yours\nM\n=======\nT\n>>>>>>> notebook\n"),
        (None, "x\n", "x\nT\n", "x\n<<<<<<< yours\n=======\nT\n>>>>>>> notebook\n"),
    ],
    ids=["a line", "deleted", "inserted", "side by side", "no line end", "common ends", "no base", "no base, longer"],
)
def test_changes_that_disagree_both_stand_between_markers(
    base: str | None, mine: str, theirs: str, result: str
) -> None:
    assert merged(base, mine, theirs) == (result, 1)


LINES = st.lists(st.sampled_from("abcde"), max_size=12).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(LINES, LINES)
def test_one_sided_changes_win(base: str, other: str) -> None:
    assert merged(base, other, base) == merged(base, base, other) == merged(base, other, other) == (other, 0)


@given(LINES, LINES, LINES)
def test_merge_without_conflict_does_not_depend_on_the_side(base: str, mine: str, theirs: str) -> None:
    one, other = merged(base, mine, theirs), merged(base, theirs, mine)
    assert one[1] == other[1]
    assert one[1] or one == other


@given(
    st.lists(st.sampled_from("abcd"), max_size=10),
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 2)), max_size=4),
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 2)), max_size=4),
)
def test_every_line_that_somebody_wrote_is_in_the_result(
    base: list[str], mine_edits: list[tuple[int, int]], their_edits: list[tuple[int, int]]
) -> None:
    mine, theirs = edited(base, mine_edits, "mine"), edited(base, their_edits, "theirs")
    text, _ = merged(*("".join(f"{line}\n" for line in side) for side in (base, mine, theirs)))
    written = {line for line in (*mine, *theirs) if line not in base}
    assert written <= set(text.splitlines())


def edited(base: list[str], edits: list[tuple[int, int]], word: str) -> list[str]:
    """Write a new line at some places, over none, one or two lines of the base."""
    lines = list(base)
    for number, (place, length) in enumerate(edits):
        lines[place : place + length] = [f"{word} {number}"]
    return lines


@given(st.integers(0, 8), st.integers(0, 8))
def test_edits_three_lines_apart_merge_as_git_merges_them(mine_at: int, theirs_at: int) -> None:
    lines = [f"line {number}" for number in range(20)]
    mine, theirs = lines.copy(), lines.copy()
    mine[mine_at], theirs[theirs_at + 11] = "mine", "theirs"
    both = lines.copy()
    both[mine_at], both[theirs_at + 11] = "mine", "theirs"
    assert merged(*("\n".join(side) for side in (lines, mine, theirs))) == ("\n".join(both), 0)


@pytest.mark.skipif(shutil.which("git") is None, reason="compares with git")
@pytest.mark.parametrize("mine", ["a\nB\nc\nd\ne\n", "a\nb\nc\n", "x\na\nb\nc\nd\ne\n"])
@pytest.mark.parametrize("theirs", ["a\nb\nc\nd\nE\n", "a\nb\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\ne\ny\n"])
def test_what_git_merges_is_merged_alike(tmp_path: Path, mine: str, theirs: str) -> None:
    for name, text in (("mine", mine), ("base", BASE), ("theirs", theirs)):
        (tmp_path / name).write_text(text)
    git = subprocess.run(
        ["git", "merge-file", "-p", "mine", "base", "theirs"], cwd=tmp_path, capture_output=True, check=False
    )
    text, conflicts = merged(BASE, mine, theirs)
    assert (conflicts > 0) == (git.returncode > 0)
    assert conflicts or text.encode() == git.stdout


def test_bytes_of_any_encoding_survive() -> None:
    assert merge(b"a\nb\nc\nd\n", b"\xff\nb\nc\nd\n", b"a\nb\nc\n\x00\xfe\n").text == b"\xff\nb\nc\n\x00\xfe\n"


@pytest.mark.parametrize(
    ("text", "broken"),
    [(b"x = (\n", True), (b"x = 1\n", False)],
    ids=["no Python", "Python"],
)
def test_merge_that_is_no_python_is_noticed(text: bytes, broken: bool) -> None:
    assert breaks_syntax(text, b"x = 1\n", b"y = 2\n") is broken
    assert not breaks_syntax(text, b"x = (\n", b"y = 2\n")
