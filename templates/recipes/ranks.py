"""Ranks among the training rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def learn_ranks(data: Any) -> Any:
    """Keep the sorted values of a column, or of each column of a table."""
    if isinstance(data, pd.DataFrame):
        return {column: np.sort(data[column].dropna().to_numpy()) for column in data}
    return np.sort(data.dropna().to_numpy())


def ranks(data: Any, learned: Any, method: str = "average", ascending: bool = True, pct: bool = False) -> Any:
    """Give the rank that each value would have among the training rows."""
    if isinstance(data, pd.DataFrame):
        return data.apply(lambda column: ranks(column, learned[column.name], method, ascending, pct))
    known = np.unique(learned) if method == "dense" else learned
    present = data.notna().to_numpy()
    values = data.to_numpy()[present]
    below, upto = np.searchsorted(known, values, "left"), np.searchsorted(known, values, "right")
    if not ascending:
        below, upto = len(known) - upto, len(known) - below
    places = {"average": (below + upto + 1) / 2, "max": upto}.get(method, below + 1)
    result = np.full(len(data), np.nan)
    result[present] = places / len(known) if pct else places
    return pd.Series(result, index=data.index, name=data.name)


def learn_group_ranks(frame: pd.DataFrame, keys: Any, column: Any) -> Any:
    """Keep the sorted values of a column for each group."""
    values = frame[column]
    groups = frame.groupby(keys)[column].indices
    return {group: np.sort(values.iloc[rows].dropna().to_numpy()) for group, rows in groups.items()}


def group_ranks(frame: pd.DataFrame, keys: Any, column: Any, learned: Any, **settings: Any) -> pd.Series:
    """Give the rank that each value would have in its group; a group unseen in training gets a missing value."""
    result = pd.Series(np.nan, index=frame.index, name=column)
    for group, rows in frame.groupby(keys)[column].indices.items():
        if len(learned.get(group, ())):
            result.iloc[rows] = ranks(frame[column].iloc[rows], learned[group], **settings).to_numpy()
    return result
