"""Take a Markdown document apart: its fenced blocks, the commands in them, its links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(?P<language>\w*)(?P<rest>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what stands behind the language, its text."""

    language: str
    rest: str
    text: str

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands of a console block."""
        return tuple(line.removeprefix("$ ") for line in self.text.splitlines() if line.startswith("$ "))


def blocks(document: Path, language: str) -> list[Block]:
    """Return the fenced blocks of one language."""
    found = _FENCE.finditer(document.read_text(encoding="utf-8"))
    return [Block(**match.groupdict()) for match in found if match["language"] == language]


def links(document: Path) -> list[str]:
    """Return the targets of all links."""
    return _LINK.findall(document.read_text(encoding="utf-8"))
