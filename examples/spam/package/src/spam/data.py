"""Reading the notebook's sources."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from spam import config

Paths: TypeAlias = Mapping[str, str | Path]


def load_data(data: Paths | None = None) -> dict[str, Any]:
    """Read the sources, by name; `data` gives other paths. From cell 3."""
    paths = {**config.DATA, **(data or {})}

    return {
        "df": pd.read_csv(paths["df"], encoding="latin-1"),
    }
