"""Norms of columns, kept from training."""

from __future__ import annotations

from typing import Any

import numpy as np


def column_norms(data: Any, norm: str = "l2") -> Any:
    """Give the norm of each column; columns of zeros get 1, so that they stay zero."""
    values = np.abs(np.asarray(data, dtype=float))
    found = {"l1": values.sum(axis=0), "l2": np.sqrt((values**2).sum(axis=0)), "max": values.max(axis=0)}[norm]
    return np.where(found == 0, 1.0, found)
