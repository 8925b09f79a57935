"""Ask a trained package for predictions in every way that must not matter.

Run as a script in an empty folder: `ask_package.py PACKAGE ARTIFACTS REQUEST ANSWERS`. REQUEST is a
pickle of the raw rows, the target columns and how many single rows to ask; ANSWERS becomes a pickle of
the answers, each back in the order of the raw rows.
"""

from __future__ import annotations

import importlib
import pickle
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probe import plain  # type: ignore[import-not-found]  # beside this script, when it runs

Rows = Any  # a frame, an array or a list
Predict = Callable[[Rows], list[Any]]


def main(package: str, artifacts: str, request: str, answers: str) -> None:
    """Load the predictor, ask, and write what it said."""
    asked = pickle.loads(Path(request).read_bytes())
    module = importlib.import_module(f"{package}.inference")
    predictor = module.Predictor.load(artifacts)
    said = ask(lambda rows: plain(predictor.predict(rows)), **asked)
    Path(answers).write_bytes(pickle.dumps(said))


def ask(predict: Predict, raw: Rows, target: list[str], singles: int) -> dict[str, Any]:
    """Return the answers to the whole, to single rows, shuffled, and without the target columns."""
    before = pickle.dumps(raw)
    said: dict[str, Any] = {"whole": predict(raw), "input_kept": equal(raw, pickle.loads(before))}
    raw = pickle.loads(before)
    step = max(1, len(raw) // singles)
    said["single"] = {i: predict(take(raw, [i])) for i in range(0, len(raw), step)}
    said["shuffled"] = shuffled(predict, raw)
    present = [name for name in target if name in getattr(raw, "columns", ())]
    if present:
        said["without_target"] = predict(raw.drop(columns=present))
    return said


def equal(rows: Rows, others: Rows) -> bool:
    """Whether two sets of rows are the same in every cell, column name and index label."""
    return bool(rows.equals(others)) if hasattr(rows, "equals") else pickle.dumps(rows) == pickle.dumps(others)


def shuffled(predict: Predict, raw: Rows) -> list[Any]:
    """Return the answers to the rows in another order, put back into the old one."""
    order = list(range(len(raw)))
    random.Random(0).shuffle(order)
    answers = predict(take(raw, order))
    return [answer for _, answer in sorted(zip(order, answers, strict=True), key=lambda pair: pair[0])]


def take(raw: Rows, places: list[int]) -> Rows:
    """Return the rows at these positions, of a frame, an array or a list."""
    if hasattr(raw, "iloc"):
        return raw.iloc[places]
    return raw[places] if hasattr(raw, "shape") else [raw[i] for i in places]


if __name__ == "__main__":
    main(*sys.argv[1:])
