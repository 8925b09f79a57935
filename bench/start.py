"""Measure from the start of a service to its first answer, and its memory, against a plain FastAPI and pandas app.

    pip install -e '.[test]'
    python bench/start.py --turns 5

The two start in turns; the medians count. CPU time and memory say more than the clock on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

import psutil
from serving import CATEGORIES, MODELS, NUMBERS, environment, prepare, table

SERVERS = {
    "plain": [sys.executable, "-m", "uvicorn", "plain:app", "--port", "PORT", "--no-access-log"],
    "generated": [sys.executable, "-m", "bench", "serve", "--port", "PORT", "--log-level", "warning"],
}


class Start(NamedTuple):
    """What a start cost until the first answer."""

    seconds: float
    cpu_seconds: float
    rss_mb: float
    own_mb: float


def start(folder: Path, command: list[str], body: bytes) -> Start:
    """Start a server, ask until it answers, read its costs, stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [part.replace("PORT", str(port)) for part in command]
    began = time.perf_counter()
    server = subprocess.Popen(line, cwd=folder, env=environment(folder), stderr=subprocess.DEVNULL)
    try:
        seconds = first_answer(f"http://127.0.0.1:{port}/predict", body) - began
        process = psutil.Process(server.pid)
        memory, used = process.memory_full_info(), process.cpu_times()
        return Start(seconds, used.user + used.system, memory.rss / 2**20, memory.uss / 2**20)
    finally:
        server.terminate()
        server.wait()


def first_answer(address: str, body: bytes) -> float:
    """Ask until there is an answer, and give the time."""
    request = urllib.request.Request(address, body, {"content-type": "application/json"})
    for _ in range(3_000):
        try:
            urllib.request.urlopen(request).read()
        except OSError:
            time.sleep(0.02)
        else:
            return time.perf_counter()
    raise SystemExit("the server does not answer")


def main() -> None:
    """Print the medians of both servers for both models."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5)
    turns = parser.parse_args().turns
    rows = table(1, 7)[NUMBERS + list(CATEGORIES)].to_json(orient="records", lines=True)
    with tempfile.TemporaryDirectory() as scratch:
        for model in MODELS:
            folder = Path(scratch, model)
            prepare(folder, model)
            found = [{name: start(folder, line, rows.encode()) for name, line in SERVERS.items()} for _ in range(turns)]
            for name in SERVERS:
                costs = zip(Start._fields, zip(*(turn[name] for turn in found), strict=True), strict=True)
                medians = {what: round(statistics.median(values), 2) for what, values in costs}
                print(json.dumps({"model": model, "server": name, **medians}))


if __name__ == "__main__":
    main()
