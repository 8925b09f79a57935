"""Train a package and write what it answers: `ask_broken.py PACKAGE TARGET`, in the folder of its data.

The oracle of the faults: a fault that changes nothing of this is none.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probe import plain  # type: ignore[import-not-found]  # beside this script's import path, when it runs

SINGLES = 15
Rows = Any


def main(package: str, target: str) -> None:
    """Train, ask, write."""
    training = importlib.import_module(f"{package}.training")
    data = importlib.import_module(f"{package}.data")
    saving = importlib.import_module(f"{package}.saving")
    answer = importlib.import_module(f"{package}.inference").predict_rows
    fitted = saving.run_training(training.fit, data.load_data())
    rows = fitted.rows
    step = max(1, len(rows) // SINGLES)
    said = {
        "metrics": {name: repr(value) for name, value in (fitted.metrics or {}).items()},
        "state": {name: repr(value) for name, value in sorted(vars(fitted.state).items()) if is_plain(value)},
        "batch": attempt(lambda: answer(take(rows, slice(None)), fitted.state, fitted.model)),
        "alone": [
            attempt(lambda at=at: answer(take(rows, slice(at, at + 1)), fitted.state, fitted.model))  # type: ignore[misc]
            for at in range(0, len(rows), step)
        ],
    }
    Path(target).write_text(json.dumps(said), encoding="utf-8")


def is_plain(value: object) -> bool:
    """Whether the text of a value says all of it."""
    return isinstance(value, str | int | float | list | dict)


def attempt(ask: Callable[[], Any]) -> str:
    """The answers, rounded, or the fault."""
    try:
        return json.dumps([round(v, 9) if isinstance(v, float) else v for v in plain(ask())], default=str)
    except Exception as fault:  # broken packages fail in every way
        return type(fault).__name__


def take(rows: Rows, places: slice) -> Rows:
    """Rows of a table, an array or a list."""
    return rows.iloc[places].copy() if hasattr(rows, "iloc") else rows[places]


if __name__ == "__main__":
    main(*sys.argv[1:])
