"""Inference: answers for raw rows, from what training learned."""

import numpy as np
import pandas as pd

from house_prices.predictor import ArtifactPredictor
from house_prices.preprocessing import PreprocessingState, preprocess


def predict_rows(test: pd.DataFrame, state: PreprocessingState, model):
    """Give the notebook's prediction for raw rows. From cell 44."""
    return np.expm1(model.predict(preprocess(test, state).values))


class Predictor(ArtifactPredictor, predict=predict_rows):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""
