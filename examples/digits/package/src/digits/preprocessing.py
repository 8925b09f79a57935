"""Raw rows to features: the same code for training and for inference."""

from dataclasses import dataclass
from typing import Any


@dataclass
class PreprocessingState:
    """What training learned from the rows, and inference recalls."""

    scaler: Any = None  # cell 10
    pca: Any = None  # cell 14


def preprocess(X, state: PreprocessingState):
    """Turn raw rows into the features of the model. From cells 4, 10 and 14."""
    X_test = X
    X_test = state.scaler.transform(X_test)
    return state.pca.transform(X_test)
