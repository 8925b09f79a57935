"""One training run for all tests, on the notebook's data: found in $DATA_DIR, else in the current folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from digits import config
from digits.artifact import Fitted
from digits.data import load_data
from digits.inference import Predictor
from digits.saving import prove_and_save, run_training
from digits.schema import SchemaError
from digits.serving import spread, take
from digits.training import fit


def find(path: str) -> str:
    """Find a source of the notebook, by its path there or by its name."""
    if "://" in path:
        return path
    folder = Path(os.environ.get("DATA_DIR", "."))
    for place in (folder / path, folder / Path(path).name):
        if place.exists():
            return str(place)
    pytest.fail(f"{path} is not in {folder.resolve()}: set DATA_DIR to the folder of the notebook's data")


@pytest.fixture(scope="session")
def data() -> dict[str, str]:
    """Where the sources are."""
    return {name: find(path) for name, path in config.DATA.items()}


@pytest.fixture(scope="session")
def fitted(data: dict[str, str]) -> Fitted:
    """What one training run made."""
    return run_training(fit, load_data(data))


@pytest.fixture(scope="session")
def artifacts(fitted: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artifact of that run."""
    folder = tmp_path_factory.mktemp("trained") / "artifacts"
    prove_and_save(fitted, folder)
    return folder


@pytest.fixture(scope="session")
def predictor(artifacts: Path) -> Predictor:
    """The predictor of the trained artifact."""
    return Predictor.load(artifacts)


@pytest.fixture(scope="session")
def rows(fitted: Fitted, predictor: Predictor) -> Any:
    """A few raw rows that can be answered."""
    places = [place for place in spread(len(fitted.rows), 40) if fits(predictor, take(fitted.rows, [place]))]
    return take(fitted.rows, places[:10])


def fits(predictor: Predictor, row: Any) -> bool:
    """Tell whether a row fits the schema."""
    try:
        predictor.schema.validate(row)
    except SchemaError:
        return False
    return True
