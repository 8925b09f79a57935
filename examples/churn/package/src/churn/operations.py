"""Operations that learn as they run, taken apart: what they learn, and how rows are treated with it."""

from __future__ import annotations

from typing import Any

import pandas as pd


def learn_categories(data: Any, columns: Any = None) -> Any:
    """Give the categories that `pd.get_dummies` finds: a list for a series, a dict by column for a frame."""
    if not isinstance(data, pd.DataFrame):
        return list(pd.Categorical(data).categories)
    if columns is None:
        columns = data.select_dtypes(include=["object", "string", "category"]).columns
    return {column: list(pd.Categorical(data[column]).categories) for column in columns}


def with_categories(data: Any, categories: Any) -> Any:
    """Give the data with the categories of the training rows; values unseen in training become missing."""
    if not isinstance(data, pd.DataFrame):
        values = pd.Series(data)
        return values.astype(pd.CategoricalDtype(categories))
    return data.astype({column: pd.CategoricalDtype(known) for column, known in categories.items()})
