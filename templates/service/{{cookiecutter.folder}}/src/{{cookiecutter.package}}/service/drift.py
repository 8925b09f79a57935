"""Drift of the input: the rows of the last while against the training rows, column by column, in numpy.

Requests only hand over their rows; they are counted in the training bins by a thread of their own.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

WINDOWS = 12
WAITING = 20_000  # rows that may wait to be counted; more are left out
ENOUGH = 200  # rows below which shares say little
FLOOR = 1e-4  # a share of nothing would make the index infinite


class Drift(NamedTuple):
    """How far a column is from training; None where there are too few rows."""

    psi: float | None
    ks: float | None
    missing: float
    rows: int


class Counter:
    """Counts the values of one column in the bins of training, or by category; then the nulls."""

    def __init__(self, column: Any) -> None:
        self.name = str(column.name)
        self.edges = None if column.edges is None else np.asarray(column.edges, dtype="float64")
        self.places = {value: place for place, value in enumerate(column.categories or [])}
        training = [*(column.counts or []), 0]  # the last: above the range, or of no known category
        total = max(1, sum(training))
        self.training = np.asarray(training, dtype="float64") / total
        self.size = len(training)
        self.ordered = self.edges is not None
        self.windows: deque[np.ndarray] = deque([np.zeros(self.size + 1)], maxlen=WINDOWS)

    def add(self, values: list[Any]) -> None:
        """Count values into the newest window."""
        present = [value for value in values if value is not None]
        if self.edges is not None:
            numbers = np.asarray(present, dtype="float64")
            found = np.searchsorted(self.edges, numbers, side="left")
        else:
            found = np.asarray([self.places.get(value, self.size - 1) for value in present], dtype="int64")
        counts = np.bincount(found, minlength=self.size + 1).astype("float64")
        counts[self.size] += len(values) - len(present)
        self.windows[-1] += counts

    def turn(self) -> None:
        """Begin a new window; the oldest is forgotten."""
        self.windows.append(np.zeros(self.size + 1))

    def drift(self) -> Drift:
        """Compare the windows with training."""
        counts = np.sum(self.windows, axis=0)
        rows, present = float(counts.sum()), float(counts[:-1].sum())
        missing = float(counts[-1] / rows) if rows else 0.0
        if present < ENOUGH:
            return Drift(None, None, missing, int(rows))
        shares = counts[:-1] / present
        return Drift(psi(self.training, shares), ks(self.training, shares), missing, int(rows))


def psi(expected: np.ndarray, found: np.ndarray) -> float:
    """Population stability index of two distributions over the same bins."""
    before, now = np.maximum(expected, FLOOR), np.maximum(found, FLOOR)
    return float(np.sum((now - before) * np.log(now / before)))


def ks(expected: np.ndarray, found: np.ndarray) -> float:
    """Largest distance of the two distribution functions, at the edges of the bins."""
    return float(np.max(np.abs(np.cumsum(expected) - np.cumsum(found))))


class Monitor:
    """The counters of all columns that matter, and the rows that wait for them."""

    def __init__(self, columns: Sequence[Any]) -> None:
        self.counters = [Counter(column) for column in columns if column.required and column.counts is not None]
        self.waiting: deque[Any] = deque(maxlen=WAITING)
        self.lock = threading.Lock()

    def see(self, rows: Sequence[Any]) -> None:
        """Hand over rows that were answered."""
        self.waiting.extend(rows)

    def count(self) -> None:
        """Count the rows that wait."""
        with self.lock:
            rows = [self.waiting.popleft() for _ in range(len(self.waiting))]
            for counter in self.counters if rows else ():
                counter.add([row.get(counter.name) for row in rows])

    def turn(self) -> None:
        """Begin a new window in every column."""
        with self.lock:
            for counter in self.counters:
                counter.turn()

    def drifts(self) -> dict[str, Drift]:
        """How far each column is from training."""
        self.count()
        with self.lock:
            return {counter.name: counter.drift() for counter in self.counters}
