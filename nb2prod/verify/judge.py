"""From comparisons to a verdict: what is shown as a table, as JSON, in the record and in the README.

Input: the plain results of the comparison. Output: a frozen `Report`. A package passes if nothing differs and its
answers were compared; what could not be compared is counted, never passed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nb2prod.verify.inside.groups import GROUPS

Verdict = Literal["verified", "differs", "unknown"]
SHOWN = 3


@dataclass(frozen=True)
class Line:
    """One group of comparisons: how many came out how, and the differences in words."""

    group: str
    title: str
    equal: int
    differs: int
    random: int
    unknown: int
    details: tuple[str, ...]

    @property
    def state(self) -> str:
        """The group in one word."""
        if self.differs:
            return "differs"
        if self.random:
            return "random"
        return "equal" if self.equal else "not compared"

    @property
    def count(self) -> str:
        """How many of the values agree."""
        total = self.equal + self.differs + self.random + self.unknown
        return f"{self.equal} of {total}" if total else "none"


@dataclass(frozen=True)
class Report:
    """What `verify` found."""

    package: str
    notebook: str
    digest: str
    rows: int
    how: str
    runs: int
    first: str
    function: str
    cell: int
    lines: tuple[Line, ...]
    train_rows: bool = False
    """Whether the package learns from the train rows alone, so that only its inference is that of the notebook."""

    @property
    def verdict(self) -> Verdict:
        """Whether the package reproduces the notebook."""
        if any(line.differs for line in self.lines):
            return "differs"
        compared = {line.group for line in self.lines if line.equal or line.random}
        wanted = {"inference"} if self.train_rows else {"inference", "predictions"}
        return "verified" if wanted <= compared else "unknown"

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        if self.verdict == "differs":
            return f"{self.package} does not reproduce {self.notebook}: {self.first or 'see above'}"
        if self.verdict == "unknown":
            reason = next(
                (line.details[0] for line in self.lines if line.unknown and line.details), "nothing to compare"
            )
            return f"{self.package} could not be compared with {self.notebook}: {reason}"
        if self.train_rows:
            answers = f"with the notebook's own fitted objects {self.package} answers as {self.notebook} does"
            return f"{answers} ({self.rows} rows, {self.how}); it learns from the train rows alone, as was asked for"
        chance = " up to its own spread" if any(line.random for line in self.lines) else ""
        return f"{self.package} reproduces {self.notebook}{chance} ({self.rows} rows predicted, {self.how})"

    def plain(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "verdict": self.verdict,
            "package": self.package,
            "notebook": {"name": self.notebook, "digest": self.digest, "runs": self.runs},
            "rows": self.rows,
            "found_rows": self.how,
            "first_difference": {"said": self.first, "function": self.function, "cell": self.cell}
            if self.first
            else None,
            "checks": [
                {
                    "check": line.group,
                    "title": line.title,
                    "state": line.state,
                    "equal": line.equal,
                    "differs": line.differs,
                    "random": line.random,
                    "unknown": line.unknown,
                    "details": list(line.details),
                }
                for line in self.lines
            ],
        }

    def as_json(self) -> str:
        """The report as one JSON object."""
        return json.dumps(self.plain(), indent=1, ensure_ascii=False)


def judge(
    package: str, notebook: str, digest: str, runs: int, results: Mapping[str, Any], train_rows: bool = False
) -> Report:
    """Sum the comparisons up."""
    found = results["found"]
    lines = tuple(_line(group, [one for one in found if one["group"] == group]) for group in GROUPS)
    return Report(
        package=package,
        notebook=notebook,
        digest=digest,
        rows=results["rows"],
        how=results["how"],
        runs=runs,
        first=results["first"],
        function=results["function"],
        cell=results["cell"],
        lines=tuple(line for line in lines if line.count != "none"),
        train_rows=train_rows,
    )


def _line(group: str, found: Sequence[Mapping[str, Any]]) -> Line:
    count = {state: sum(one["status"] == state for one in found) for state in ("equal", "differs", "random", "unknown")}
    told = sorted(
        (one for one in found if one["said"]), key=lambda one: ("differs", "unknown", "random").index(one["status"])
    )
    details = [_detail(one) for one in told[:SHOWN]]
    if len(told) > SHOWN:
        details.append(f"and {len(told) - SHOWN} more")
    return Line(group, GROUPS[group], details=tuple(details), **count)


def _detail(found: Mapping[str, Any]) -> str:
    where = f"cell {found['cell']}: " if found["cell"] else ""
    word = "not compared: " if found["status"] == "unknown" else ""
    return f"{where}{found['what']}: {word}{found['said']}"


def may_be_random(results: Mapping[str, Any]) -> bool:
    """Whether only training differs, while the notebook's own objects give its answers: chance may explain that."""
    wrong = {one["group"] for one in results["found"] if one["status"] == "differs"}
    exact = any(one["group"] == "inference" and one["status"] == "equal" for one in results["found"])
    return bool(wrong) and exact and wrong <= {"metrics", "state", "predictions"}
