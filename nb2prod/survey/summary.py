"""Count a survey: outcomes, what to fix first, leakage, estimators.

Input: records. Output: a frozen `Summary` of plain counts, which is also the JSON of the survey. The same records
give the same summary, in whatever order they came.
"""

from __future__ import annotations

import json
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nb2prod import __version__
from nb2prod.codes import CODES
from nb2prod.survey.records import OUTCOMES, Reason, Record, as_json

_NAMES = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\b\d+\b|\b[\w.]*(?:\.\w|\w_\w|\w\(\))[\w.()]*")


@dataclass(frozen=True)
class Place:
    """Where a finding can be looked at."""

    path: str
    cell: int | None


@dataclass(frozen=True)
class Row:
    """A finding that many notebooks share: how many, and the first of them."""

    code: str
    title: str
    message: str
    notebooks: int
    first: Place
    do: str = ""


@dataclass(frozen=True)
class Summary:
    """A survey in numbers."""

    outcomes: Mapping[str, int]
    reasons: tuple[Row, ...]
    """Why there is no package, the most frequent first."""
    leaks: tuple[Row, ...]
    leaking: int
    """Notebooks with at least one kind of leakage."""
    estimators: tuple[tuple[str, int], ...]
    """What is fitted, and in how many notebooks."""
    median: float
    """Seconds for one notebook."""

    @property
    def notebooks(self) -> int:
        """How many notebooks there are."""
        return sum(self.outcomes.values())


def summarise(records: Iterable[Record]) -> Summary:
    """Count the records."""
    records = sorted(records, key=lambda record: record.path)
    outcomes = Counter(record.outcome for record in records)
    estimators = Counter(name for record in records for name in set(record.estimators))
    return Summary(
        {outcome: outcomes[outcome] for outcome in OUTCOMES},
        _rows((record, (record.reason,)) for record in records if record.reason),
        _rows((record, record.leaks) for record in records),
        sum(bool(record.leaks) for record in records),
        tuple(sorted(estimators.items(), key=lambda item: (-item[1], item[0]))),
        statistics.median(record.seconds for record in records) if records else 0.0,
    )


def _rows(found: Iterable[tuple[Record, tuple[Reason, ...]]]) -> tuple[Row, ...]:
    """Group by code and by what is said, whatever names it is said of; a notebook counts once in a group."""
    groups: defaultdict[tuple[str, str], dict[str, Reason]] = defaultdict(dict)
    for record, reasons in found:
        for reason in reasons:
            groups[reason.code, pattern(reason.message)].setdefault(record.path, reason)
    rows = [_row(code, members) for (code, _), members in groups.items()]
    return tuple(sorted(rows, key=lambda row: (-row.notebooks, row.code, row.message)))


def _row(code: str, members: dict[str, Reason]) -> Row:
    path, reason = next(iter(members.items()))
    known = CODES.get(code)
    title = known.title if known else "nb2prod did not finish"
    do = known.do if known else "report it with the notebook"
    said = {member.message for member in members.values()}
    message = reason.message if len(said) == 1 else pattern(reason.message)
    return Row(code, title, message, len(members), Place(path, reason.cell), do)


def pattern(message: str) -> str:
    """The message without what it names: quoted text, dotted and underscored names, numbers."""
    return _NAMES.sub("…", message)


def survey_json(records: Iterable[Record], summary: Summary) -> str:
    """The survey as one JSON object."""
    found: dict[str, Any] = {
        "nb2prod": __version__,
        "notebooks": summary.notebooks,
        "outcomes": dict(summary.outcomes),
        "seconds_median": summary.median,
        "fix_first": [_as_json(row) for row in summary.reasons],
        "leakage": {"notebooks": summary.leaking, "kinds": [_as_json(row) for row in summary.leaks]},
        "estimators": dict(summary.estimators),
        "records": [as_json(record) for record in sorted(records, key=lambda record: record.path)],
    }
    return json.dumps(found, indent=1, ensure_ascii=False)


def _as_json(row: Row) -> dict[str, Any]:
    return {**vars(row), "first": vars(row.first)}
