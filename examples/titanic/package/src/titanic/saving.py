"""Save what training fitted, with the schema of its rows, once it is proved that it can be served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from titanic.artifact import Fitted, save_artifact
from titanic.inference import predict_proba_rows, predict_rows
from titanic.probe import learn_schema
from titanic.serving import check_serving


def prove_and_save(fitted: Fitted, artifacts: str | Path) -> dict[str, float | None]:
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
