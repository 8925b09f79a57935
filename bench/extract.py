"""What `nb2prod extract` costs: `python bench/extract.py [NOTEBOOK ...]`, in the project's root.

First the processor time (own and children's, of the whole process) of `nb2prod extract` beside that of
`jupyter nbconvert --to script` on the same notebooks, in turns, the median of five pairs; without arguments on the
notebooks of the examples. Then the growth: the time of one extraction of synthetic notebooks of 10, 100 and 1,000
cells, per cell. Half of their cells are features that the model reads, the others plots, functions and dead ends.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PAIRS = 5
SIZES = (10, 100, 1_000)
HEAD = """\
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
df = pd.read_csv("people.csv")
def fill(table, column):
    table[column] = table[column].fillna(table[column].mean())
    return table
"""
TAIL = """\
X_train, X_test, y_train, y_test = train_test_split(df.drop(columns=["y"]), df["y"], random_state=0)
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
"""
KINDS = (
    'df["c{0}"] = df["c{0}"].fillna(df["c{0}"].median())\n',
    'plt.hist(df["c{0}"])\nplt.show()\n',
    'df = fill(df, "c{0}")\n',
    'df.groupby("town")["c{0}"].agg(["min", "max"]).head()\n',
    'df["r{0}"] = df["c{0}"] / (df["c1"] + {0})\n',
    'for column in ["c{0}", "c1"]:\n    if column in df.columns:\n        print(column, df[column].describe())\n',
    'df["b{0}"] = (df["c{0}"] > {0}).astype(int)\n',
    'def look{0}(table):\n    return table["c{0}"].value_counts()\nlook{0}(df)\n',
)


def main(notebooks: list[Path]) -> None:
    """Measure and print two tables."""
    with tempfile.TemporaryDirectory() as folder:
        measure(extract(notebooks[0], Path(folder)))
        measure(convert(notebooks[0], Path(folder)))
        print(f"{'notebook':32} {'extract':>8} {'nbconvert':>10} {'ratio':>6}   cpu seconds, median of {PAIRS}")
        for notebook in notebooks:
            compare(notebook, Path(folder))
        print(f"\n{'cells':>6} {'seconds':>8} {'ms a cell':>10}")
        for size in SIZES:
            path = synthetic(size, Path(folder))
            seconds = median(measure(extract(path, Path(folder))) for _ in range(3))
            print(f"{size:6} {seconds:8.2f} {1_000 * seconds / size:10.1f}")


def compare(notebook: Path, folder: Path) -> None:
    """Run both in turns and print a row."""
    pairs = [(measure(extract(notebook, folder)), measure(convert(notebook, folder))) for _ in range(PAIRS)]
    ours, theirs = median(a for a, _ in pairs), median(b for _, b in pairs)
    ratio = median(a / b for a, b in pairs)
    print(f"{notebook.parent.name + '/' + notebook.name:32} {ours:8.2f} {theirs:10.2f} {ratio:6.2f}")


def extract(notebook: Path, folder: Path) -> list[str]:
    """The command of a fresh extraction."""
    output = tempfile.mkdtemp(dir=folder)
    return [sys.executable, "-m", "nb2prod", "extract", str(notebook), "--output", f"{output}/package"]


def convert(notebook: Path, folder: Path) -> list[str]:
    """The command of a conversion into a script."""
    return [sys.executable, "-m", "jupyter", "nbconvert", "--to", "script", str(notebook), "--output-dir", str(folder)]


def measure(command: list[str]) -> float:
    """Give the processor time of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed tool is compiled once
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}:\n{done.stderr.decode()[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def synthetic(size: int, folder: Path) -> Path:
    """Write a notebook of a size: a few kinds of cells, over and over."""
    middle = [KINDS[number % len(KINDS)].format(number) for number in range(size - 2)]
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": text, "id": f"c{at}"}
        for at, text in enumerate([HEAD, *middle, TAIL])
    ]
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    path = folder / f"cells{size}.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path


if __name__ == "__main__":
    main([Path(name).resolve() for name in sys.argv[1:]] or sorted(ROOT.glob("examples/*/notebook.ipynb")))
