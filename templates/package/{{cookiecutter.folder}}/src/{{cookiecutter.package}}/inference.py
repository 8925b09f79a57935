{{ cookiecutter.inference.docstring }}

from {{ cookiecutter.package }}.predictor import ArtifactPredictor

{{ cookiecutter.inference.imports }}

{{ cookiecutter.inference.body }}


class Predictor(ArtifactPredictor, predict=predict_rows{% if cookiecutter.proba %}, predict_proba=predict_proba_rows{% endif %}):
    """Answers raw rows, as loaded from the source, with the model of one artifact."""
