"""Inference: answers for raw rows, from what training learned."""

import pandas as pd

from churn.predictor import ArtifactPredictor
from churn.preprocessing import PreprocessingState, cleaning, encode_categories, preprocess


def predict_rows(df: pd.DataFrame, state: PreprocessingState, model):
    """Give the notebook's prediction for raw rows. From cell 41."""
    return model.predict(preprocess(df, state))


def predict_proba_rows(df: pd.DataFrame, state: PreprocessingState, model):
    """Give the class probabilities of raw rows. From cell 41."""
    return model.predict_proba(preprocess(df, state))


def target_rows(df: pd.DataFrame, state: PreprocessingState):
    """Give the labels of raw rows. From cells 5, 11, 13, 14, 20, 21, 23, 24, 26 and 34."""

    df = cleaning(df, state)
    df, X = encode_categories(df, state)
    return df["Churn"]


class Predictor(ArtifactPredictor, predict=predict_rows, predict_proba=predict_proba_rows):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""
