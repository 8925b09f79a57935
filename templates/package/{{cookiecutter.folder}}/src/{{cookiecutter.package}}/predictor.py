"""One artifact's predictor: rows are checked against the schema, answered, and the answers counted."""

from __future__ import annotations

{% if cookiecutter.proba %}
import copy
{% endif %}
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from {{ cookiecutter.package }} import config
from {{ cookiecutter.package }}.artifact import Artifact, Folder, Metrics, load_artifact
from {{ cookiecutter.package }}.schema import Schema{% if cookiecutter.source_kind == "table" %}, SchemaError{% endif %}


P = TypeVar("P", bound="ArtifactPredictor")
Rows: TypeAlias = Callable[[Any, Any, Any], Any]
"""Gives answers for raw rows, the state and the model."""


class ArtifactPredictor:
    """Answers raw rows with the state and the model of one artifact; a subclass says with which functions."""

    predict_rows: Rows
{% if cookiecutter.proba %}
    predict_proba_rows: Rows

    def __init_subclass__(cls, *, predict: Rows, predict_proba: Rows) -> None:
        """Take the functions that give predictions and class probabilities."""
        super().__init_subclass__()
        cls.predict_rows = staticmethod(predict)
        cls.predict_proba_rows = staticmethod(predict_proba)
{% else %}

    def __init_subclass__(cls, *, predict: Rows) -> None:
        """Take the function that gives predictions."""
        super().__init_subclass__()
        cls.predict_rows = staticmethod(predict)
{% endif %}

    def __init__(self, artifact: Artifact) -> None:
        self.artifact = artifact

    @classmethod
    def load(cls: type[P], folder: Folder = config.ARTIFACTS) -> P:
        """Read the artifact that `train` wrote; raises ArtifactError if it does not fit this installation."""
        return cls(load_artifact(folder))

    @property
    def schema(self) -> Schema:
        """What a raw row looks like."""
        return self.artifact.schema

    @property
    def metrics(self) -> Metrics:
        """The scores of the training run."""
        return self.artifact.metrics

    def predict(self, rows: Any) -> Any:
        """Give one prediction per row, in order; raises SchemaError if the rows do not fit."""
        return self._answer(self.predict_rows, self.schema.validate(rows), rows)

{% if cookiecutter.proba %}
    def predict_proba(self, rows: Any) -> Any:
        """Give the class probabilities of each row, in order."""
        return self._answer(self.predict_proba_rows, self.schema.validate(rows), rows)

    def answers(self, rows: Any) -> tuple[Any, Any]:
        """Give the predictions and the class probabilities of rows that are checked once."""
        valid = self.schema.validate(rows)
        predictions = self._answer(self.predict_rows, copy.copy(valid), rows)
        return predictions, self._answer(self.predict_proba_rows, valid, rows)

{% else %}
    def answers(self, rows: Any) -> tuple[Any, None]:
        """Give the predictions, and None for the probabilities that the model does not have."""
        return self.predict(rows), None

{% endif %}
    def _answer(self, function: Callable[..., Any], valid: Any, rows: Any) -> Any:
        if len(valid) == 0:  # models refuse empty tables: answer one row, and give none of its answer
            return function(self.schema.example(), self.artifact.state, self.artifact.model)[:0]
{% if cookiecutter.source_kind == "table" %}
        try:
            answers = function(valid, self.artifact.state, self.artifact.model)
        except (KeyError, TypeError, ValueError) as error:
            if unseen := self.schema.unseen(self.schema.validate(rows)):
                raise SchemaError(unseen) from error
            raise
{% else %}
        answers = function(valid, self.artifact.state, self.artifact.model)
{% endif %}
        count = answers.shape[0] if hasattr(answers, "shape") else len(answers)
        if count != len(valid):
            raise RuntimeError(f"{len(valid)} rows got {count} answers")
        return answers
