"""Save what training fitted, with the schema of its rows, once it is proved that it can be served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from titanic.artifact import Fitted, Folder, Metrics, check_folder, save_artifact
from titanic.data import Paths, load_data
from titanic.inference import predict_proba_rows, predict_rows
from titanic.probe import learn_schema
from titanic.serving import check_serving


def fit_and_save(fit: Callable[..., Fitted], data: Paths | None, artifacts: Folder) -> Metrics:
    """Read the sources, fit, prove and save; a folder that holds other files is refused before that."""
    check_folder(artifacts)
    return prove_and_save(fit(**load_data(data)), artifacts)


def prove_and_save(fitted: Fitted, artifacts: Folder) -> Metrics:
    """Learn the input schema, prove that the model can be served, save both; return the metrics."""

    def answer(rows: Any) -> Any:
        return predict_rows(rows, fitted.state, fitted.model)

    def probabilities(rows: Any) -> Any:
        return predict_proba_rows(rows, fitted.state, fitted.model)

    schema = learn_schema(fitted.rows, answer, probabilities, labels=["Survived"])
    check_serving(
        fitted,
        lambda rows: answer(schema.validate(rows)),
        lambda rows: probabilities(schema.validate(rows)),
    )
    return save_artifact(artifacts, fitted, schema)
