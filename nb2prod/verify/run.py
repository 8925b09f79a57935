"""Verify one package: record the notebook, compare the package, and once more where training is random.

Input: a `Request`. Output: a `Report`; the record is written into the package unless that is not wanted. Refuses a
folder that is no package, one without points, and a notebook that is gone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.errors import Refusal, UserError
from nb2prod.upkeep.drift import notebook_change, points_now
from nb2prod.upkeep.manifest import FOLDER, POINTS, Manifest, ManifestError, digest, read_manifest
from nb2prod.verify import inside
from nb2prod.verify.inside.groups import FIRST_LOOK, RUNS
from nb2prod.verify.judge import Report, judge, may_be_random
from nb2prod.verify.kernel import Progress, Session, flat, record
from nb2prod.verify.points import FORMAT
from nb2prod.verify.record import write_record


@dataclass(frozen=True)
class Request:
    """What to verify, with which interpreters, within which time."""

    folder: Path
    python: str
    package_python: str
    timeout: float
    environment: Mapping[str, str]
    progress: Progress
    keep_record: bool = True


def verify(request: Request) -> Report:
    """Run the notebook and its package, and compare."""
    folder = request.folder.resolve()
    manifest, points = _manifest(folder), _points(folder)
    notebook = (folder / manifest.origin.path).resolve()
    if not notebook.is_file():
        raise UserError(f"{notebook} is not there", code="NB604")
    content = notebook.read_bytes()
    if digest(content) != manifest.origin.digest:
        points = _points_now(manifest, notebook, content)
    with tempfile.TemporaryDirectory(prefix="nb2prod-verify-") as scratch:
        session = _session(request, Path(scratch))
        runs = [record(notebook, points, Path(scratch) / "run0", session)]
        train_rows = manifest.options.get("fit_on") == "train"
        trial = Trial(folder, manifest.package, points, notebook.parent, Path(scratch), request, train_rows)
        results = trial.compare(runs)
        for size in (FIRST_LOOK, RUNS):
            if not may_be_random(results) or (len(runs) > 1 and not results["varies"]):
                break
            for number in range(len(runs), size):
                runs.append(record(notebook, points, Path(scratch) / f"run{number}", session))
            results = trial.compare(runs)
    report = judge(manifest.package, notebook.name, digest(content), len(runs), results, train_rows)
    if request.keep_record:
        write_record(folder, report)
    return report


def _manifest(folder: Path) -> Manifest:
    try:
        return read_manifest(str(folder))
    except ManifestError as fault:
        raise UserError(f"{folder} holds no package: {fault}", code="NB603", do="name the package's folder") from fault


def _points(folder: Path) -> dict[str, Any]:
    path = folder / FOLDER / POINTS
    try:
        points = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise UserError(f"{path} cannot be read: {fault}", code="NB603", do="extract the package again") from fault
    if not isinstance(points, dict) or points.get("format") != FORMAT:
        raise UserError(f"{path} is of another format", code="NB603", do="extract the package again")
    return points


def _points_now(manifest: Manifest, notebook: Path, content: bytes) -> dict[str, Any]:
    """The points of a notebook that only looks otherwise; the cells of another one are not those of the package."""
    change = notebook_change(manifest, notebook, content)
    if change is None:
        return points_now(manifest, notebook)
    cells = ", ".join(str(cell.number) for cell in change.cells)
    what = f"{notebook.name} has changed since the extraction{f', in cell {cells}' if cells else ''}"
    why = "the package is that of the old notebook, and would be compared with another one"
    raise Refusal(what, code="NB601", why=why, do="extract again, then verify")


def _session(request: Request, scratch: Path) -> Session:
    home = scratch / "inside"
    install_inside(home)
    return Session(request.python, request.timeout, request.environment, home, request.progress)


def install_inside(home: Path) -> None:
    """Copy the part that runs in other interpreters to a folder that they can import it from."""
    source = Path(inside.__file__).parent
    shutil.copytree(source, home / "nb2prod_inside", ignore=shutil.ignore_patterns("__pycache__"))


@dataclass(frozen=True)
class Trial:
    """A package to be compared with recorded runs."""

    folder: Path
    package: str
    points: dict[str, Any]
    home: Path
    """The folder from which the notebook, and so the package, reads its data."""
    scratch: Path
    request: Request
    train_rows: bool
    """Whether training learns from the train rows alone (``--fit-on train``), and so otherwise than the notebook."""

    def compare(self, runs: Sequence[Path]) -> dict[str, Any]:
        """Train and compare in the package's interpreter, as often as the notebook ran; give the plain results."""
        trainings = [self.scratch / f"training{number}" for number in range(1, len(runs))]
        spec, out = self.scratch / "spec.json", self.scratch / "results.json"
        spec.write_text(json.dumps(self._spec(runs, trainings, out)), encoding="utf-8")
        for number, training in enumerate(trainings):
            self.request.progress("package", number, len(runs))
            if not training.exists():
                self._python("nb2prod_inside.package", str(spec), str(training))
        self.request.progress("package", len(trainings), len(runs))
        self._python("nb2prod_inside.worker", str(spec))
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found

    def _python(self, module: str, *arguments: str) -> None:
        """Run a module beside the package, and wait for it."""
        command = [self.request.package_python, "-m", module, *arguments]
        path = os.pathsep.join([str(self.scratch / "inside")])
        environment = {**self.request.environment, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=self.request.timeout, check=False
            )
        except subprocess.TimeoutExpired as fault:
            what = f"training and comparing takes longer than {self.request.timeout:.0f} seconds"
            raise UserError(what, code="NB614", do="give a longer --timeout") from fault
        except OSError as fault:
            raise UserError(f"{command[0]} cannot be started: {fault.strerror}", code="NB614") from fault
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise UserError(f"the comparison ended: {last}", code="NB614")

    def _spec(self, runs: Sequence[Path], trainings: Sequence[Path], out: Path) -> dict[str, Any]:
        return {
            "package": self.package,
            "source": str(self.folder / "src"),
            "pristine": str(self.folder / FOLDER / "base" / "src" / self.package),
            "points": self.points,
            "flat": flat(self.points),
            "records": [str(run) for run in runs],
            "trainings": [str(training) for training in trainings],
            "folder": str(self.home),
            "artifacts": str(self.scratch / "artifacts"),
            "out": str(out),
            "train_rows": self.train_rows,
        }
