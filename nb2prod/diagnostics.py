"""What nb2prod has to say about a notebook: where, what, why it matters and what to do.

Input: the findings of every stage. Output: `Diagnostic` values with one-screen texts. Refuses a code that is
not in the catalogue, so that no message is without its reference page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nb2prod.codes import CODES as CODES
from nb2prod.codes import Code as Code
from nb2prod.codes import code as code

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Place:
    """A line of a notebook cell; cell 0 is the whole notebook, line 0 the whole cell."""

    notebook: str
    cell: int = 0
    line: int = 0
    source: str = ""

    def __str__(self) -> str:
        cell = f" cell {self.cell}" if self.cell else ""
        return f"{self.notebook}{cell}" + (f" line {self.line}" if self.line else "")


@dataclass(frozen=True)
class Diagnostic:
    """One finding; an empty `why` or `do` is filled from the catalogue."""

    code: str
    severity: Severity
    message: str
    place: Place | None = None
    why: str = ""
    do: str = ""

    def __post_init__(self) -> None:
        known = code(self.code)
        object.__setattr__(self, "why", self.why or known.why)
        object.__setattr__(self, "do", self.do or known.do)

    def render(self) -> str:
        """Give the finding as text: its place, the quoted source line, why and what to do."""
        head = f"{self.place}: " if self.place else ""
        source = self.place.source.strip() if self.place else ""
        lines = [f"{head}{self.code} {self.severity}: {self.message}"]
        lines += [f"    {source}"] if source else []
        return "\n".join([*lines, f"  why: {self.why}", f"  do:  {self.do}"])
