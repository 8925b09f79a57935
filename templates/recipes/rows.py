"""Rows told by their labels."""

from __future__ import annotations

from typing import Any

import numpy as np


def rows_among(data: Any, labels: Any) -> Any:
    """Give the rows with these labels, in the labels' order; rows that were left out stay out."""
    return data.loc[labels.intersection(data.index, sort=False)]


def rows_at(data: Any, wanted: Any, labels: Any) -> Any:
    """Give the rows with the wanted labels, in that order; `labels` are those of all rows."""
    places = labels.get_indexer(wanted)
    return data.iloc[places] if hasattr(data, "iloc") else data[places]


def of_some(method: Any, rows: Any) -> Any:
    """Give an estimator's answers for rows of which there may be none, where it would refuse to answer."""
    return method(rows) if rows.shape[0] else np.empty(0)
