"""Make the example data and notebooks again: `python -m examples.build [NAME ...]` in the project's root.

Each example folder holds `make_data.py` (seeded, writes the data into the current folder) and `notebook.py`
(the notebook in percent format). Both are run here; the notebook is stored with the outputs of that run, the
paths of the machine taken out. Needs the packages of the `test` extra.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from tests.equivalence.kernel import run_notebook
from tests.equivalence.percent import parse_percent

EXAMPLES = Path(__file__).resolve().parent


def main(names: list[str]) -> None:
    """Build the named examples, or all of them."""
    known = sorted(path.parent.name for path in EXAMPLES.glob("*/notebook.py"))
    for name in names or known:
        build(EXAMPLES / name)
        print(name)


def build(folder: Path) -> None:
    """Write the data and the notebook of one example."""
    make_data(folder)
    notebook = parse_percent((folder / "notebook.py").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        make_data(folder, into=work)
        done = run_notebook(notebook, work)
        text = json.dumps(clean(done), indent=1, ensure_ascii=False) + "\n"
        (folder / "notebook.ipynb").write_text(without_paths(text, work), encoding="utf-8")


def make_data(folder: Path, into: Path | None = None) -> None:
    """Run the example's data script, in its own folder unless another is given."""
    script = folder / "make_data.py"
    if script.exists():
        subprocess.run([sys.executable, str(script)], cwd=into or folder, check=True)


def clean(notebook: dict[str, Any]) -> dict[str, Any]:
    """Drop what differs from run to run: timings, and the interpreter's patch version."""
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.11.0"}
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return notebook


def without_paths(text: str, work: Path) -> str:
    """Replace the folders and addresses of this machine that outputs (mostly warnings) mention."""
    for path in (sysconfig.get_paths()["purelib"], sys.prefix, str(work), str(EXAMPLES.parent)):
        text = text.replace(path, "...")
    text = re.sub(r"/tmp/ipykernel_\d+/\d+\.py", "<ipython-input>", text)
    return re.sub(r"\bat 0x[0-9a-f]+", "at 0x7f0000000000", text)


if __name__ == "__main__":
    main(sys.argv[1:])
