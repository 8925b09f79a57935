"""Inference: answers for raw rows, from what training learned."""

from typing import Any

import numpy as np

from house_prices.predictor import ArtifactPredictor
from house_prices.preprocessing import PreprocessingState, preprocess


def predict_rows(test: Any, state: PreprocessingState, model: Any) -> Any:
    """Give the notebook's prediction for raw rows. From cell 44."""
    test = preprocess(test, state)

    return np.expm1(model.predict(test.values))


class Predictor(ArtifactPredictor):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""

    predict_rows = staticmethod(predict_rows)
