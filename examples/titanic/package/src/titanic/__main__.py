"""The command line: train, predict.

Results go to stdout; a fault of the input is one line on stderr. Exit code 1: the rows, the artifact or the
model do not fit; 2: bad arguments or an unreadable file.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from titanic import config
from titanic.artifact import ArtifactError
from titanic.inference import Predictor
from titanic.schema import SchemaError
from titanic.serving import ServingError

ROWS = "test_df"  # the source whose rows are predicted


class UnreadableError(Exception):
    """The input or output file is of no known kind, or broken."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    options = _parser().parse_args(argv)
    try:
        options.run(options)
    except (ArtifactError, SchemaError, ServingError) as error:
        return _complain(error, 1)
    except BrokenPipeError:  # the reader of stdout has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, ImportError, UnreadableError) as error:
        return _complain(error, 2)
    except KeyboardInterrupt:
        return _complain("interrupted", 130)
    return 0


def train(options: argparse.Namespace) -> None:
    """Train and print the metrics; whatever the libraries print goes to stderr."""
    from titanic import training  # which no other command has to wait for

    with contextlib.redirect_stdout(sys.stderr):
        metrics = training.train(_paths(options.data), options.artifacts)
    print(json.dumps(metrics, indent=2))


def predict(options: argparse.Namespace) -> None:
    """Predict the rows of a file, in order."""
    rows = read_rows(options.input)
    with contextlib.redirect_stdout(sys.stderr):
        predictions = Predictor.load(options.artifacts).predict(rows)
    write_table(_table(predictions), options.output)
    sys.stdout.flush()


def read_rows(path: Path) -> Any:
    """Read the rows of a file by its suffix."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist")
    try:
        return _read(path)
    except (ValueError, KeyError) as error:  # what pandas and json raise for a broken file
        raise UnreadableError(f"{path} cannot be read: {error}") from error


def _read(path: Path) -> Any:
    suffix = path.suffix.lower()
    if suffix == ".json":
        return json.loads(path.read_text(encoding="utf-8"))
    if suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if suffix == ".parquet":
        return pd.read_parquet(path)
    if suffix in (".csv", ".tsv", ".txt", ".data", ".gz"):
        return pd.read_csv(path)
    raise UnreadableError(f"{path} is none of .csv, .parquet, .json, .jsonl")


def write_table(table: pd.DataFrame, path: Path | None) -> None:
    """Write a table by the suffix of its file, or as CSV to stdout."""
    suffix = ".csv" if path is None else path.suffix.lower()
    if suffix == ".parquet":
        table.to_parquet(path, index=False)
    elif suffix in (".json", ".jsonl"):
        table.to_json(path, orient="records", lines=suffix == ".jsonl")
    elif suffix == ".csv":
        table.to_csv(path or sys.stdout, index=False)
    else:
        raise UnreadableError(f"{path} is none of .csv, .parquet, .json, .jsonl")


def _table(predictions: Any) -> pd.DataFrame:
    if isinstance(predictions, pd.DataFrame):
        return predictions
    values = predictions.toarray() if hasattr(predictions, "toarray") else np.asarray(predictions)
    if values.ndim == 1 or values.shape[1] == 1:
        return pd.DataFrame({"prediction": values.ravel()})
    values = values.reshape(len(values), -1)
    return pd.DataFrame(values, columns=[f"prediction_{place}" for place in range(values.shape[1])])


def _paths(given: list[str]) -> dict[str, str]:
    paths = {}
    for text in given:
        name, found, path = text.partition("=")
        if found and name in config.DATA:
            paths[name] = path
        elif ROWS in config.DATA:
            paths[ROWS] = text
        else:
            raise UnreadableError(
                f"--data {text}: write NAME=PATH, NAME being one of {', '.join(config.DATA)}"
            )
    return paths


def _complain(error: object, code: int) -> int:
    text = " ".join(str(error).split())
    if isinstance(error, FileNotFoundError) and error.filename:
        text = f"{error.filename} does not exist: run in its folder, or give its place with --data"
    print(f"titanic: {text}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="titanic", description="Predicts Survived as in notebook.ipynb.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for run in (train, predict):
        command = commands.add_parser(run.__name__, help=str(run.__doc__))
        command.set_defaults(run=run, data=[])
        command.add_argument("--artifacts", type=Path, default=config.ARTIFACTS, metavar="DIR")
        if run is predict:
            command.add_argument("input", type=Path, metavar="INPUT", help=".csv, .parquet, .json or .jsonl")
            command.add_argument("--output", type=Path, metavar="FILE", help="default: CSV on stdout")
        elif config.DATA:
            text = f"another file for a source ({', '.join(config.DATA)}); PATH alone is for {ROWS}"
            command.add_argument("--data", action="append", metavar="[NAME=]PATH", help=text)
    for path in sorted(Path(__file__).parent.glob("commands/[!_]*.py")):  # what nb2prod scaffold added
        module = importlib.import_module(f"titanic.commands.{path.stem}")
        module.add_command(commands)
    return parser


if __name__ == "__main__":
    sys.modules["titanic.__main__"] = sys.modules["__main__"]  # commands import it by this name
    sys.exit(main())
