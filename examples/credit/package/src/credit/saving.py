"""Save what training fitted, with the schema of its rows, once it is proved that it can be served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from credit.artifact import Fitted, save_artifact
from credit.inference import predict_rows
from credit.probe import learn_schema
from credit.serving import check_serving


def prove_and_save(fitted: Fitted, artifacts: str | Path) -> dict[str, float | None]:
    """Learn the input schema, prove that the model can be served, save both; return the metrics."""

    def answer(rows: Any) -> Any:
        return predict_rows(rows, fitted.state, fitted.model)

    schema = learn_schema(fitted.rows, answer, labels=["default"])
    check_serving(fitted, lambda rows: answer(schema.validate(rows)))
    return save_artifact(artifacts, fitted, schema)
