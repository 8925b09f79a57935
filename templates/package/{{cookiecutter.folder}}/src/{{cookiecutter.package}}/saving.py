"""Save what training fitted, with the schema of its rows, once it is proved that it can be served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from {{ cookiecutter.package }}.artifact import Fitted, save_artifact
from {{ cookiecutter.package }}.inference import predict_rows{% if cookiecutter.proba %}, predict_proba_rows{% endif %}

{% if cookiecutter.source_kind == "table" %}
from {{ cookiecutter.package }}.probe import learn_schema
{% else %}
from {{ cookiecutter.package }}.schema import learn_schema
{% endif %}
from {{ cookiecutter.package }}.serving import check_serving


def prove_and_save(fitted: Fitted, artifacts: str | Path) -> dict[str, float | None]:
    """Learn the input schema, prove that the model can be served, save both; return the metrics."""

    def answer(rows: Any) -> Any:
        return predict_rows(rows, fitted.state, fitted.model)

{% if cookiecutter.proba %}
    def probabilities(rows: Any) -> Any:
        return predict_proba_rows(rows, fitted.state, fitted.model)

    schema = learn_schema(fitted.rows, answer, probabilities{{ cookiecutter.labels_argument }})
    check_serving(
        fitted,
        lambda rows: answer(schema.validate(rows)),
        lambda rows: probabilities(schema.validate(rows)),
    )
{% else %}
    schema = learn_schema(fitted.rows, answer{{ cookiecutter.labels_argument }})
    check_serving(fitted, lambda rows: answer(schema.validate(rows)))
{% endif %}
    return save_artifact(artifacts, fitted, schema)
