{{ cookiecutter.training.docstring }}

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from {{ cookiecutter.package }} import config
from {{ cookiecutter.package }}.artifact import Fitted, check_folder
from {{ cookiecutter.package }}.data import load_data
from {{ cookiecutter.package }}.saving import prove_and_save
{{ cookiecutter.training.imports }}

{{ cookiecutter.training.body }}


def train(
    data: Mapping[str, str | Path] | None = None, artifacts: str | Path = config.ARTIFACTS
) -> dict[str, float | None]:
    """Fit as the notebook does, and save what it made; return the metrics."""
    check_folder(artifacts)
    return prove_and_save(fit(**load_data(data)), artifacts)
