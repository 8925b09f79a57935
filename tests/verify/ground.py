"""Verify without a kernel of its own: the notebook in a fork of a warm interpreter, the comparison in another.

Input: a case, a folder. Output: a `Ground`, on which any number of packages can be compared with one run.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equivalence.cases import Case
from equivalence.processes import HERE, Job, Run
from equivalence.trial import NotebookError, lay_out

from nb2prod.extract import Request, extract_package
from nb2prod.verify.judge import Report, judge
from nb2prod.verify.kernel import flat, probed
from nb2prod.verify.run import install_inside


@dataclass(frozen=True)
class Ground:
    """A notebook that was run, its data, and the package extracted from it."""

    folder: Path
    package: str
    points: dict[str, Any]
    record: Path

    @property
    def source(self) -> Path:
        """The folder of the package's modules."""
        return self.folder / "package" / "src" / self.package


def lay_ground(case: Case, folder: Path, run: Run) -> Ground:
    """Extract a case's package, and run its notebook with the recorder."""
    notebook = lay_out(case, folder / "notebook", run)
    for path in case.folder.glob("*.csv"):
        shutil.copy(path, folder / "notebook")
    extract_package(Request(notebook, folder / "package", case.package))
    points = json.loads((folder / "package" / ".nb2prod" / "points.json").read_text(encoding="utf-8"))
    install_inside(folder / "inside")
    record = run_recorded(notebook, points, folder / "run0", folder / "inside", run)
    return Ground(folder, case.package, points, record)


def run_recorded(notebook: Path, points: dict[str, Any], target: Path, inside: Path, run: Run) -> Path:
    """Run a notebook's cells with the recorder around them."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    asked = probed(["".join(cell["source"]) for cell in cells], points, target, inside)
    made = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for _, source in asked]
    probes = target.with_suffix(".ipynb")
    probes.write_text(json.dumps({"cells": made}), encoding="utf-8")
    done = run(Job(str(HERE / "run_cells.py"), (str(probes),), str(notebook.parent)))
    if done.returncode:
        raise NotebookError(done.said)
    return target


def compare(ground: Ground, run: Run, source: Path | None = None, runs: tuple[Path, ...] = ()) -> Report:
    """Compare a package, the extracted one unless another is given, with the notebook's run (and further ones)."""
    scratch = ground.folder / "trial"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    trainings = [str(scratch / f"training{number}") for number, _ in enumerate(runs)]
    spec = {
        "package": ground.package,
        "source": str(source or ground.source.parent),
        "pristine": str(ground.folder / "package" / ".nb2prod" / "base" / "src" / ground.package),
        "points": ground.points,
        "flat": flat(ground.points),
        "records": [str(record) for record in (ground.record, *runs)],
        "trainings": trainings,
        "folder": str(ground.folder / "notebook"),
        "artifacts": str(scratch / "artifacts"),
        "out": str(scratch / "results.json"),
        "train_rows": False,
    }
    (scratch / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    inside = str(ground.folder / "inside")
    for training in trainings:
        run(Job("nb2prod_inside.package", (str(scratch / "spec.json"), training), os.fspath(scratch), (inside,)))
    done = run(Job("nb2prod_inside.worker", (str(scratch / "spec.json"),), os.fspath(scratch), (inside,)))
    assert done.returncode == 0, done.said
    results = json.loads((scratch / "results.json").read_text(encoding="utf-8"))
    return judge(ground.package, "notebook.ipynb", "", 1 + len(runs), results)
