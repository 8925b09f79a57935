"""Inference: answers for raw rows, from what training learned."""

import numpy as np
import pandas as pd

from credit.predictor import ArtifactPredictor
from credit.preprocessing import N_FOLDS, PreprocessingState, preprocess


def predict_rows(test: pd.DataFrame, state: PreprocessingState, model):
    """Give the notebook's prediction for raw rows. From cells 16 and 22."""
    test, test_pred = preprocess(test, state)
    for fold_number in range(len(state.model_2)):
        test_pred += state.model_2[fold_number].predict_proba(test[state.features])[:, 1] / N_FOLDS
    decision = np.where(test_pred >= state.best_threshold, "reject", "accept")
    decision[(test["bankrupt"] == "yes").values] = "reject"
    decision[((test["amount"] < 1500) & (test["bankrupt"] != "yes")).values] = "accept"
    return decision


class Predictor(ArtifactPredictor, predict=predict_rows):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""
