"""Paths of the package, as in notebook.ipynb; relative ones are read from the current folder."""

from __future__ import annotations

from pathlib import Path

DATA: dict[str, str] = {
    "df": "churn.csv",
}
ARTIFACTS = Path("artifacts")
