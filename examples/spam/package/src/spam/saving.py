"""Save what training fitted, with the schema of its rows, once it is proved that it can be served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spam.artifact import Fitted, Folder, Metrics, check_folder, save_artifact
from spam.data import Paths, load_data
from spam.inference import predict_rows
from spam.probe import learn_schema
from spam.serving import check_serving


def fit_and_save(fit: Callable[..., Fitted], data: Paths | None, artifacts: Folder) -> Metrics:
    """Read the sources, fit, prove and save; a folder that holds other files is refused before that."""
    check_folder(artifacts)
    return prove_and_save(fit(**load_data(data)), artifacts)


def prove_and_save(fitted: Fitted, artifacts: Folder) -> Metrics:
    """Learn the input schema, prove that the model can be served, save both; return the metrics."""

    def answer(rows: Any) -> Any:
        return predict_rows(rows, fitted.state, fitted.model)

    schema = learn_schema(fitted.rows, answer, labels=["label"])
    check_serving(fitted, lambda rows: answer(schema.validate(rows)))
    return save_artifact(artifacts, fitted, schema)
