"""The runs of the notebook and of the package: whether a difference is more than chance, where training is random.

Input: the recorded runs of the notebook, and as many trained artifacts of the package. Every run is asked the same raw
rows, with its own fitted objects. Without further runs there is no spread, and nothing is excused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .compare import UnknownError, learned_differ, rows_agree, table
from .permutation import apart
from .recorded import Missing

ANSWERS = ("predictions", "predictions")
Key = tuple[str, str]
Quantities = dict[Key, Any]
"""What one run gave: (group, name) -> value."""


class Spread:
    """The differences between runs of the notebook and trainings of the package."""

    def __init__(self, notebook: list[Quantities], package: list[Quantities]) -> None:
        self.varies = False
        self.differing: frozenset[Key] = frozenset()
        self.known: frozenset[Key] = frozenset()
        if len(notebook) < 2 or len(notebook) != len(package):
            return
        runs = [*notebook, *package]
        squares = {}
        for key in notebook[0]:
            if all(key in run and not isinstance(run[key], Missing) for run in runs):
                found = between([run[key] for run in runs])
                if found is not None:
                    squares[key] = found
                    self.varies = self.varies or bool(found[: len(notebook), : len(notebook)].any())
        self.known, self.differing = frozenset(squares), apart(squares)

    def excuses(self, group: str, name: str) -> bool:
        """Tell whether a difference is no more than chance: the notebook varies, and the package as it does."""
        key = (group, name)
        return self.varies and key in self.known and key not in self.differing


def between(values: list[Any]) -> np.ndarray | None:
    """Squared distances between values; None if they cannot be compared."""
    distance = _distance(values)
    found = np.zeros((len(values), len(values)))
    try:
        for one in range(len(values)):
            for other in range(one):
                found[one, other] = found[other, one] = distance(values[one], values[other])
    except UnknownError:
        return None
    return found


def _distance(values: list[Any]) -> Callable[[Any, Any], float]:
    if any(isinstance(value, (str, bytes, dict, type(None))) or hasattr(value, "get_params") for value in values):
        return _unlike
    try:
        tables = [table(value) for value in values]
    except (TypeError, ValueError):
        return _unlike
    if any(one.shape != tables[0].shape or one.dtype.kind not in "biufOSU" for one in tables):
        return _unlike
    if all(one.dtype.kind in "f" and np.isfinite(one).all() for one in tables):
        return _squared
    return _share if len(tables[0]) else _unlike


def _squared(one: Any, other: Any) -> float:
    return 0.0 if rows_agree(one, other).all() else float(np.square(table(one) - table(other)).mean())


def _share(one: Any, other: Any) -> float:
    return float((~rows_agree(one, other)).mean())


def _unlike(one: Any, other: Any) -> float:
    return float(bool(learned_differ(one, other)))
