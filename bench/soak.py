"""Keep a generated service under full load while its workers are killed and its artifact is exchanged.

    pip install -e '.[test]'
    python bench/soak.py --minutes 10

Two workers, 8 connections that are renewed now and then. Each answer is compared with what the artifact that it names
says of that row. A request is lost if its connection breaks; it is lost with the worker if the killed process held that
connection. The elder worker is never killed, so that its memory shows ten minutes of work and of exchanges.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from serving import CATEGORIES, NUMBERS, environment, prepare, run, table, wait

CONNECTIONS = 8
RENEWED = 500  # requests that one connection carries
SCORE = "predict_proba(X)[:, 1]"  # numbers that tell two artifacts apart
ASK = """import json, sys
import pandas as pd
from bench.inference import Predictor
rows = pd.read_json("rows.json", orient="records")
print(json.dumps([float(x) for x in Predictor.load(sys.argv[1]).predict(rows)]))"""
PUT = """import shutil, sys
from pathlib import Path
from bench import artifact
shutil.copytree(sys.argv[1], "fresh")
artifact.replace_folder(Path("artifacts"), Path("fresh"), Path("old"))
shutil.rmtree("old")"""


@dataclass
class Soak:
    """The service, what is right, and what happened."""

    port: int
    folder: Path
    end: float
    bodies: list[bytes]
    truth: dict[str, list[float]]
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[int] = field(default_factory=list)  # ports of the connections that broke
    killed: set[int] = field(default_factory=set)  # ports of the connections that killed workers held
    memory: list[int] = field(default_factory=list)  # of the elder worker, in MB

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.end


async def client(soak: Soak) -> None:
    """Ask over one connection at a time, opened anew when it breaks or has served its time."""
    while not soak.over:
        reader, writer = await asyncio.open_connection("127.0.0.1", soak.port)
        own = writer.get_extra_info("sockname")[1]
        try:
            for _ in range(RENEWED):
                await ask(reader, writer, soak)
        except (ConnectionError, asyncio.IncompleteReadError):
            soak.broken.append(own)
        finally:
            writer.close()


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, soak: Soak) -> None:
    """Send one row, and compare the answer with that of the artifact that it names."""
    if soak.over:
        return
    place = random.randrange(len(soak.bodies))
    body = soak.bodies[place]
    head = f"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    writer.write(f"{head}\r\n\r\n".encode() + body)
    said = (await reader.readuntil(b"\r\n\r\n")).lower()
    content = await reader.readexactly(int(said.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))
    if b" 200 " not in said.split(b"\r\n", 1)[0]:
        soak.counts["refused"] += 1
        return
    answer = json.loads(content)
    true = soak.truth[answer["model"]["version"].partition("+")[2]][place]
    soak.counts["right" if abs(answer["predictions"][0] - true) < 1e-9 else "wrong"] += 1


async def disturb(server: psutil.Process, soak: Soak, pause: float) -> None:
    """Exchange the artifact in every second pause, kill a worker in every third, and read the memory in each."""
    elder = workers(server)[0]
    for tick in range(1, 1_000_000):
        await asyncio.sleep(pause)
        if time.monotonic() + pause >= soak.end:
            return
        soak.memory.append(elder.memory_info().rss >> 20)
        if tick % 2 == 0:
            name = "first" if soak.counts["exchanges"] % 2 else "second"
            await asyncio.to_thread(run, soak.folder, sys.executable, "-c", PUT, name)
            soak.counts["exchanges"] += 1
        if tick % 3 == 0:
            kill([one for one in workers(server) if one != elder], soak)


def workers(server: psutil.Process) -> list[psutil.Process]:
    """The processes that answer, in order of age."""
    found = [one for one in server.children() if "spawn_main" in " ".join(one.cmdline())]
    return sorted(found, key=psutil.Process.create_time)


def kill(some: list[psutil.Process], soak: Soak) -> None:
    """Kill workers, and remember the connections that they held."""
    for worker in some:
        worker.suspend()  # it accepts no more
        soak.killed |= {one.raddr.port for one in worker.net_connections() if one.raddr}
        worker.send_signal(signal.SIGKILL)
        soak.counts["kills"] += 1


def artifacts(folder: Path) -> dict[str, list[float]]:
    """Train a second artifact; give by version what each says of the rows."""
    table(5_000, 1).to_csv(folder / "other.csv", index=False)
    run(folder, sys.executable, "-m", "bench", "train", "--artifacts", "first")
    run(folder, sys.executable, "-m", "bench", "train", "--data", "other.csv", "--artifacts", "second")
    said = {}
    for name in ("artifacts", "first", "second"):
        line = [sys.executable, "-c", ASK, name]
        done = subprocess.run(line, cwd=folder, env=environment(folder), check=True, capture_output=True, text=True)
        digest = hashlib.sha256((folder / name / "manifest.json").read_bytes()).hexdigest()
        said[digest[:12]] = json.loads(done.stdout)
    return said


async def load(soak: Soak, server: psutil.Process, pause: float) -> None:
    """Load and disturb the service."""
    await asyncio.gather(disturb(server, soak, pause), *(client(soak) for _ in range(CONNECTIONS)))


def report(soak: Soak) -> dict[str, Any]:
    """Give the figures of a soak."""
    with_worker = sum(port in soak.killed for port in soak.broken)
    names = ("right", "wrong", "refused", "kills", "exchanges")
    return {
        **{name: soak.counts[name] for name in names},
        "lost_with_the_worker": with_worker,
        "lost_otherwise": len(soak.broken) - with_worker,
        "elder_worker_mb": soak.memory,
    }


def soaked(folder: Path, seconds: float) -> dict[str, Any]:
    """Start a service, soak it, give the figures."""
    prepare(folder, "logistic", SCORE)
    table(64, 7)[NUMBERS + list(CATEGORIES)].to_json(folder / "rows.json", orient="records")
    bodies = [json.dumps(row).encode() for row in json.loads((folder / "rows.json").read_text())]
    truth = artifacts(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--workers", "2", "--reload", "1", "--log-level", "warning"]
    line = [sys.executable, "-m", "bench", "serve", *options]
    server = subprocess.Popen(line, cwd=folder, env={**environment(folder), "PYTHONDONTWRITEBYTECODE": "1"})
    try:
        wait(port)
        soak = Soak(port, folder, time.monotonic() + seconds, bodies, truth)
        asyncio.run(load(soak, psutil.Process(server.pid), min(10.0, seconds / 8)))
    finally:
        server.terminate()
        server.wait()
    return report(soak)


def main() -> None:
    """Print the figures as JSON; exit 1 if an answer was wrong, refused or lost without need."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    seconds = parser.parse_args().minutes * 60
    with tempfile.TemporaryDirectory() as scratch:
        found = soaked(Path(scratch, "soak"), seconds)
    print(json.dumps(found))
    sys.exit(any(found[name] for name in ("wrong", "refused", "lost_otherwise")))


if __name__ == "__main__":
    main()
