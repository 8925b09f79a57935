"""Measure the generated service against a plain FastAPI and pandas app around the same fitted model.

    pip install -e '.[test]'
    python bench/serving.py --seconds 5

Prints, for a random forest and a logistic regression on 12 mixed columns: answers per second, latency and CPU time
of the server per answer, at 1 and 16 connections, one process each. On a busy machine only CPU time says something.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import psutil

NUMBERS = [f"n{place}" for place in range(8)]
CATEGORIES = {"c0": 3, "c1": 5, "c2": 8, "c3": 12}
MODELS = {
    "forest": "RandomForestClassifier(100, random_state=0, min_samples_leaf=2)",
    "logistic": "LogisticRegression(max_iter=500)",
}
NOTEBOOK = """import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
df = pd.read_csv("table.csv")
X, y = df.drop(columns=["target"]), df["target"]
columns = ColumnTransformer([
    ("numbers", StandardScaler(), {numbers}),
    ("texts", OneHotEncoder(handle_unknown="ignore", sparse_output=False), {texts}),
])
model = Pipeline([("columns", columns), ("model", {model})])
model.fit(X, y)
predictions = model.{answer}
"""
PLAIN = """import os
from typing import Literal
import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import create_model
numbers, texts = {numbers}, {categories}
kinds = {{name: (Literal[tuple(f"{{name}}_{{place}}" for place in range(size))], ...) for name, size in texts.items()}}
Row = create_model("Row", **{{name: (float, ...) for name in numbers}}, **kinds)
model = joblib.load(os.environ["MODEL"])["model"]
app = FastAPI()
@app.post("/predict")
def predict(row: Row):
    return {{"prediction": int(model.predict(pd.DataFrame([row.model_dump()]))[0])}}
"""


class Load(NamedTuple):
    """What a server did under load."""

    answers: float
    median: float
    slow: float
    cpu: float


def table(count: int, seed: int) -> pd.DataFrame:
    """Make rows with a label that depends on some columns."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({name: random.normal(place, 1 + place, count).round(4) for place, name in enumerate(NUMBERS)})
    for name, size in CATEGORIES.items():
        frame[name] = [f"{name}_{place}" for place in random.integers(0, size, count)]
    score = frame["n0"] - 0.4 * frame["n1"] + (frame["c1"] == "c1_2") * 1.2 + random.normal(0, 1, count)
    return frame.assign(target=(score > score.median()).astype(int))


def prepare(folder: Path, model: str, answer: str = "predict(X)") -> None:
    """Extract, scaffold and train the package `bench`, and write the plain app."""
    folder.mkdir()
    table(5_000, 0).to_csv(folder / "table.csv", index=False)
    source = NOTEBOOK.format(numbers=NUMBERS, texts=list(CATEGORIES), model=MODELS[model], answer=answer)
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (folder / "bench.ipynb").write_text(json.dumps(notebook))
    (folder / "plain.py").write_text(PLAIN.format(numbers=NUMBERS, categories=CATEGORIES))
    tool = [sys.executable, "-m", "nb2prod"]
    run(folder, *tool, "extract", "bench.ipynb", "--output", "package", "--name", "bench")
    run(folder, *tool, "scaffold", "package", "--serve", "fastapi")
    run(folder, sys.executable, "-m", "bench", "train")


def run(folder: Path, *command: str) -> None:
    """Run a command that must succeed."""
    subprocess.run(command, cwd=folder, env=environment(folder), check=True, stdout=subprocess.DEVNULL)


def environment(folder: Path) -> dict[str, str]:
    """One thread in numpy, and the package on the path."""
    root = Path(__file__).resolve().parent.parent
    path = os.pathsep.join([str(root), str(folder / "package" / "src")])
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "MODEL": "artifacts/model.joblib"}


def measure(folder: Path, command: list[str], seconds: float) -> dict[int, Load]:
    """Start a server, and load it with 1 and with 16 connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bodies = [
        row.encode() for row in table(64, 7)[NUMBERS + list(CATEGORIES)].to_json(orient="records", lines=True).split()
    ]
    line = [part.replace("PORT", str(port)) for part in command]
    server = subprocess.Popen(line, cwd=folder, env=environment(folder), stderr=subprocess.DEVNULL)
    try:
        wait(port)
        asyncio.run(load(port, server.pid, bodies, 4, 1.0))
        return {count: asyncio.run(load(port, server.pid, bodies, count, seconds)) for count in (1, 16)}
    finally:
        server.terminate()
        server.wait()


def wait(port: int) -> None:
    """Wait until something listens."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server does not start")


async def load(port: int, pid: int, bodies: list[bytes], connections: int, seconds: float) -> Load:
    """Send requests over some connections, each waiting for its answer, and time them."""
    times: list[float] = []
    used = psutil.Process(pid).cpu_times()
    start = time.perf_counter()
    await asyncio.gather(*(client(port, bodies[place:], start + seconds, times) for place in range(connections)))
    now = psutil.Process(pid).cpu_times()
    spent = now.user + now.system - used.user - used.system
    ordered = sorted(times)
    count = len(ordered)
    median, slow = ordered[count // 2] * 1e3, ordered[int(count * 0.99)] * 1e3
    return Load(count / (time.perf_counter() - start), median, slow, spent / count * 1e3)


async def client(port: int, bodies: list[bytes], end: float, times: list[float]) -> None:
    """One connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    place = 0
    while (start := time.perf_counter()) < end:
        body = bodies[place % len(bodies)]
        place += 1
        head = f"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
        writer.write(f"{head}\r\n\r\n".encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b" 200 " not in answer.split(b"\r\n", 1)[0]:
            raise SystemExit(f"refused: {answer[:200]!r}")
        await reader.readexactly(int(answer.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))
        times.append(time.perf_counter() - start)
    writer.close()


def main() -> None:
    """Measure both servers with both models, in turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    seconds = parser.parse_args().seconds
    servers = {
        "plain": [sys.executable, "-m", "uvicorn", "plain:app", "--port", "PORT", "--no-access-log"],
        "generated": [sys.executable, "-m", "bench", "serve", "--port", "PORT", "--log-level", "warning"],
    }
    print(f"{'model':9} {'server':10} {'conn.':>5} {'answers/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'CPU ms':>8}")
    with tempfile.TemporaryDirectory() as scratch:
        for model in MODELS:
            folder = Path(scratch, model)
            prepare(folder, model)
            found = {name: measure(folder, command, seconds) for name, command in servers.items()}
            for name, loads in found.items():
                for count, one in loads.items():
                    numbers = f"{one.answers:9.0f} {one.median:8.1f} {one.slow:8.1f} {one.cpu:8.2f}"
                    print(f"{model:9} {name:10} {count:5} {numbers}")
            ratio = found["plain"][16].cpu / found["generated"][16].cpu
            print(f"{model:9} answers per CPU second, 16 connections: {ratio:.1f} x")


if __name__ == "__main__":
    main()
