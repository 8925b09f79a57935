"""Inference: answers for raw rows, from what training learned."""

import pandas as pd

from spam.predictor import ArtifactPredictor
from spam.preprocessing import PreprocessingState, preprocess


def predict_rows(df: pd.DataFrame, state: PreprocessingState, model):
    """Give the notebook's prediction for raw rows. From cells 25 and 28."""
    X_test = preprocess(df, state)
    y_pred3 = model.predict(X_test)
    return state.encoder.inverse_transform(y_pred3)


class Predictor(ArtifactPredictor, predict=predict_rows):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""
