"""Compare predictions and metrics: floats within a relative tolerance, everything else exactly.

Input: plain lists. Output: sentences about what differs; none means equal.
"""

from __future__ import annotations

import math
from typing import Any

RTOL = 1e-6
ATOL = 1e-9


def same(got: object, want: object) -> bool:
    """Whether two predictions of one row agree."""
    if isinstance(got, list) and isinstance(want, list):
        return len(got) == len(want) and all(map(same, got, want))
    if isinstance(got, int | float) and isinstance(want, int | float):
        both_nan = math.isnan(got) and math.isnan(want)
        return both_nan or math.isclose(got, want, rel_tol=RTOL, abs_tol=ATOL)
    return bool(got == want)


def differences(what: str, got: list[Any], want: list[Any]) -> list[str]:
    """Return at most one sentence: how `got` differs from `want`, with the first row that does."""
    if len(got) != len(want):
        return [f"{what}: {len(got)} answers for {len(want)} rows"]
    wrong = [i for i in range(len(want)) if not same(got[i], want[i])]
    if not wrong:
        return []
    first = wrong[0]
    return [f"{what}: {len(wrong)}/{len(want)} rows differ, row {first} is {got[first]!r}, not {want[first]!r}"]


def missing_metrics(got: dict[str, Any], want: dict[str, float]) -> list[str]:
    """Return a sentence for each metric of the notebook whose value the package does not report."""
    values = [value for value in got.values() if isinstance(value, int | float)]
    return [
        f"metric {name} = {value!r} is not among {got}"
        for name, value in want.items()
        if not any(same(reported, value) for reported in values)
    ]
