"""The interpreter behind `WarmPython`: read jobs from stdin, run each in a fork, write how it ended.

Run as a script: `warm_server.py TIMEOUT`. One JSON object a line in both directions. It stays
single-threaded: the fork of a process with threads may hang.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import runpy
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

WARM = (
    "IPython.core.interactiveshell",
    "click",
    "cookiecutter.generate",
    "joblib",
    "libcst.metadata",
    "matplotlib.pyplot",
    "nbformat",
    "pandas",
    "scipy.stats",
    "sklearn.compose",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.pipeline",
    "sklearn.preprocessing",
    "sklearn.svm",
)


def main(timeout: float) -> None:
    """Serve jobs until stdin closes."""
    for name in WARM:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(serve(json.loads(line), timeout)) + "\n")
        sys.stdout.flush()


def serve(job: dict[str, Any], timeout: float) -> dict[str, Any]:
    """Run one job in a fork and return its exit code and texts."""
    with tempfile.TemporaryDirectory() as scratch:
        out, err = Path(scratch) / "out", Path(scratch) / "err"
        out.touch()
        err.touch()
        child = os.fork()
        if child == 0:
            os._exit(be_the_program(job, out, err))
        code = wait_for(child, timeout)
        texts = {"stdout": out.read_text(errors="replace"), "stderr": err.read_text(errors="replace")}
    return {"returncode": code, **texts}


def wait_for(child: int, timeout: float) -> int:
    """Wait for the fork, and end it when its time is up."""
    give_up = time.monotonic() + timeout
    while time.monotonic() < give_up:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 124


def be_the_program(job: dict[str, Any], out: Path, err: Path) -> int:
    """Turn this process into the program: streams, folder, arguments, import path."""
    for stream, path in ((0, Path(os.devnull)), (1, out), (2, err)):
        os.dup2(os.open(path, os.O_RDWR), stream)
    os.chdir(job["folder"])
    os.environ["PYTHONPATH"] = os.pathsep.join(job["path"])
    sys.argv = [job["program"], *job["arguments"]]
    sys.path[:0] = job["path"]
    code = run_main(job["program"])
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def run_main(program: str) -> int:
    """Run a script or a module as `__main__` and return its exit code."""
    try:
        if program.endswith(".py"):
            sys.path.insert(0, str(Path(program).parent))
            runpy.run_path(program, run_name="__main__")
        else:
            sys.path.insert(0, "")
            runpy.run_module(program, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # what the interpreter itself does with an uncaught exception
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main(float(sys.argv[1]))
