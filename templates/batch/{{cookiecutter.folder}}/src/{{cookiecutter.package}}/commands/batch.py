"""The command `batch`: score a table in chunks into another table; the same command again goes on where it stopped."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from {{ cookiecutter.package }} import config
from {{ cookiecutter.package }}.batch.table import BatchError
from {{ cookiecutter.package }}.serving import ServingError


def add_command(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("batch", help="Score a table in chunks, resumably.")
    parser.add_argument("source", help=".csv, .parquet, or URL#table, env:NAME#table, file:PATH#table")
    parser.add_argument("sink", help=".csv, .parquet, or URL#table, env:NAME#table, file:PATH#table")
    parser.add_argument("--artifacts", type=Path, default=config.ARTIFACTS, metavar="DIR")
    parser.add_argument(
        "--run", dest="name", metavar="NAME", help="a run is done once; needed when the source is a table"
    )
    parser.add_argument("--key", metavar="COLUMN", help="order of a table (default: its primary key)")
    parser.add_argument("--keep", action="append", default=[], metavar="COLUMN", help="copy a column to the answers")
    parser.add_argument("--chunk-rows", type=int, metavar="N", help="default: up to 500 000, fewer where rows are wide; fewer rows take less memory")
    parser.add_argument("--probabilities", action="store_true", help="add the class probabilities")
    parser.set_defaults(run=batch)


def batch(options: argparse.Namespace) -> None:
    """Score what is not yet committed, and print what the run has done as JSON."""
    missing = [name for name in ("pyarrow", "sqlalchemy", "tqdm") if not find_spec(name)]
    if missing:
        raise ImportError(f"{', '.join(missing)} missing: pip install '{{ cookiecutter.package }}[batch]'")
    if options.chunk_rows is not None and options.chunk_rows < 1:
        raise BatchError("--chunk-rows must be at least 1")
    from sqlalchemy.exc import SQLAlchemyError

    from {{ cookiecutter.package }}.batch.job import Job, run_batch

    with contextlib.redirect_stdout(sys.stderr):
        try:
            outcome = run_batch(
                Job(
                    source=options.source,
                    sink=options.sink,
                    artifacts=options.artifacts,
                    run=options.name,
                    key=options.key,
                    keep=tuple(options.keep),
                    size=options.chunk_rows,
                    probabilities=options.probabilities,
                )
            )
        except SQLAlchemyError as error:
            raise BatchError(f"the database refuses: {getattr(error, 'orig', None) or error}") from error
    print(json.dumps(asdict(outcome)))
    if outcome.rows and not outcome.answered:
        raise ServingError(f"none of the {outcome.rows} rows could be answered: see the quarantine for the reasons")
