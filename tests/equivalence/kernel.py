"""Run a notebook in a fresh kernel of this interpreter.

Input: a notebook as plain data and the folder that its cells shall see as the current one. Output: the
notebook with its outputs. A cell that fails ends the run with nbclient's `CellExecutionError`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

KERNEL_NAME = "this-interpreter"
CALM = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def run_notebook(notebook: dict[str, Any], folder: Path, timeout: float = 300) -> dict[str, Any]:
    """Run every code cell in document order and return the notebook with outputs."""
    node = nbformat.reads(json.dumps(notebook), as_version=4)  # type: ignore[no-untyped-call]
    resources = {"metadata": {"path": str(folder)}}
    with kernel_folder() as jupyter_path:
        environment = {**os.environ, **CALM, "JUPYTER_PATH": jupyter_path}
        environment.pop("MPLBACKEND", None)  # the inline backend, as in a notebook
        with replaced_environment(environment):
            NotebookClient(node, timeout=timeout, kernel_name=KERNEL_NAME, resources=resources).execute()
    done: dict[str, Any] = json.loads(nbformat.writes(node))  # type: ignore[no-untyped-call]
    return done


@contextmanager
def kernel_folder() -> Iterator[str]:
    """Yield a Jupyter data folder whose only kernel is this interpreter."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "kernels" / KERNEL_NAME
        folder.mkdir(parents=True)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": KERNEL_NAME, "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
        yield root


@contextmanager
def replaced_environment(environment: dict[str, str]) -> Iterator[None]:
    """Set the process environment for the length of a block."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
