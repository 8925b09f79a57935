{{ cookiecutter.training.docstring }}

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from {{ cookiecutter.package }} import config
from {{ cookiecutter.package }}.artifact import Fitted, check_folder, save_artifact
from {{ cookiecutter.package }}.data import load_data
from {{ cookiecutter.package }}.inference import predict_rows{% if cookiecutter.proba %}, predict_proba_rows{% endif %}

{% if cookiecutter.source_kind == "table" %}
from {{ cookiecutter.package }}.probe import learn_schema
{% else %}
from {{ cookiecutter.package }}.schema import learn_schema
{% endif %}
from {{ cookiecutter.package }}.serving import check_serving
{{ cookiecutter.training.imports }}

{{ cookiecutter.training.body }}


def train(
    data: Mapping[str, str | Path] | None = None, artifacts: str | Path = config.ARTIFACTS
) -> dict[str, float | None]:
    """Fit as the notebook does, and save what it made; return the metrics."""
    check_folder(artifacts)
    return prove_and_save(fit(**load_data(data)), artifacts)


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
