"""The command `retrain`: train on new data, compare with the artifact in use on the same rows, promote if not worse.

The artifact in use is exchanged as a whole folder, in one step where the system can; the one before stays as
DIR.previous for `--roll-back`. A candidate that is not promoted stays as DIR.candidate, to be looked at.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from {{ cookiecutter.package }} import __main__ as command_line
from {{ cookiecutter.package }} import config
from {{ cookiecutter.package }}.artifact import ArtifactError, exchange_folders, load_artifact, replace_folder
from {{ cookiecutter.package }}.inference import Predictor
from {{ cookiecutter.package }}.schema import SchemaError
from {{ cookiecutter.package }}.serving import ServingError, by_row, take

PACKAGE = Path(command_line.__file__).parent

def add_command(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser("retrain", help="Train on new data; promote what is not worse, or roll back.")
    parser.add_argument("--artifacts", type=Path, default=config.ARTIFACTS, metavar="DIR", help="the one in use")
    parser.add_argument("--data", action="append", default=[], metavar="[NAME=]PATH", help="as of train")
    parser.add_argument("--holdout", type=Path, metavar="FILE", help="rows that neither model was trained on")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="CSV: their true answers, as predict writes them")
    parser.add_argument("--margin", type=float, default=0.0, help="how much worse the score may be (default: 0)")
    parser.add_argument("--roll-back", action="store_true", help="return to the artifact before the last promotion")
    parser.set_defaults(run=retrain)


def retrain(options: argparse.Namespace) -> None:
    """Print what was compared and done as JSON."""
    from {{ cookiecutter.package }} import training  # which no other command has to wait for

    live = options.artifacts.resolve()
    if options.roll_back:
        _roll_back(live)
        print(json.dumps({"rolled_back": True}))
        return
    if options.holdout is None or options.labels is None:
        raise OSError("give --holdout and --labels: without them nothing says whether the new model is worse")
    if not np.isfinite(options.margin) or options.margin < 0:
        raise OSError("--margin must be a number of at least 0")
    _recover(live)
    candidate = live.with_name(f"{live.name}.candidate")
    with contextlib.redirect_stdout(sys.stderr):
        rows, labels = command_line.read_rows(options.holdout), _read_labels(options.labels)
        _train(training, command_line._paths(options.data), candidate)
        report = compare(Predictor.load(live), Predictor.load(candidate), rows, labels, options.margin)
    if report["promoted"]:
        promote(live, candidate)
    print(json.dumps(report, indent=2))


def _train(training: Any, paths: dict[str, str], candidate: Path) -> None:
    try:
        training.train(paths, candidate)
    except (ArtifactError, SchemaError, ServingError, OSError, ImportError):
        raise  # which say what is wrong
    except Exception as error:  # the notebook's code may stop at other data for any reason
        frames = traceback.extract_tb(error.__traceback__)
        place = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)][-1]
        at = f"{Path(place.filename).name} line {place.lineno}"
        raise ServingError(f"training stops at the new data ({at}: {error!r}); nothing was promoted") from error


def compare(live: Predictor, candidate: Predictor, rows: Any, labels: np.ndarray, margin: float) -> dict[str, Any]:
    """Score two models on the rows that the one in use answers."""
    if len(rows) != len(labels):
        raise ServingError(f"the holdout has {len(rows)} rows, and {len(labels)} labels")
    answered = np.setdiff1d(np.arange(len(rows)), _refused(live, rows))
    if not len(answered):
        raise ServingError("the model in use answers no row of the holdout")
    rows, labels = take(rows, answered), labels[answered]
    refused = len(_refused(candidate, rows))
    report: dict[str, Any] = {"rows": len(labels), "refused_by_the_new_one": refused, "promoted": False}
    if refused:
        return report
    measure, old = score(live, rows, labels)
    other, new = score(candidate, rows, labels)
    if measure != other:
        raise ServingError("one of the models gives classes, the other numbers: they cannot be compared")
    worse = old - new if measure == "accuracy" else new - old
    return {**report, "measure": measure, "in_use": old, "new": new, "promoted": bool(worse <= margin)}


def score(predictor: Predictor, rows: Any, labels: np.ndarray) -> tuple[str, float]:
    """Give the share of right classes, or the mean absolute error of numbers."""
    answers = by_row(predictor.predict(rows))
    if answers.shape[1] != 1:
        raise ServingError("a model with several answers for a row cannot be compared")
    said = answers[:, 0]
    classes = getattr(predictor.artifact.model, "classes_", None)
    if classes is None and said.dtype.kind == "f":
        try:
            return "mean absolute error", float(np.abs(said - labels.astype(float)).mean())
        except (TypeError, ValueError) as error:
            raise ServingError("the labels are no numbers, as the answers are") from error
    if not set(labels.tolist()) & set(said.tolist()):
        raise ServingError("no label is written as the answers are: give them as predict writes them")
    return "accuracy", float(np.mean([bool(one == other) for one, other in zip(said, labels, strict=True)]))


def promote(live: Path, candidate: Path) -> None:
    """Put the candidate in place, and keep what was there."""
    previous = live.with_name(f"{live.name}.previous")
    shutil.rmtree(previous, ignore_errors=True)
    replace_folder(live, candidate, previous)


def _roll_back(live: Path) -> None:
    previous = live.with_name(f"{live.name}.previous")
    if not previous.is_dir():
        raise ArtifactError(f"{previous} does not exist: nothing was promoted before")
    load_artifact(previous)  # a damaged one must not take the place
    if not live.exists() or exchange_folders(previous, live):
        _recover(live)
        return
    aside = live.with_name(f"{live.name}.aside")
    live.rename(aside)
    previous.rename(live)
    aside.rename(previous)


def _recover(live: Path) -> None:
    """Return what a promotion put aside before it was killed, where folders cannot be exchanged in one step."""
    previous = live.with_name(f"{live.name}.previous")
    if not live.exists() and previous.is_dir():
        previous.rename(live)


def _refused(predictor: Predictor, rows: Any) -> list[int]:
    try:
        predictor.schema.validate(rows)
    except SchemaError as error:
        if not error.rows:
            raise
        return list(error.rows)
    return []


def _read_labels(path: Path) -> np.ndarray:
    table = pd.read_csv(path)
    if table.shape[1] != 1 or table.isna().any(axis=None):
        raise command_line.UnreadableError(f"{path} is not one column of labels without gaps, with a header")
    return table.iloc[:, 0].to_numpy()
