"""Reading the notebook's sources."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from titanic import config

Paths: TypeAlias = Mapping[str, str | Path]


def load_data(data: Paths | None = None) -> dict[str, Any]:
    """Read the sources, by name; `data` gives other paths. From cell 4."""
    paths = {**config.DATA, **(data or {})}

    return {
        "train_df": pd.read_csv(paths["train_df"]),
        "test_df": pd.read_csv(paths["test_df"]),
    }
