"""Reading the notebook's sources."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from sklearn.datasets import load_digits

Paths: TypeAlias = Mapping[str, str | Path]


def load_data(data: Paths | None = None) -> dict[str, Any]:
    """Read the sources, by name; `data` gives other paths. From cell 3."""
    del data  # the notebook's sources have no path

    return {
        "digits": load_digits(),
    }
