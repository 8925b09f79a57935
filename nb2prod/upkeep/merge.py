"""Three-way merge of texts: what it was, what the user made of it, what it would be now.

Input: three texts as bytes. Output: the merged text and whether it holds conflicts. Lines that one side left
alone are taken from the other; where both changed them differently, both stand in the text between markers.
So every line that the user wrote is in the result. Works on lines of bytes: no encoding is assumed.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MINE, THEIRS, END = b"<<<<<<< yours\n", b"=======\n", b">>>>>>> notebook\n"


class Merged(NamedTuple):
    """A merged text, and the number of places in which the sides disagree."""

    text: bytes
    conflicts: int


class _Region(NamedTuple):
    """A stretch of lines on all three sides: start and end of each."""

    base: tuple[int, int]
    mine: tuple[int, int]
    theirs: tuple[int, int]


def merge(base: bytes | None, mine: bytes, theirs: bytes) -> Merged:
    """Merge two successors of a text; without the text itself, everything that differs is a conflict."""
    if mine == theirs or theirs == base:
        return Merged(mine, 0)
    if mine == base:
        return Merged(theirs, 0)
    if b"\r\n" in mine and b"\r\n" not in theirs and mine.count(b"\n") == mine.count(b"\r\n"):
        merged = merge(base, mine.replace(b"\r\n", b"\n"), theirs)
        return Merged(merged.text.replace(b"\n", b"\r\n"), merged.conflicts)
    sides = [_lines(text) for text in (base or b"", mine, theirs)]
    parts: list[bytes] = []
    conflicts = 0
    for lines, disagree in _merged(*sides, known=base is not None):
        conflicts += disagree
        parts += lines
    return Merged(_joined(parts), conflicts)


def breaks_syntax(merged: bytes, *sides: bytes) -> bool:
    """Tell whether a merged text is no Python although both sides were."""
    return not _is_python(merged) and all(_is_python(side) for side in sides)


def _is_python(text: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _lines(text: bytes) -> list[bytes]:
    return text.splitlines(keepends=True) if b"\r" not in text else [line for line in _at_line_feeds(text) if line]


def _at_line_feeds(text: bytes) -> list[bytes]:
    *ended, last = text.split(b"\n")
    return [*(line + b"\n" for line in ended), last]


def _joined(parts: Sequence[bytes]) -> bytes:
    """Join lines; one that lacked its line end at the end of a side gets it where others follow."""
    inner = [line if line.endswith(b"\n") else line + b"\n" for line in parts[:-1]]
    return b"".join([*inner, *parts[-1:]])


def _merged(
    base: list[bytes], mine: list[bytes], theirs: list[bytes], *, known: bool
) -> Iterator[tuple[list[bytes], bool]]:
    """Give the lines of the result stretch by stretch, and whether the sides disagree there."""
    at = (0, 0, 0)
    for region in _common(base, mine, theirs) if known else [_ends(base, mine, theirs)]:
        old = base[at[0] : region.base[0]]
        ours = mine[at[1] : region.mine[0]]
        new = theirs[at[2] : region.theirs[0]]
        yield from _settled(old, ours, new, known=known)
        yield base[slice(*region.base)], False
        at = (region.base[1], region.mine[1], region.theirs[1])


def _settled(
    old: list[bytes], ours: list[bytes], new: list[bytes], *, known: bool
) -> Iterator[tuple[list[bytes], bool]]:
    if known and (ours in (old, new) or new == old):
        yield (new if ours == old else ours), False
        return
    head = _same(ours, new)
    tail = _same(ours[head:][::-1], new[head:][::-1])
    inner, fresh = ours[head : len(ours) - tail], new[head : len(new) - tail]
    yield ours[:head], False
    if inner or fresh:
        yield [MINE, *inner, THEIRS, *fresh, END], True
    yield ours[len(ours) - tail :], False


def _same(one: list[bytes], other: list[bytes]) -> int:
    """Count the lines that two texts have in common at their start."""
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return count


def _common(base: list[bytes], mine: list[bytes], theirs: list[bytes]) -> Iterator[_Region]:
    """Find the stretches of the base that both sides kept; the last one is the empty end."""
    kept, fresh = _blocks(base, mine), _blocks(base, theirs)
    one = other = 0
    while one < len(kept) and other < len(fresh):
        (at, mine_at, size), (there, theirs_at, length) = kept[one], fresh[other]
        start, end = max(at, there), min(at + size, there + length)
        if start < end:
            ours, new = mine_at + start - at, theirs_at + start - there
            yield _Region((start, end), (ours, ours + end - start), (new, new + end - start))
        if at + size < there + length:
            one += 1
        else:
            other += 1
    yield _ends(base, mine, theirs)


def _ends(base: list[bytes], mine: list[bytes], theirs: list[bytes]) -> _Region:
    return _Region((len(base),) * 2, (len(mine),) * 2, (len(theirs),) * 2)


def _blocks(one: list[bytes], other: list[bytes]) -> list[tuple[int, int, int]]:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]
