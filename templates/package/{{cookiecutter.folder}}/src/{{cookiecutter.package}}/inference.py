{{ cookiecutter.inference.docstring }}

from typing import Any

from {{ cookiecutter.package }}.predictor import ArtifactPredictor

{{ cookiecutter.inference.imports }}

{{ cookiecutter.inference.body }}


class Predictor(ArtifactPredictor):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""

    predict_rows = staticmethod(predict_rows)
{% if cookiecutter.proba %}
    predict_proba_rows = staticmethod(predict_proba_rows)
{% endif %}
