"""Throughput of `batch` against one big `predict`: PACKAGE_SRC ARTIFACTS ROWS.csv in, rows per CPU second out.

Both read the CSV file, predict and write a CSV file, in one process that has imported everything; three times, best.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def best(work: Callable[[Path], object]) -> float:
    """Give the least CPU seconds of three runs, each in a fresh folder."""
    seconds = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            began = time.process_time()
            work(Path(folder))
            seconds.append(time.process_time() - began)
    return min(seconds)


def main(source: str, artifacts: str, rows: str) -> None:
    """Print the throughputs and their ratios."""
    sys.path.insert(0, source)
    from churn import __main__ as commands
    from churn.batch.job import Job, run_batch
    from churn.inference import Predictor

    def whole(folder: Path) -> None:
        answers = Predictor.load(artifacts).predict(commands.read_rows(Path(rows)))
        commands.write_table(commands._table(answers), folder / "out.csv")

    count = len(commands.read_rows(Path(rows)))
    one = best(whole)
    report = {"rows": count, "one predict": round(count / one)}
    for size in (20_000, 50_000):
        chunked = best(lambda folder, size=size: run_batch(Job(rows, f"{folder}/out.csv", Path(artifacts), size=size)))
        report |= {f"batch of {size}": round(count / chunked), f"ratio {size}": round(one / chunked, 2)}
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
