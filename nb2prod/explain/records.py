"""What is told of a notebook, as plain data: the input of the table, of the page and of ``--json``.

Statements are numbered in the order of the notebook's reading; everything else refers to those numbers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from nb2prod.facts.vocabulary import Role

FORMAT = 1

Fate = Literal["kept", "merged", "dropped", "refused", "open"]
"""``merged``: its effect is in the lines around it. ``open``: the notebook is refused before it is decided."""

Path = Literal["serving", "training", "none"]


@dataclass(frozen=True)
class Destination:
    """Lines of the package that came from a statement; ``function`` is empty at the top of a module."""

    module: str
    function: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Finding:
    """Something that nb2prod has to say: a refusal, a leak, a remark."""

    code: str
    severity: str
    message: str
    why: str
    do: str
    cell: int
    line: int
    statement: int | None


@dataclass(frozen=True)
class Statement:
    """A statement of a code cell; its lines are those of the cell, without the blocks of a compound statement."""

    number: int
    cell: int
    line: int
    end_line: int
    depth: int
    code: str
    roles: tuple[Role, ...]
    fate: Fate
    reason: str
    path: Path
    destinations: tuple[Destination, ...]
    learns: tuple[str, ...]
    recalls: tuple[str, ...]
    reads: tuple[int, ...]
    findings: tuple[int, ...]


@dataclass(frozen=True)
class Learned:
    """A value that training computes from many rows and inference recalls; or the model."""

    name: str
    computed: str
    model: bool
    cell: int
    statement: int
    learned_from: tuple[int, ...]
    stored: tuple[Destination, ...]
    recalled: tuple[Destination, ...]


@dataclass(frozen=True)
class Cell:
    """A cell of the notebook as stored; ``roles`` and ``reason`` speak of code cells."""

    number: int
    kind: str
    source: str
    heading: str
    roles: tuple[Role, ...]
    fate: Fate
    reason: str
    statements: tuple[int, ...]
    destinations: tuple[Destination, ...]
    findings: tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """What the package answers: the expression, the model, why this one, and what was not taken."""

    statement: int
    expression: str
    model: str
    estimator: str
    reason: str
    runners_up: tuple[str, ...]
    fitted: tuple[int, ...]
    target: str | None
    metrics: tuple[tuple[str, int], ...]
    columns: tuple[str, ...]
    """Columns of the raw rows that inference names; training finds out whether it needs others."""


@dataclass(frozen=True)
class Source:
    """A table that the notebook reads."""

    name: str
    path: str
    statement: int
    served: bool


@dataclass(frozen=True)
class Explanation:
    """Everything that is told of one notebook."""

    format: int
    notebook: str
    digest: str
    package: str
    cells: tuple[Cell, ...]
    statements: tuple[Statement, ...]
    learned: tuple[Learned, ...]
    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]
    answer: Answer | None
    refusal: int | None
    """The number of the finding for which the notebook is refused."""
    modules: tuple[tuple[str, str], ...]
    """The modules that came from the notebook: (name, text)."""

    def as_data(self) -> dict[str, object]:
        """Give plain data for JSON; the modules' texts are in the package."""
        found = asdict(self)
        del found["modules"]
        return found
