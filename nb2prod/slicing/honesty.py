"""Leakage and skew: report where the notebook's own evaluation saw what it should not have seen."""

from __future__ import annotations

from nb2prod.diagnostics import Diagnostic
from nb2prod.interpretation.trace import Trace
from nb2prod.leaks.choices import chosen_on_test
from nb2prod.leaks.rows import fitted_on_test, resampled_before_split
from nb2prod.leaks.statistics import early_statistics
from nb2prod.leaks.target import target_in_features
from nb2prod.slicing.fitting import FitSlice
from nb2prod.slicing.slices import ServeSlice


def find_leaks(trace: Trace, serving: ServeSlice, fitting: FitSlice) -> tuple[Diagnostic, ...]:
    """Everything by which the reported scores are better than those of new rows would be."""
    return (
        *early_statistics(trace, serving, fitting),
        *resampled_before_split(trace, serving),
        *fitted_on_test(trace, serving),
        *target_in_features(trace, serving),
        *chosen_on_test(trace, serving),
    )
