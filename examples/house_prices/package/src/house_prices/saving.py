"""Save what training fitted, with the schema of its rows, once it is proved that it can be served."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from house_prices import config
from house_prices.artifact import Fitted, Folder, Metrics, check_folder, save_artifact
from house_prices.data import Paths, load_data
from house_prices.inference import predict_rows
from house_prices.preprocessing import PreprocessingState
from house_prices.probe import learn_schema
from house_prices.serving import check_serving

ROWS = "test"  # the source whose rows are predicted


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

    schema = learn_schema(fitted.rows, answer, labels=["SalePrice"])
    check_serving(fitted, lambda rows: answer(schema.validate(rows)))
    return save_artifact(artifacts, fitted, schema)
