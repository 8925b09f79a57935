"""Throughput of `batch` against one big `predict`, in rows per second.

    pip install -e '.[test]'
    python bench/batch.py --rows 60000 300000 --kinds csv parquet sqlite

For each model of bench/serving.py (a random forest and a logistic regression on 12 mixed columns), or those named by
`--models`, a package is extracted, scaffolded and trained; rows are drawn like its training rows. Both ways
load the artifact, read the same rows (a CSV file, a parquet file, a table of SQLite), predict all of them and
write them in the same kind, in one process that has imported everything. `batch` does more: it hashes its source,
answers an example first, numbers the rows, quarantines, and syncs each chunk to the disk. The ways take turns, and
the best turn counts for each, since other processes disturb. CPU time counts all threads; wall time the clock.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import serving
import sqlalchemy as sa

PACKAGE = "bench"
SIZES = (20_000, None)  # rows of a chunk; None: the package's own choice


class Options(NamedTuple):
    """What one process measures."""

    model: str
    artifacts: str
    turns: int


class Spent(NamedTuple):
    """Seconds of one run."""

    cpu: float
    wall: float


class Places(NamedTuple):
    """Where rows come from and answers go, for a command and for a program."""

    source: str
    sink: str


def measure(work: Callable[[Path], object]) -> Spent:
    """Give the seconds of one run, in a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        cpu, wall = time.process_time(), time.perf_counter()
        work(Path(folder))
        return Spent(time.process_time() - cpu, time.perf_counter() - wall)


def prepare(rows: Path, kind: str, folder: Path) -> str:
    """Store the rows of the CSV file in a kind, and name where."""
    if kind == "csv":
        return str(rows)
    frame = pd.read_csv(rows)
    if kind == "parquet":
        frame.to_parquet(folder / "rows.parquet", index=False)
        return str(folder / "rows.parquet")
    address = f"sqlite:///{folder / 'rows.db'}"
    with sa.create_engine(address).begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE rows (id INTEGER PRIMARY KEY, {columns(frame)})"))
        frame.rename_axis("id").reset_index().to_sql("rows", connection, if_exists="append", index=False)
    return f"{address}#rows"


def columns(frame: pd.DataFrame) -> str:
    """Declare the columns of a table."""
    types = {"i": "BIGINT", "f": "DOUBLE"}
    return ", ".join(f'"{name}" {types.get(dtype.kind, "TEXT")}' for name, dtype in frame.dtypes.items())


def sink(kind: str, folder: Path) -> str:
    """Name a sink of a kind."""
    return f"sqlite:///{folder / 'out.db'}#answers" if kind == "sqlite" else str(folder / f"out.{kind}")


def predict_whole(artifacts: str, places: Places) -> None:
    """Read, predict and write everything at once, as a short program would."""
    commands = importlib.import_module(f"{PACKAGE}.__main__")
    predictor = importlib.import_module(f"{PACKAGE}.inference").Predictor.load(artifacts)
    if "#" not in places.source:
        answers = predictor.predict(commands.read_rows(Path(places.source)))
        commands.write_table(commands._table(answers), Path(places.sink))
        return
    rows = pd.read_sql_table("rows", sa.create_engine(places.source.partition("#")[0]))
    table = pd.DataFrame({"id": rows["id"], "prediction": predictor.predict(rows)})
    table.to_sql("answers", sa.create_engine(places.sink.partition("#")[0]), index=False)


def predict_in_chunks(artifacts: str, places: Places, size: int | None) -> None:
    """Run `batch`."""
    job = importlib.import_module(f"{PACKAGE}.batch.job")
    job.run_batch(job.Job(places.source, places.sink, Path(artifacts), run="bench", size=size))


def ways(artifacts: str, source: str, kind: str) -> dict[str, Callable[[Path], object]]:
    """Name the ways to answer the rows of a source."""

    def whole(folder: Path) -> None:
        predict_whole(artifacts, Places(source, sink(kind, folder)))

    def chunks(size: int | None) -> Callable[[Path], object]:
        return lambda folder: predict_in_chunks(artifacts, Places(source, sink(kind, folder)), size)

    return {"one predict": whole, **{f"batch of {size or 'its choice'}": chunks(size) for size in SIZES}}


def compare(options: Options, kind: str, rows: Path) -> list[dict[str, Any]]:
    """Give the throughputs of all ways for one kind of source and sink, and their ratios."""
    count = len(pd.read_csv(rows))
    with tempfile.TemporaryDirectory() as folder:
        source = prepare(rows, kind, Path(folder))
        named = ways(options.artifacts, source, kind)
        turns = [{way: measure(work) for way, work in named.items()} for _ in range(options.turns)]
    best = {way: Spent(*map(min, zip(*(turn[way] for turn in turns), strict=True))) for way in named}
    base = best["one predict"]
    return [
        {
            "model": options.model,
            "kind": kind,
            "rows": count,
            "way": way,
            "rows per CPU second": round(count / spent.cpu),
            "ratio": round(base.cpu / spent.cpu, 2),
            "rows per second": round(count / spent.wall),
            "wall ratio": round(base.wall / spent.wall, 2),
        }
        for way, spent in best.items()
    ]


def main() -> None:
    """Print the throughputs and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[60_000, 300_000])
    parser.add_argument(
        "--kinds", nargs="+", choices=["csv", "parquet", "sqlite"], default=["csv", "parquet", "sqlite"]
    )
    parser.add_argument("--models", nargs="+", choices=list(serving.MODELS), default=list(serving.MODELS))
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for count in asked.rows:
            serving.table(count, 1).drop(columns="target").to_csv(Path(folder, f"{count}.csv"), index=False)
        for model in asked.models:
            home = Path(folder, model)
            serving.prepare(home, model)
            serving.run(home, sys.executable, "-m", "nb2prod", "scaffold", "package", "--batch")
            for count, kind in itertools.product(asked.rows, asked.kinds):
                # A process of its own for each model: both packages have one name.
                given = [model, str(home), kind, str(Path(folder, f"{count}.csv")), str(asked.turns)]
                subprocess.run([sys.executable, __file__, "--inside", *given], check=True)


def inside(model: str, home: str, kind: str, rows: str, turns: str) -> None:
    """Measure one model with one kind of source, in this process."""
    sys.path.insert(0, str(Path(home, "package", "src")))
    for found in compare(Options(model, str(Path(home, "artifacts")), int(turns)), kind, Path(rows)):
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(*sys.argv[2:])
    else:
        main()
