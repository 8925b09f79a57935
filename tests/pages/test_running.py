"""What counts as saying what a page shows."""

from __future__ import annotations

import pytest

from pages.running import says


@pytest.mark.parametrize(
    ("text", "expected", "same"),
    [
        ("anything", "", True),
        ("a b\n", "a b", True),
        ("a   b\nc\n", "a b\nc", True),
        ("a b", "a c", False),
        ("a b", "a", False),
        ("wrote 17 files", "wrote ... files", True),
        ("wrote files", "wrote ... files", True),
        ("a\nb\nc\nd\n", "a\n...\nd", True),
        ("a\nd\n", "a\n...\nd", True),
        ("a\nb\n", "a\n...", True),
        ("a\n", "a\n...", True),
        ("x NB601 y", "...NB601...\n...", True),
        ("x NB602 y", "...NB601...\n...", False),
    ],
)
def test_dots_stand_for_anything(text: str, expected: str, same: bool) -> None:
    assert says(text, expected) == same
