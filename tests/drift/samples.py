"""A small notebook and its package, extracted once for all tests and planted where a test wants it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from conftest import tree
from equivalence.percent import parse_percent
from equivalence.processes import ROOT

from nb2prod.extract import Request, Result, extract_package

TEXT = """
# %% [markdown]
# # People who leave
# %%
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression
df = pd.read_csv("people.csv")
# %%
df.head()
# %% [markdown]
# ## Fill the gaps
# %%
df["age"] = df["age"].fillna(df["age"].mean())
df["pay"] = df["pay"].fillna(0)
# %%
plt.hist(df["age"])
plt.title("how old they are")
# %%
model = LogisticRegression().fit(df[["age", "pay"]], df["left"])
answers = model.predict(df[["age", "pay"]])
"""
LOAD, HEAD, FILL, PLOT, FIT = 1, 2, 4, 5, 6
"""The places of the code cells in the list of cells."""


def notebook(text: str = TEXT) -> dict[str, Any]:
    return parse_percent(text)


@cache
def _people() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "people.ipynb")
        path.write_text(json.dumps(notebook()), encoding="utf-8")
        extract_package(Request(path, Path(folder, "people")))
        return tree(Path(folder))


def plant(folder: Path) -> Path:
    """Write people.ipynb and its package into a folder; return that of the package."""
    for name, data in _people().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "people"


def edit(folder: Path, place: int, old: str, new: str) -> None:
    """Replace text in one cell of the planted notebook."""
    path = folder / "people.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    source = content["cells"][place]["source"]
    text = "".join(source) if isinstance(source, list) else source
    assert old in text
    content["cells"][place]["source"] = text.replace(old, new)
    path.write_text(json.dumps(content), encoding="utf-8")


def extract(folder: Path, **options: Any) -> Result:  # noqa: ANN401 - those of a request
    """Extract again over the planted package."""
    return extract_package(Request(folder / "people.ipynb", folder / "people", **options))


def run_python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with the checkout on its path."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )
