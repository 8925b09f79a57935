"""Run Python programs in processes of their own: fresh ones, or forks of one that has the imports done.

Input: a `Job`. Output: a `Finished` with exit code and texts. `run_fresh` is what a user does and costs
seconds of imports; `WarmPython` forks a prepared interpreter (`warm_server.py`) and costs a fraction, for
the many small cases. It works where `os.fork` does. A warm job that overruns its time ends with exit code
124.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TIMEOUT = 300.0
CALM = {
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "NB2PROD_PYTHON": sys.executable,
}


@dataclass(frozen=True)
class Job:
    """A Python program: a module name or the path of a script, its arguments, its folder, its import path."""

    program: str
    arguments: tuple[str, ...]
    folder: str
    path: tuple[str, ...] = (str(ROOT),)


@dataclass(frozen=True)
class Finished:
    """How a program ended and what it said."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        """Everything it wrote."""
        return f"{self.stdout}\n{self.stderr}".strip()


Run = Callable[[Job], Finished]


def run_fresh(job: Job) -> Finished:
    """Run the job as a command of its own."""
    start = [job.program] if job.program.endswith(".py") else ["-m", job.program]
    environment = {**os.environ, **CALM, "PYTHONPATH": os.pathsep.join(job.path)}
    command = [sys.executable, *start, *job.arguments]
    done = subprocess.run(
        command, cwd=job.folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    return Finished(done.returncode, done.stdout, done.stderr)


class WarmPython:
    """An interpreter with the usual imports done, that runs each job in a fork of itself."""

    def __init__(self) -> None:
        command = [sys.executable, str(HERE / "warm_server.py"), str(TIMEOUT)]
        environment = {**os.environ, **CALM}
        self.server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def run(self, job: Job) -> Finished:
        """Run one job to its end."""
        assert self.server.stdin and self.server.stdout
        self.server.stdin.write(json.dumps(asdict(job)) + "\n")
        self.server.stdin.flush()
        return Finished(**json.loads(self.server.stdout.readline()))

    def close(self) -> None:
        """End the interpreter."""
        self.server.communicate()
