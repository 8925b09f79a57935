"""The package under test: its modules, and its training in a process of its own.

Run as ``python -m nb2prod_inside.package SPEC FOLDER``, it trains once and leaves the artifact in FOLDER, in a fresh
interpreter, so that chance plays as it does between runs of the notebook.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Package:
    """The modules of the package under test."""

    name: str
    training: Any
    data: Any
    inference: Any
    preprocessing: Any
    artifact: Any
    schema: Any
    saving: Any

    @classmethod
    def load(cls, name: str) -> Package:
        """Import the modules."""
        parts = ("training", "data", "inference", "preprocessing", "artifact", "schema", "saving")
        return cls(name, *(importlib.import_module(f"{name}.{part}") for part in parts))

    def state(self, learned: dict[str, Any]) -> Any:
        """Build the state of learned values; those that only labels need stay empty."""
        state = self.preprocessing.PreprocessingState()
        for name, value in learned.items():
            if hasattr(state, name):
                setattr(state, name, value)
        return state

    def train(self, folder: str) -> tuple[Any, Any]:
        """Train as the package does, save into a folder; give what was fitted and the predictor that was saved."""
        fitted = self.saving.run_training(self.training.fit, self.data.load_data())
        self.saving.prove_and_save(fitted, folder)
        return fitted, self.inference.Predictor.load(folder)


@contextlib.contextmanager
def at_home(spec: dict[str, Any]) -> Iterator[None]:
    """Import the package from its source, read data where the notebook does, and keep stdout clean."""
    sys.path.insert(0, spec["source"])
    os.chdir(spec["folder"])
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(sys.stderr):
        yield


def main(path: str, folder: str) -> None:
    """Train once."""
    spec = json.loads(Path(path).read_text(encoding="utf-8"))
    with at_home(spec):
        Package.load(spec["package"]).train(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
