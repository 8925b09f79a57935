"""Put a notebook and its package side by side.

`observe_*` runs the notebook and returns its raw rows, predictions and metrics; `try_case` extracts,
trains and asks the package and returns every way in which it falls short, as sentences. Empty is the only
good answer.
"""

from __future__ import annotations

import json
import pickle
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .cases import Case
from .compare import differences, missing_metrics
from .kernel import run_notebook
from .probe import probe_cell
from .processes import HERE, Finished, Job, Run

SINGLE_ROWS = 20
LEAK = re.compile("leak", re.IGNORECASE)
CODE = re.compile(r"\bNB\d{3}\b")


@dataclass(frozen=True)
class Observed:
    """What the notebook itself gave."""

    raw: Any
    pred: list[Any]
    metrics: dict[str, float]


class NotebookError(Exception):
    """The notebook of a case does not run."""


def lay_out(case: Case, folder: Path, run: Run) -> Path:
    """Write the notebook and its data into a folder and return the notebook's path."""
    folder.mkdir(parents=True, exist_ok=True)
    maker = case.folder / "make_data.py"
    if maker.exists():
        done = run(Job(str(maker), (), str(folder)))
        if done.returncode:
            raise NotebookError(f"{case.name}: make_data.py\n{done.said}")
    stored = case.folder / "notebook.ipynb"
    path = folder / "notebook.ipynb"
    path.write_text(
        stored.read_text(encoding="utf-8") if stored.exists() else json.dumps(case.notebook, indent=1),
        encoding="utf-8",
    )
    return path


def observe_in_kernel(case: Case, folder: Path, run: Run) -> Observed:
    """Run the notebook as Jupyter does and return what it gave."""
    path, target = lay_out(case, folder, run), folder / "observed.pickle"
    run_notebook(with_probe(path, case, target), folder)
    return Observed(**pickle.loads(target.read_bytes()))


def observe_in_shell(case: Case, folder: Path, run: Run) -> Observed:
    """Run the notebook's cells in an IPython shell and return what it gave."""
    path, target = lay_out(case, folder, run), folder / "observed.pickle"
    probed = folder / "probed.ipynb"
    probed.write_text(json.dumps(with_probe(path, case, target)), encoding="utf-8")
    order = ("--by-count",) if "[exec=" in case.source else ()
    done = run(Job(str(HERE / "run_cells.py"), (str(probed), *order), str(folder)))
    if done.returncode:
        raise NotebookError(f"{case.name}\n{done.said}")
    return Observed(**pickle.loads(target.read_bytes()))


def with_probe(path: Path, case: Case, target: Path) -> dict[str, Any]:
    """Return the notebook with one more cell, which records what the case asks for."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    source = probe_cell(case.expressions, target)
    cell = {"cell_type": "code", "execution_count": 10**6, "id": "probe", "metadata": {}, "outputs": []}
    notebook["cells"].append({**cell, "source": source})
    return notebook


def try_case(case: Case, observed: Observed, folder: Path, run: Run) -> list[str]:
    """Extract, train and ask; return what is wrong."""
    notebook, package = lay_out(case, folder / "notebook", run), folder / "package"
    arguments = ("extract", str(notebook), "--output", str(package), "--name", case.package)
    extracted = run(Job("nb2prod.cli", arguments, str(folder)))
    if case.expect == "refuse":
        return judge_refusal(case, extracted)
    if extracted.returncode:
        return [f"extract ended with {extracted.returncode}: {extracted.said}"]
    said, trained = train_and_ask(case, observed, folder, run)
    return said or judge_leakage(case, extracted, package) + judge_answers(observed, folder, trained)


def train_and_ask(case: Case, observed: Observed, folder: Path, run: Run) -> tuple[list[str], dict[str, Any]]:
    """Train beside the data, then ask in an empty folder with the data out of reach."""
    source, artifacts, empty = str(folder / "package" / "src"), folder / "artifacts", folder / "empty"
    data = folder / "notebook"
    (data / "notebook.ipynb").unlink()
    done = run(Job(case.package, ("train", "--artifacts", str(artifacts)), str(data), (source,)))
    if done.returncode:
        return [f"train ended with {done.returncode}: {done.said}"], {}
    shutil.rmtree(data)
    empty.mkdir()
    request = {"raw": observed.raw, "target": case.target, "singles": SINGLE_ROWS}
    (folder / "request.pickle").write_bytes(pickle.dumps(request))
    files = (str(artifacts), str(folder / "request.pickle"), str(folder / "answers.pickle"))
    done = run(Job(str(HERE / "ask_package.py"), (case.package, *files), str(empty), (source,)))
    if done.returncode:
        return [f"predict ended with {done.returncode}: {done.said}"], {}
    return [], json.loads((artifacts / "metrics.json").read_text(encoding="utf-8"))


def judge_answers(observed: Observed, folder: Path, metrics: dict[str, Any]) -> list[str]:
    """Compare all that the package answered with what the notebook gave."""
    said = pickle.loads((folder / "answers.pickle").read_bytes())
    whole = said["whole"]
    found = differences("predictions", whole, observed.pred)
    if len(whole) == len(observed.pred):
        singles = [answer for answers in said["single"].values() for answer in answers]
        found += differences("single rows", singles, [whole[i] for i in said["single"]])
        found += differences("shuffled rows", said["shuffled"], whole)
        found += differences("rows without the target", said.get("without_target", whole), whole)
    if not said["input_kept"]:
        found.append("predict changed the rows that it was given")
    return found + missing_metrics(metrics, observed.metrics)


def judge_refusal(case: Case, extracted: Finished) -> list[str]:
    """Check that extract refused, with a code and the reason that the case expects."""
    found = []
    if extracted.returncode != 1:
        found.append(f"extract ended with {extracted.returncode}, a refusal ends with 1")
    if "Traceback (most recent call last)" in extracted.said:
        found.append("a refusal shows no traceback")
    if not CODE.search(extracted.said):
        found.append("the refusal has no code")
    if not re.search(case.says, extracted.said, re.IGNORECASE):
        found.append(f"the refusal does not say {case.says!r}")
    return [*found, extracted.said] if found else []


def judge_leakage(case: Case, extracted: Finished, package: Path) -> list[str]:
    """Check that a leakage is reported where there is one, and none where there is none."""
    texts = [extracted.said, *(path.read_text(encoding="utf-8") for path in package.rglob("*.md"))]
    reported = any(LEAK.search(text) for text in texts)
    if case.leakage is None or case.leakage == reported:
        return []
    return ["a leakage is claimed without cause"] if reported else ["the leakage is not reported"]
