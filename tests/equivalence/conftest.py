"""Fixtures of the equivalence suite: a warm interpreter, and notebook runs cached by their content."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .cases import Case, digest
from .processes import Run, WarmPython
from .trial import Observed

Observe = Callable[[Case, Path, Run], Observed]
Remember = Callable[[Case, Observe, Run], Observed]


@pytest.fixture(scope="session")
def warm_run() -> Iterator[Run]:
    warm = WarmPython()
    yield warm.run
    warm.close()


@pytest.fixture
def remember(request: pytest.FixtureRequest, tmp_path: Path) -> Remember:
    """Return a function that runs a notebook, or recalls the run from pytest's cache folder."""
    cache = request.config.cache
    assert cache
    shelf = cache.mkdir("notebook-runs")

    def observed(case: Case, observe: Observe, run: Run) -> Observed:
        slot = shelf / f"{case.name}-{digest(case)}.pickle"
        if not slot.exists():
            fresh = observe(case, tmp_path / "observed", run)
            part = slot.with_suffix(f".{os.getpid()}")
            part.write_bytes(pickle.dumps((fresh.raw, fresh.pred, fresh.metrics)))
            part.replace(slot)
        return Observed(*pickle.loads(slot.read_bytes()))

    return observed
