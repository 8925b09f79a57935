"""Standard scores with the mean and deviation of the training rows."""

from __future__ import annotations

from typing import Any

import numpy as np


def learn_z_scores(data: Any, axis: int | None = 0, ddof: int = 0, nan_policy: str = "propagate") -> Any:
    """Give mean and standard deviation as `scipy.stats.zscore` computes them."""
    values = np.asarray(data, dtype=float)
    mean, deviation = (np.nanmean, np.nanstd) if nan_policy == "omit" else (np.mean, np.std)
    return [mean(values, axis=axis), deviation(values, axis=axis, ddof=ddof)]


def z_scores(data: Any, learned: Any) -> Any:
    """Give standard scores; where training had one value only, they are missing."""
    mean, deviation = learned
    return (np.asarray(data, dtype=float) - mean) / np.where(deviation == 0, np.nan, deviation)
