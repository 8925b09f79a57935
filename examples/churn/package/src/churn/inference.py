"""Inference: answers for raw rows, from what training learned."""

from typing import Any

from churn.predictor import ArtifactPredictor
from churn.preprocessing import PreprocessingState, cleaning, encode_categories, preprocess


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
    df, X = encode_categories(df, state)
    y = df["Churn"]
    return y


class Predictor(ArtifactPredictor):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""

    predict_rows = staticmethod(predict_rows)
    predict_proba_rows = staticmethod(predict_proba_rows)
