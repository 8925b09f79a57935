"""Inference: answers for raw rows, from what training learned."""

from typing import Any

from digits.predictor import ArtifactPredictor
from digits.preprocessing import PreprocessingState, preprocess


def predict_rows(X: Any, state: PreprocessingState, model: Any) -> Any:
    """Give the notebook's prediction for raw rows. From cell 19."""
    X_test_pca = preprocess(X, state)

    return model.predict(X_test_pca)


class Predictor(ArtifactPredictor):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""

    predict_rows = staticmethod(predict_rows)
