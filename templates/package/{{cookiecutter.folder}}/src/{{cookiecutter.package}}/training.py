{{ cookiecutter.training.docstring }}

from typing import Any

from {{ cookiecutter.package }} import config
from {{ cookiecutter.package }}.artifact import Fitted, Folder, Metrics
from {{ cookiecutter.package }}.data import Paths
from {{ cookiecutter.package }}.saving import fit_and_save
{{ cookiecutter.training.imports }}

{{ cookiecutter.training.body }}


def train(data: Paths | None = None, artifacts: Folder = config.ARTIFACTS) -> Metrics:
    """Fit as the notebook does, and save what it made; return the metrics."""
    return fit_and_save(fit, data, artifacts)
