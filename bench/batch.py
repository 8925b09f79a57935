"""Throughput of `batch` against one big `predict`: PACKAGE_SRC ARTIFACTS ROWS.csv in, rows per CPU second out.

    python bench/batch.py package/src package/artifacts rows.csv

Both load the artifact, read the same CSV file, predict all of its rows and write a CSV file, in one process that has
imported everything. `batch` does more: it hashes its source, answers an example first, numbers the rows, syncs each
chunk to the disk and joins them. The ways take turns, and the best of five turns counts for each, since other
processes disturb.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TURNS = 5
SIZES = (10_000, 20_000, None)  # rows of a chunk; None: the package's own choice


def measure(work: Callable[[Path], object]) -> float:
    """Give the CPU seconds of one run, in a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        work(Path(folder))
        return time.process_time() - began


def main(source: str, artifacts: str, rows: str) -> None:
    """Print the throughputs and their ratios."""
    sys.path.insert(0, source)
    from churn import __main__ as commands
    from churn.batch.job import Job, run_batch
    from churn.inference import Predictor

    def whole(folder: Path) -> None:
        answers = Predictor.load(artifacts).predict(commands.read_rows(Path(rows)))
        commands.write_table(commands._table(answers), folder / "out.csv")

    def chunks(size: int | None) -> Callable[[Path], object]:
        return lambda folder: run_batch(Job(rows, f"{folder}/out.csv", Path(artifacts), size=size))

    ways = {"one predict": whole, **{f"batch of {size or 'its choice'}": chunks(size) for size in SIZES}}
    turns = [{name: measure(work) for name, work in ways.items()} for _ in range(TURNS)]
    best = {name: min(turn[name] for turn in turns) for name in ways}
    count = len(commands.read_rows(Path(rows)))
    for name, seconds in best.items():
        speed = {"rows": count, "rows per CPU second": round(count / seconds)}
        print(json.dumps({"way": name, **speed, "ratio": round(best["one predict"] / seconds, 2)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
