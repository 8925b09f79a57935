"""Inference: answers for raw rows, from what training learned."""

from typing import Any

from titanic.predictor import ArtifactPredictor
from titanic.preprocessing import PreprocessingState, preprocess


def predict_rows(test_df: Any, state: PreprocessingState, model: Any) -> Any:
    """Give the notebook's prediction for raw rows. From cell 51."""
    X_test = preprocess(test_df, state)

    return model.predict(X_test)


def predict_proba_rows(test_df: Any, state: PreprocessingState, model: Any) -> Any:
    """Give the class probabilities of raw rows. From cell 51."""
    X_test = preprocess(test_df, state)

    return model.predict_proba(X_test)


class Predictor(ArtifactPredictor):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""

    predict_rows = staticmethod(predict_rows)
    predict_proba_rows = staticmethod(predict_proba_rows)
