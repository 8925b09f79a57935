"""Run a notebook in a fresh kernel and record its values.

Input: the notebook, its points, an interpreter and a time limit for each cell. Output: a file with what was
recorded. The kernel starts in the notebook's folder, as Jupyter does; cells run in the order of the analysis. A cell
that fails, an interpreter without a kernel, or a missing nbclient is a `UserError`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nb2prod.diagnostics import Place
from nb2prod.errors import Refusal, UserError

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

KERNEL = "nb2prod-verify"
Progress = Callable[[str, int, int], None]
"""Told what is going on, how much is done and how much there is."""


@dataclass(frozen=True)
class Session:
    """How the notebook is run: interpreter, seconds for each cell, environment, the folder of `inside`, progress."""

    python: str
    timeout: float
    environment: Mapping[str, str]
    inside: Path
    progress: Progress


def flat(points: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give all points in one list, each with its role and name."""
    found: list[dict[str, Any]] = []

    def add(role: str, name: str, point: dict[str, Any] | None, keys: Sequence[str] = ()) -> None:
        if point is not None:
            found.append({**point, "role": role, "name": name, "keys": list(keys)})

    for at, source in enumerate(points["sources"]):
        add("source", str(at), source)
    for role in ("prediction", "features"):
        add(role, role, points[role])
    for name, metric in points["metrics"].items():
        add("metric", name, metric)
    for learned in points["state"]:
        add("state", learned["name"], learned["point"], learned["keys"])
    for at, step in enumerate(points["steps"]):
        add("step", str(at), step["point"])
    return found


def record(notebook: Path, points: Mapping[str, Any], target: Path, session: Session) -> Path:
    """Run the notebook once; give the file with its values."""
    _refuse_without_kernel(session)
    import nbformat

    from nb2prod.reading.notebook import read_notebook  # nbformat would understand fewer notebooks than the analysis

    cells = probed([cell.source for cell in read_notebook(notebook).cells], points, target, session.inside)
    made = [nbformat.v4.new_code_cell(source) for _, source in cells]  # type: ignore[no-untyped-call]
    runnable = nbformat.v4.new_notebook(cells=made)  # type: ignore[no-untyped-call]
    _run(runnable, [number for number, _ in cells], notebook, session)
    return target


def probed(sources: Sequence[str], points: Mapping[str, Any], target: Path, inside: Path) -> list[tuple[int, str]]:
    """Give the cells to run: those of the notebook with their numbers, between the recorder's first and last word."""
    cells = [(number, sources[number - 1]) for number in points["cells"]]
    spec = target.with_suffix(".json")
    asked = {"points": flat(points), "cells": cells, "recipes": points["recipes"]}
    spec.write_text(json.dumps(asked), encoding="utf-8")
    return [(0, _start(inside, spec)), *cells, (0, f"__import__('nb2prod_inside.probe').probe.write({str(target)!r})")]


def _start(inside: Path, spec: Path) -> str:
    """Import the recorder, and leave the notebook's own names and import path as they were."""
    return (
        f"__import__('sys').path.insert(0, {str(inside)!r})\n"
        f"__import__('nb2prod_inside.probe').probe.watch({str(spec)!r})\n"
        f"__import__('sys').path.remove({str(inside)!r})"
    )


def _run(content: NotebookNode, numbers: list[int], notebook: Path, session: Session) -> None:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    resources = {"metadata": {"path": str(notebook.parent)}}
    with _manager(session.python) as manager:
        client = NotebookClient(content, km=manager, timeout=int(session.timeout), resources=resources)
        with client.setup_kernel(env=dict(session.environment), cwd=str(notebook.parent)):
            for at, cell in enumerate(content.cells):
                session.progress(f"notebook, cell {numbers[at]}" if numbers[at] else "notebook", at, len(content.cells))
                try:
                    client.execute_cell(cell, at)
                except CellTimeoutError as fault:
                    what = f"it takes longer than {session.timeout:.0f} seconds"
                    raise _failed(notebook, numbers[at], what, "give a longer --timeout") from fault
                except CellExecutionError as fault:
                    raise _failed(notebook, numbers[at], f"{fault.ename}: {fault.evalue}") from fault
                except DeadKernelError as fault:
                    raise _failed(notebook, numbers[at], "the kernel died") from fault


def _failed(notebook: Path, cell: int, what: str, do: str = "") -> UserError:
    place = Place(notebook.name, cell) if cell else None
    first = what.strip().splitlines()[0][:300]
    return UserError(f"the notebook does not run: {first}", code="NB612", place=place, do=do)


@contextmanager
def _manager(python: str) -> Iterator[AsyncKernelManager]:
    """A manager whose only kernel is the given interpreter."""
    import tempfile

    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / KERNEL
        folder.mkdir()
        argv = [python, "-m", "ipykernel_launcher", "--log-level=ERROR", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": KERNEL, "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
        specs = KernelSpecManager(kernel_dirs=[root], ensure_native_kernel=False)
        yield AsyncKernelManager(kernel_name=KERNEL, kernel_spec_manager=specs)


def _refuse_without_kernel(session: Session) -> None:
    try:
        import nbclient
    except ImportError as fault:
        do = "pip install 'nb2prod[verify]'"
        raise Refusal("nbclient, which runs notebooks, is not installed", code="NB613", do=do) from fault
    del nbclient
    try:
        done = subprocess.run(
            [session.python, "-c", "import ipykernel"], capture_output=True, check=False, env=dict(session.environment)
        )
    except OSError as fault:
        raise UserError(f"{session.python} cannot be started: {fault.strerror}", code="NB613") from fault
    if done.returncode:
        do = f"{session.python} -m pip install ipykernel, or name another interpreter with --python"
        raise UserError(f"{session.python} has no ipykernel to run a notebook with", code="NB613", do=do)
