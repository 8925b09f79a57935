"""Operations that learn as they run, taken apart: what they learn, and how rows are treated with it."""

from __future__ import annotations

from typing import Any

import pandas as pd


def by_group(frame: pd.DataFrame, keys: Any, table: pd.Series) -> pd.Series:
    """Look up each row's group in a table that training made; an unseen group gets a missing value."""
    names = list(keys) if isinstance(keys, (list, tuple)) else None
    if names is not None and len(names) > 1:
        groups: Any = pd.MultiIndex.from_frame(frame[names])
    else:
        key = names[0] if names else keys
        groups = pd.Index(frame[key] if isinstance(key, str) else key)
    return pd.Series(table.reindex(groups).to_numpy(), index=frame.index)
