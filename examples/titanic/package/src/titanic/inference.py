"""Inference: answers for raw rows, from what training learned."""

import pandas as pd

from titanic.predictor import ArtifactPredictor
from titanic.preprocessing import PreprocessingState, preprocess


def predict_rows(test_df: pd.DataFrame, state: PreprocessingState, model):
    """Give the notebook's prediction for raw rows. From cell 51."""
    return model.predict(preprocess(test_df, state))


def predict_proba_rows(test_df: pd.DataFrame, state: PreprocessingState, model):
    """Give the class probabilities of raw rows. From cell 51."""
    return model.predict_proba(preprocess(test_df, state))


class Predictor(ArtifactPredictor, predict=predict_rows, predict_proba=predict_proba_rows):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""
