"""What was compared: one `Found` for each value, in groups, as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Status = Literal["equal", "differs", "random", "unknown"]


LONGEST = 300


def in_words(fault: BaseException) -> str:
    """A fault in one line, however much a library has to say about it."""
    return f"{type(fault).__name__}: {' '.join(str(fault).split())}"[:LONGEST]


@dataclass(frozen=True)
class Found:
    """One comparison: what, how it came out, the difference in words, and the cell behind it."""

    group: str
    what: str
    status: Status
    said: str = ""
    cell: int = 0


@dataclass
class Results:
    """All comparisons of one package."""

    found: list[Found] = field(default_factory=list)
    first: str = ""
    """The first step that differs, in one sentence."""
    function: str = ""
    cell: int = 0
    rows: int = 0
    how: str = ""
    varies: bool = False
    """Whether the notebook's own runs differ."""

    def add(self, group: str, what: str, difference: str | None, cell: int = 0) -> None:
        """Note a comparison: an empty difference is none, None could not be compared."""
        status: Status = "unknown" if difference is None else "differs" if difference else "equal"
        self.found.append(Found(group, what, status, difference or "", cell))

    def unknown(self, group: str, what: str, why: str, cell: int = 0) -> None:
        """Note what could not be compared."""
        self.found.append(Found(group, what, "unknown", why, cell))

    def random(self, group: str, what: str, said: str, cell: int = 0) -> None:
        """Note a difference that is within the notebook's own spread."""
        self.found.append(Found(group, what, "random", said, cell))

    def wrong(self, *groups: str) -> list[Found]:
        """The differences of some groups."""
        return [found for found in self.found if found.status == "differs" and found.group in groups]

    def plain(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return asdict(self)
