"""The model that answers: loaded once, its hashes checked, warmed up; replaced when the artifact is."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from {{ cookiecutter.package }} import __version__
from {{ cookiecutter.package }}.artifact import ArtifactError
from {{ cookiecutter.package }}.inference import Predictor
from {{ cookiecutter.package }}.schema import SchemaError
from {{ cookiecutter.package }}.service.problems import Problem
from {{ cookiecutter.package }}.service.rows import Items, Table, reader_of
from {{ cookiecutter.package }}.service.settings import Settings
from {{ cookiecutter.package }}.serving import by_row

NAME = "{{ cookiecutter.package }}"
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answers:
    """What a model said of some rows."""

    predictions: list[Any]
    probabilities: list[list[float]] | None
    version: str

    def part(self, start: int, end: int) -> Answers:
        """The answers to some of the rows."""
        few = None if self.probabilities is None else self.probabilities[start:end]
        return Answers(self.predictions[start:end], few, self.version)


class Served:
    """One artifact in service."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.digest, self.predictor = _load(settings.artifacts)
        self.version = f"{__version__}+{self.digest[:12]}"
        self.reader: Table | Items = reader_of(self.predictor.schema, settings)
        self.example = _plain(self.predictor.schema.example())
        self.classes = _classes(self.predictor.artifact.model)
        self.sample = self.answer([self.example, self.example])  # the first answer takes longest: warm up

    def answer(self, rows: Sequence[Any]) -> Answers:
        """Answer rows that were checked; a row that the model cannot answer is a Problem."""
        try:
            return self._ask(list(rows))
        except SchemaError:
            raise Problem(422, "the rows do not fit the model") from None
        except Exception as error:  # generated code may stop at a row for any reason
            LOG.warning("the model stopped at a row: %s", type(error).__name__, exc_info=error)
            raise Problem(422, "the model has no answer to these rows") from None

    def _ask(self, rows: list[Any]) -> Answers:
        predictions, probabilities = self.predictor.answers(rows)
        shares = None if probabilities is None else by_row(probabilities).tolist()
        return Answers(_plain_list(predictions), shares, self.version)

    def replaced(self) -> bool:
        """Tell whether another artifact lies in the folder now."""
        try:
            return _digest(self.settings.artifacts) != self.digest
        except OSError:  # it is being replaced
            return False

    def describe(self) -> dict[str, Any]:
        """Say what is served, and where it came from."""
        artifact = self.predictor.artifact
        return {
            "name": NAME,
            "version": self.version,
            "metrics": artifact.metrics,
            "schema": self.reader.schema(),
            "example": self.example,
            "classes": self.classes,
            "provenance": {
                "package": f"{NAME} {__version__}",
                "notebook": artifact.info.get("notebook"),
                "artifact": self.digest,
                "files": artifact.info.get("files"),
                "python": artifact.info.get("python"),
                "libraries": artifact.info.get("libraries"),
            },
        }


def _load(folder: Path) -> tuple[str, Predictor]:
    """Load an artifact whole: not half of one and half of its successor."""
    fault: Exception | None = None
    for _ in range(5):
        try:
            digest = _digest(folder)
            predictor = Predictor.load(folder)
            if _digest(folder) == digest:
                return digest, predictor
        except (OSError, ArtifactError) as error:
            fault = error
        time.sleep(0.1)
    raise fault or ArtifactError(f"{folder} is being replaced all the time")


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def _classes(model: Any) -> list[Any] | None:
    classes = getattr(model, "classes_", None)
    return None if classes is None else np.asarray(classes).tolist()


def _plain(rows: Any) -> Any:
    """Give the first of some rows as JSON values."""
    if hasattr(rows, "to_json"):
        import json

        table = rows.reset_index() if rows.index.name is not None else rows
        return json.loads(table.to_json(orient="records", date_format="iso", double_precision=15))[0]
    first = rows[0]
    return first.tolist() if hasattr(first, "tolist") else first


def _plain_list(predictions: Any) -> list[Any]:
    """Give one JSON value per row."""
    values = by_row(predictions)
    listed = values.ravel().tolist() if values.shape[1] == 1 else values.tolist()
    return [value if isinstance(value, float | int | str | list | None) else str(value) for value in listed]
