"""How far the notebook's own runs lie apart: the yardstick where training is random.

With one run there is no spread, and nothing is excused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compare import UnknownError, learned_differ, rows_agree, table
from .recorded import Missing, Recorded

WIDER = 2.0
"""A run of the package may lie this much further off than the runs of the notebook do among themselves."""
SLACK = 0.02


class Spread:
    """The differences between runs of one notebook."""

    def __init__(self, runs: list[Recorded]) -> None:
        self.runs = runs

    def covers_metric(self, number: int, got: float) -> bool:
        """Tell whether a metric lies within the spread."""
        values = [run.value(number) for run in self.runs]
        if len(values) < 2 or any(isinstance(value, Missing) or not np.isscalar(value) for value in values):
            return False
        known = np.array(values, dtype=float)
        width = float(known.max() - known.min())
        return width > 0 and bool(abs(got - known.mean()) <= WIDER * width + SLACK * abs(known.mean()))

    def varies(self, asked: dict[str, Any]) -> bool:
        """Tell whether the notebook itself learns another value in each run."""
        if len(self.runs) < 2:
            return False
        first, *others = [run.learned(asked) for run in self.runs]
        if any(isinstance(value, Missing) for value in (first, *others)):
            return False
        try:
            return any(learned_differ(value, first) for value in others)
        except UnknownError:
            return False

    def covers_answers(self, got: Any, wanted: Any, others: list[Any]) -> bool:
        """Tell whether answers lie as close to one run as other runs do."""
        known = [other for other in others if not isinstance(other, Missing)]
        if not known:
            return False
        width = max(distance(other, wanted) for other in known)
        return width > 0 and distance(got, wanted) <= WIDER * width + SLACK


def distance(got: Any, wanted: Any) -> float:
    """The part of the rows that differ, for numbers their mean difference in standard deviations."""
    got, wanted = table(got), table(wanted)
    if got.shape != wanted.shape:
        return float("inf")
    if got.dtype.kind == "f" and wanted.dtype.kind == "f":
        scale = float(np.nanstd(wanted)) or 1.0
        return float(np.nanmean(np.abs(got - wanted)) / scale)
    return float((~rows_agree(got, wanted)).mean())
