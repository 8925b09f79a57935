"""Kill batch runs at random points: SOURCE_FOLDER ARTIFACTS ROWS SINK KILLS in, what was lost or doubled out.

The process imports the package once, and forks for each attempt; the child is killed with SIGKILL after a time drawn
between nothing and the length of a whole run, and started again, until the run is over. Then the sink is compared
with that of a run that nobody disturbed.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COUNT = 50


def main(package: Path, artifacts: str, source: str, sink: str, kills: int) -> int:
    sys.path.insert(0, str(package))
    from churn.batch.job import Job, run_batch  # type: ignore[import-not-found]

    def job(target: str) -> Callable[[], Any]:
        return lambda: run_batch(Job(source, target, Path(artifacts), run="killed", size=300, keep=("customerID",)))

    calm = sink.replace("SINK", "calm")
    attempt(job(calm), None)  # once to warm the caches
    clear(calm)
    began = time.monotonic()
    attempt(job(calm), None)
    whole = time.monotonic() - began
    want, done, runs, lost, doubled, wrong = read(calm), 0, 0, 0, 0, 0
    dice = random.Random(7)
    while done < kills:
        torn = sink.replace("SINK", f"torn{runs}")
        runs += 1
        while attempt(job(torn), dice.uniform(0, whole) if done < kills else None):
            done += 1
        got = read(torn)
        for name, rows in got.items():
            numbers = [row[0] for row in rows]
            lost += len({row[0] for row in want[name]} - set(numbers))
            doubled += len(numbers) - len(set(numbers))
            wrong += sorted(rows) != sorted(want[name])
    print(
        json.dumps(
            {
                "kills": done,
                "runs": runs,
                "seconds": round(whole, 2),
                "rows": len(want["answers"]),
                "quarantined": len(want["quarantine"]),
                "lost": lost,
                "doubled": doubled,
                "wrong": wrong,
            }
        )
    )
    return 1 if lost or doubled or wrong else 0


def attempt(run: Callable[[], Any], after: float | None) -> bool:
    """Run in a child; tell whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            run()
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("the run itself failed")
    return os.WIFSIGNALED(status)


def clear(sink: str) -> None:
    """Forget a run."""
    path = Path(sink.partition("#")[0].rpartition("///")[2])
    if sink.startswith("postgresql"):
        import sqlalchemy as sa

        address, _, table = sink.rpartition("#")
        with sa.create_engine(address).begin() as connection:
            for suffix in ("", "_quarantine", "_runs", "_chunks"):
                connection.execute(sa.text(f'DROP TABLE "{table}{suffix}"'))
        return
    for left in path.parent.glob(f"{path.stem}.*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def read(sink: str) -> dict[str, list[tuple[Any, ...]]]:
    """Give the answers and the quarantined rows, their number first."""
    address, _, table = sink.rpartition("#")
    if address:
        import sqlalchemy as sa

        with sa.create_engine(address).connect() as connection:
            return {
                name: [
                    tuple(row)[1:]
                    for row in connection.execute(sa.text(f'SELECT * FROM "{table}{suffix}" ORDER BY source_row'))
                ]
                for name, suffix in (("answers", ""), ("quarantine", "_quarantine"))
            }
    path = Path(sink)
    files = {"answers": path, "quarantine": path.with_name(f"{path.stem}.quarantine{path.suffix}")}
    return {name: read_file(file) for name, file in files.items()}


def read_file(path: Path) -> list[tuple[Any, ...]]:
    if path.suffix == ".parquet":
        import pandas as pd

        return [tuple(row) for row in pd.read_parquet(path).itertuples(index=False)]
    with path.open(newline="", encoding="utf-8") as file:
        return [(int(row[0]), *row[1:]) for row in list(csv.reader(file))[1:]]


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(Path(given[0]), given[1], given[2], given[3], int(given[4]) if len(given) > 4 else COUNT))
