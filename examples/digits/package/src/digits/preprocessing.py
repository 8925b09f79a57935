"""Raw rows to features: the same code for training and for inference."""

from dataclasses import dataclass
from typing import Any


@dataclass
class PreprocessingState:
    """What training learned from the rows, and inference recalls."""

    scaler: Any = None  # cell 10
    pca: Any = None  # cell 14


def preprocess(X: Any, state: PreprocessingState) -> Any:
    """Turn raw rows into the features of the model. From cells 4, 10 and 14."""
    X_test = split_and_scale(X, state)
    return reduce_dimensions(X_test, state)


def split_and_scale(X_test: Any, state: PreprocessingState) -> Any:
    """Split and scale. From cell 10."""
    X_test = state.scaler.transform(X_test)
    return X_test


def reduce_dimensions(X_test: Any, state: PreprocessingState) -> Any:
    """PCA. From cell 14."""
    X_test_pca = state.pca.transform(X_test)
    return X_test_pca
