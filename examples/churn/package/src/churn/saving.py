"""Save what training fitted, with the schema of its rows, once it is proved that it can be served."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from churn import config
from churn.artifact import Fitted, Folder, Metrics, check_folder, save_artifact
from churn.data import Paths, load_data
from churn.inference import predict_proba_rows, predict_rows
from churn.preprocessing import PreprocessingState
from churn.probe import learn_schema
from churn.serving import check_serving

ROWS = "df"  # the source whose rows are predicted


def training_of(fit: Callable[..., Fitted]) -> Callable[..., Metrics]:
    """Make the training run of a function that fits as the notebook does."""

    def train(data: Paths | None = None, artifacts: Folder = config.ARTIFACTS) -> Metrics:
        """Read the sources, fit, prove and save; return the metrics.

        `data` gives other paths, by the names of the sources. A folder that holds other files is refused.
        """
        check_folder(artifacts)
        return prove_and_save(run_training(fit, load_data(data)), artifacts)

    return train


def run_training(fit: Callable[..., Fitted], sources: Mapping[str, Any]) -> Fitted:
    """Fit, and add the state, and the raw rows as they were: training changes its own."""
    raw = copy.deepcopy(sources[ROWS])
    state = PreprocessingState()
    fitted = fit(**sources, state=state)
    return replace(fitted, rows=raw if fitted.rows is None else fitted.rows, state=state)


def prove_and_save(fitted: Fitted, artifacts: Folder) -> Metrics:
    """Learn the input schema, prove that the model can be served, save both; return the metrics."""

    def answer(rows: Any) -> Any:
        return predict_rows(rows, fitted.state, fitted.model)

    def probabilities(rows: Any) -> Any:
        return predict_proba_rows(rows, fitted.state, fitted.model)

    schema = learn_schema(fitted.rows, answer, probabilities, labels=["Churn"])
    check_serving(
        fitted,
        lambda rows: answer(schema.validate(rows)),
        lambda rows: probabilities(schema.validate(rows)),
    )
    return save_artifact(artifacts, fitted, schema)
