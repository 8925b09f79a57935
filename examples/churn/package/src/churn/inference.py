"""Inference: answers for raw rows, from what training learned."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from churn import config
from churn.artifact import Artifact, load_artifact
from churn.preprocessing import PreprocessingState, cleaning, encoding, preprocess
from churn.schema import Schema, SchemaError


def predict_rows(df: Any, state: PreprocessingState, model: Any) -> Any:
    """Give the notebook's prediction for raw rows. From cell 41."""
    X_test = preprocess(df, state)

    return model.predict(X_test)


def predict_proba_rows(df: Any, state: PreprocessingState, model: Any) -> Any:
    """Give the class probabilities of raw rows. From cell 41."""
    X_test = preprocess(df, state)

    return model.predict_proba(X_test)


def target_rows(df: Any, state: PreprocessingState) -> Any:
    """Give the labels of raw rows. From cells 5, 11, 13, 14, 20, 21, 23, 24, 26 and 34."""
    df = cleaning(df, state)
    df = encoding(df, state)
    y = df["Churn"]
    y_test = y
    return y_test


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

    def predict_proba(self, rows: Any) -> Any:
        """Give the class probabilities of each row, in order."""
        return self._answer(predict_proba_rows, self.schema.validate(rows), rows)

    def answers(self, rows: Any) -> tuple[Any, Any]:
        """Give the predictions and the class probabilities of rows that are checked once."""
        valid = self.schema.validate(rows)
        predictions = self._answer(predict_rows, copy.copy(valid), rows)
        return predictions, self._answer(predict_proba_rows, valid, rows)

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
