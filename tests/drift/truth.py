"""Does a change of a notebook change its predictions, and does `check` report it?

Input: an example, a seed. The seed draws a change of the code; the notebook is run with it, as it was run
without it, and its predictions are compared. Output: a verdict. `bench/upkeep.py` asks with many seeds.
"""

from __future__ import annotations

import ast
import json
import shutil
import tempfile
from difflib import unified_diff
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple

from equivalence.cases import EXAMPLES
from equivalence.processes import HERE, Job, Run

from drift.mutations import change_notebook, text_of
from nb2prod.extract import Request, extract_package
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse
from nb2prod.reading.magics import neutralise, parse
from nb2prod.upkeep.check import check
from nb2prod.upkeep.manifest import read_manifest

Verdict = Literal["broken", "harmless", "harmless but reported", "reported", "another order", "missed"]
"""``another order``: each row is predicted as before, but the notebook has sorted or turned the rows that it predicts.

A package answers rows in the order in which they are asked, so `check` is right to be silent."""


class Ground(NamedTuple):
    """An extracted example: its folder, its notebook, its predictions."""

    folder: Path
    notebook: dict[str, Any]
    asked: str
    predictions: list[str]
    used: frozenset[int]


def prepare(name: str, folder: Path, run: Run) -> Ground:
    """Extract an example into a folder, and run its notebook as it is."""
    for path in (EXAMPLES / name).iterdir():
        if path.suffix in (".csv", ".ipynb"):
            shutil.copy(path, folder)
    (folder / "work").mkdir()
    extract_package(Request(folder / "notebook.ipynb", folder / "package", name))
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    asked = json.loads((EXAMPLES / name / "case.json").read_text(encoding="utf-8"))["pred"]
    predictions = predict(notebook, asked, folder, run)
    assert predictions
    uses = read_manifest(str(folder / "package")).functions
    return Ground(folder, notebook, asked, predictions, frozenset(cell for use in uses for cell in use.cells))


def predict(notebook: dict[str, Any], asked: str, folder: Path, run: Run) -> list[str] | None:
    """Run a notebook and return its predictions, or None where it fails."""
    code = f"import json\nwith open('asked.json', 'w') as f: json.dump([str(x) for x in {asked}], f)"
    cell: dict[str, Any] = {"cell_type": "code", "source": code, "metadata": {}, "outputs": [], "execution_count": None}
    with tempfile.TemporaryDirectory(dir=folder / "work") as scratch:
        for path in folder.glob("*.csv"):
            shutil.copy(path, scratch)
        path = Path(scratch, "notebook.ipynb")
        path.write_text(json.dumps({**notebook, "cells": [*notebook["cells"], cell]}), encoding="utf-8")
        done = run(Job(str(HERE / "run_cells.py"), (str(path),), scratch))
        if done.returncode:
            return None
        found: list[str] = json.loads(Path(scratch, "asked.json").read_text(encoding="utf-8"))
        return found


def draw(ground: Ground, seed: int) -> dict[str, Any]:
    """Draw a change, or two for every fifth seed; three in four go where they may matter."""
    random, changed = Random(seed), ground.notebook
    for _ in range(1 if seed % 5 else 2):
        changed = change_notebook(changed, random, ground.used if seed % 4 else ())
    return changed


def judge(ground: Ground, changed: dict[str, Any], run: Run) -> Verdict:
    """Run a changed notebook, and check it."""
    predictions = predict(changed, ground.asked, ground.folder, run)
    if predictions is None:
        return "broken"
    (ground.folder / "notebook.ipynb").write_text(json.dumps(changed), encoding="utf-8")
    reported = any(one.findings for one in check([str(ground.folder)]))
    if predictions == ground.predictions:
        return "harmless but reported" if reported else "harmless"
    if reported:
        return "reported"
    return "another order" if _turned(predictions, ground.predictions) else "missed"


def _turned(one: list[str], other: list[str]) -> bool:
    """Tell whether two lists hold the same values, most of which occur once: labels would tell nothing."""
    return sorted(one) == sorted(other) and len(set(one)) > len(one) / 2


def difference(ground: Ground, changed: dict[str, Any]) -> str:
    """Show what was changed, line by line."""
    before, after = ("".join(map(code_of, one["cells"])).splitlines() for one in (ground.notebook, changed))
    return "\n".join(unified_diff(before, after, lineterm="", n=1))


def code_of(cell: dict[str, Any]) -> str:
    """The code of a cell, written in one way whatever it looks like."""
    tree = parse(neutralise(text_of(cell)).source) if cell["cell_type"] == "code" else ast.Module([], [])
    return f"# %%\n{ast.unparse(tree) if tree is not None else text_of(cell)}\n"


def looks(notebook: Path, name: str) -> list[int]:
    """The cells of an example that its package has dropped, and that write nothing which another cell may read."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    dropped = generate(analyse(notebook, Options()), name).dropped
    return [one.cell for one in dropped if "dump(" not in text_of(content["cells"][one.cell - 1])]
