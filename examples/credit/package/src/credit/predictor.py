"""One artifact's predictor: rows are checked against the schema, answered, and the answers counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from credit import config
from credit.artifact import Artifact, Folder, Metrics, load_artifact
from credit.schema import Schema, SchemaError

P = TypeVar("P", bound="ArtifactPredictor")
Rows: TypeAlias = Callable[[Any, Any, Any], Any]
"""Gives answers for raw rows, the state and the model."""


class ArtifactPredictor:
    """Answers raw rows with the state and the model of one artifact; a subclass says with which functions."""

    predict_rows: Rows

    def __init_subclass__(cls, *, predict: Rows) -> None:
        """Take the function that gives predictions."""
        super().__init_subclass__()
        cls.predict_rows = staticmethod(predict)

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

    def answers(self, rows: Any) -> tuple[Any, None]:
        """Give the predictions, and None for the probabilities that the model does not have."""
        return self.predict(rows), None

    def _answer(self, function: Callable[..., Any], valid: Any, rows: Any) -> Any:
        if len(valid) == 0:  # models refuse empty tables: answer one row, and give none of its answer
            return function(self.schema.example(), self.artifact.state, self.artifact.model)[:0]
        try:
            answers = function(valid, self.artifact.state, self.artifact.model)
        except (KeyError, TypeError, ValueError) as error:
            if unseen := self.schema.unseen(self.schema.validate(rows)):
                raise SchemaError(unseen) from error
            raise
        count = answers.shape[0] if hasattr(answers, "shape") else len(answers)
        if count != len(valid):
            raise RuntimeError(f"{len(valid)} rows got {count} answers")
        return answers
