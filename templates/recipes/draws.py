"""Random draws that filled gaps in training, as one value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def typical(drawn: Any) -> Any:
    """Give the mean of numbers, else the most frequent value; a gap stays one if nothing was drawn."""
    values = pd.Series(np.ravel(np.asarray(drawn)))
    if values.empty:
        return np.nan
    return float(values.mean()) if pd.api.types.is_numeric_dtype(values) else values.mode()[0]
