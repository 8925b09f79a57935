"""Inference: answers for raw rows, from what training learned."""

from digits.predictor import ArtifactPredictor
from digits.preprocessing import PreprocessingState, preprocess


def predict_rows(X, state: PreprocessingState, model):
    """Give the notebook's prediction for raw rows. From cell 19."""
    return model.predict(preprocess(X, state))


class Predictor(ArtifactPredictor, predict=predict_rows):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""
