"""Extract an example, train its package and ask it for predictions: `python -m examples.run [NAME ...]`.

Shows each command before it runs it, then the scores beside those that the notebook shows, and the first
predictions. The package stays in `build/NAME` to be read. Runs the examples whose rows are in a file.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from itertools import islice
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
BUILD = EXAMPLES.parent / "build"


def main(names: list[str]) -> None:
    """Run the named examples."""
    known = sorted({path.parent.name for path in EXAMPLES.glob("*/*.csv")})
    for name in names:
        if name not in known:
            sys.exit(f"there is no example {name!r} with rows in a file; there are {', '.join(known)}")
        run(EXAMPLES / name, BUILD / name)


def run(folder: Path, package: Path) -> None:
    """Extract the notebook of a folder, train the package beside the data, predict."""
    shutil.rmtree(package, ignore_errors=True)
    name, artifacts, answers = package.name, package / "artifacts", package / "predictions.csv"
    show(folder, "nb2prod", "extract", "notebook.ipynb", "--name", name, "--output", str(package))
    os.environ["PYTHONPATH"] = str(package / "src")
    show(folder, name, "train", "--artifacts", str(artifacts))
    rows = "test.csv" if (folder / "test.csv").exists() else next(folder.glob("*.csv")).name
    show(folder, name, "predict", rows, "--artifacts", str(artifacts), "--output", str(answers))
    print_scores(folder / "notebook.ipynb", artifacts / "metrics.json")
    with answers.open(encoding="utf-8") as lines:
        print(f"the first answers for the rows of {rows}:\n", *islice(lines, 6), end="")
    print(f"the package: {package}")


def show(folder: Path, module: str, *arguments: str) -> None:
    """Print a command and run it in a folder; its failure is ours."""
    print(f"\n$ python -m {module} {shlex.join(arguments)}", flush=True)
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=folder, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def print_scores(notebook: Path, metrics: Path) -> None:
    """Print each score of the package and, where a cell ends with its name, what the notebook shows there."""
    shown = outputs(notebook)
    for name, score in json.loads(metrics.read_text(encoding="utf-8")).items():
        print(f"{name}: {score}" + (f" (in the notebook: {shown[name]})" if name in shown else ""))


def outputs(notebook: Path) -> dict[str, str]:
    """Return the stored outputs of cells by the last lines of the cells."""
    found = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        texts = [output["data"]["text/plain"] for output in cell.get("outputs", []) if "data" in output]
        if texts:
            found["".join(cell["source"]).rpartition("\n")[2]] = "".join(texts[-1])
    return found


if __name__ == "__main__":
    main(sys.argv[1:] or ["titanic"])
