"""Inference: answers for raw rows, from what training learned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from spam import config
from spam.artifact import Artifact, load_artifact
from spam.preprocessing import PreprocessingState, preprocess
from spam.schema import Schema, SchemaError


def predict_rows(df: Any, state: PreprocessingState, model: Any) -> Any:
    """Give the notebook's prediction for raw rows. From cells 25 and 28."""
    X_test = preprocess(df, state)
    y_pred3 = model.predict(X_test)
    return state.encoder.inverse_transform(y_pred3)


class Predictor:
    """Answers raw rows, as loaded from the source, with the model of one artifact."""

    def __init__(self, artifact: Artifact) -> None:
        self.artifact = artifact

    @classmethod
    def load(cls, folder: str | Path = config.ARTIFACTS) -> Predictor:
        """Read the artifact that `train` wrote; raises ArtifactError if it does not fit this installation."""
        return cls(load_artifact(folder))

    @property
    def schema(self) -> Schema:
        """What a raw row looks like."""
        return self.artifact.schema

    @property
    def metrics(self) -> dict[str, float | None]:
        """The scores of the training run."""
        return self.artifact.metrics

    def predict(self, rows: Any) -> Any:
        """Give one prediction per row, in order; raises SchemaError if the rows do not fit."""
        return self._answer(predict_rows, self.schema.validate(rows), rows)

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
