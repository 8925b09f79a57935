"""Score the rows of a chunk: answers for those that fit, a reason for each of the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from {{ cookiecutter.package }}.batch.table import Bad, Kind, Kinds
from {{ cookiecutter.package }}.inference import Predictor
from {{ cookiecutter.package }}.schema import SchemaError

ROW_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # of a row, not of the machine
KINDS: dict[str, Kind] = {"b": "boolean", "i": "integer", "u": "integer", "f": "number", "M": "datetime"}


class Scorer:
    """Answers rows with one artifact."""

    def __init__(self, predictor: Predictor, probabilities: bool = False) -> None:
        self.predictor = predictor
        self.probabilities = probabilities
        self.kinds: Kinds = {name: _kind(values) for name, values in self._answer(self._example()).items()}

    def score(self, rows: pd.DataFrame) -> tuple[Sequence[int], dict[str, np.ndarray], dict[int, str]]:
        """Give the places of the rows that have answers, these answers, and the reasons of the other rows."""
        places = np.arange(len(rows))
        reasons: dict[int, str] = {}
        answers = self._descend(rows, places, reasons)
        kept = [place for place in places.tolist() if place not in reasons] if reasons else range(len(rows))
        none = np.empty(0)
        joined = {name: np.concatenate([part[name] for part in answers]) if answers else none for name in self.kinds}
        return kept, joined, reasons

    def expect_columns(self, names: Sequence[Any]) -> None:
        """Raise SchemaError if columns are missing that an answer needs."""
{% if cookiecutter.source_kind == "table" %}
        given = {*names, *map(str, names)}
        needed = [column.name for column in self.predictor.schema.columns if column.required]
        missing = [name for name in needed if name not in given and str(name) not in given]
        if missing:
            raise SchemaError([f"missing columns {', '.join(map(repr, missing))}"])
{% endif %}

    def _descend(self, rows: pd.DataFrame, places: np.ndarray, reasons: dict[int, str]) -> list[dict[str, np.ndarray]]:
        """Answer the rows at these places; halve what fails, so that one row does not cost the others."""
        if not len(places):
            return []
        try:
            return [self._answer(rows if len(places) == len(rows) else rows.iloc[places])]
        except ROW_FAULTS as error:
            wrong = [place for place in getattr(error, "rows", ()) if place < len(places)]
            if len(places) == 1:
                reasons[int(places[0])] = _reason(error)
                return []
        if wrong:
            for place in places[wrong].tolist():
                self._descend(rows, np.array([place]), reasons)
            return self._descend(rows, np.delete(places, wrong), reasons)
        middle = len(places) // 2
        return self._descend(rows, places[:middle], reasons) + self._descend(rows, places[middle:], reasons)

    def _answer(self, rows: pd.DataFrame) -> dict[str, np.ndarray]:
{% if cookiecutter.source_kind == "list" %}
        given: Any = rows.iloc[:, 0].tolist() if isinstance(rows, pd.DataFrame) else rows
{% elif cookiecutter.source_kind == "array" %}
        given: Any = rows.to_numpy() if isinstance(rows, pd.DataFrame) else rows
{% else %}
        given: Any = rows
{% endif %}
        columns = _columns("prediction", self.predictor.predict(given))
        if self.probabilities:
            columns |= _columns("probability", self._probabilities(given), self._classes())
        return columns

    def _example(self) -> Any:
        return self.predictor.schema.example()

    def _probabilities(self, rows: Any) -> Any:
{% if cookiecutter.proba %}
        return self.predictor.predict_proba(rows)
{% else %}
        raise ValueError("the model has no probabilities")
{% endif %}

    def _classes(self) -> list[str]:
        return [str(name) for name in getattr(self.predictor.artifact.model, "classes_", ())]


def content_of(rows: pd.DataFrame, place: int) -> str:
    """Give a row as one line of JSON."""
    return json.dumps(rows.iloc[place].to_dict(), default=str, ensure_ascii=False)


def quarantined(rows: pd.DataFrame, numbers: Sequence[int], reasons: dict[int, str]) -> list[Bad]:
    """Give the rows that have no answer."""
    return [Bad(numbers[place], reason, content_of(rows, place)) for place, reason in sorted(reasons.items())]


def _reason(error: Exception) -> str:
    faults = error.faults if isinstance(error, SchemaError) else [f"{type(error).__name__}: {error}"]
    return "; ".join(" ".join(fault.split()).removesuffix(" in row 0") for fault in faults)


def _columns(name: str, answers: Any, labels: Sequence[str] = ()) -> dict[str, np.ndarray]:
    values = answers.toarray() if hasattr(answers, "toarray") else np.asarray(answers)
    if values.ndim == 1 or (values.shape[1:] == (1,) and not labels):
        return {name: values.ravel()}
    values = values.reshape(len(values), -1)
    labels = labels if len(labels) == values.shape[1] else [str(place) for place in range(values.shape[1])]
    return {f"{name}_{label}": values[:, place] for place, label in enumerate(labels)}


def _kind(values: np.ndarray) -> Kind:
    if values.dtype.kind in KINDS:
        return KINDS[values.dtype.kind]
    kind = pd.api.types.infer_dtype(values, skipna=True)
    return {"integer": "integer", "floating": "number", "boolean": "boolean"}.get(kind, "text")  # type: ignore[return-value]
