"""What a survey knows of one notebook, and its form in JSON.

Input: the findings of one analysis. Output: a frozen `Record`, which survives a round trip through JSON. Refuses
(`ValueError`) JSON that is no record, so that a damaged line of a cache counts as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from nb2prod.codes import CODES

Outcome = Literal["extracts", "refuses", "unreadable", "stopped", "crashes"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MEANINGS: Mapping[Outcome, str] = {
    "extracts": "a package comes of it",
    "refuses": "understood, and cannot be served as it is",
    "unreadable": "no Python notebook that can be read",
    "stopped": "not analysed within the time limit",
    "crashes": "nb2prod failed: a bug to report",
}
LEAKS = frozenset(code for code in CODES if code.startswith("NB30"))
"""The codes that say that a reported score has seen what it should not."""


@dataclass(frozen=True)
class Reason:
    """A finding: its code, what it says, and where."""

    code: str
    message: str
    cell: int | None = None
    line: int | None = None
    source: str = ""


@dataclass(frozen=True)
class Record:
    """One notebook of a survey."""

    path: str
    outcome: Outcome
    reason: Reason | None = None
    """Why there is no package."""
    warnings: tuple[Reason, ...] = ()
    estimators: tuple[str, ...] = ()
    """What is fitted in the notebook, by qualified name."""
    model: str = ""
    cells: int = 0
    seconds: float = 0.0

    @property
    def leaks(self) -> tuple[Reason, ...]:
        """The warnings that are about leakage."""
        return tuple(found for found in self.warnings if found.code in LEAKS)


def as_json(record: Record) -> dict[str, Any]:
    """The record as a JSON object."""
    return asdict(record)


def from_json(found: object) -> Record:
    """The record that a JSON object holds."""
    try:
        values: dict[str, Any] = dict(found)  # type: ignore[call-overload]
        reason, warnings = values.pop("reason"), values.pop("warnings")
        record = Record(
            **values,
            reason=Reason(**reason) if reason else None,
            warnings=tuple(Reason(**one) for one in warnings),
        )
    except (TypeError, KeyError, ValueError) as fault:
        raise ValueError(f"no record of a survey: {fault}") from fault
    if record.outcome not in OUTCOMES:
        raise ValueError(f"no record of a survey: {record.outcome!r}")
    return Record(**{**vars(record), "estimators": tuple(record.estimators)})
