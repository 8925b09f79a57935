"""The settings of the project that a notebook lies in: ``[tool.nb2prod]`` of the nearest pyproject.toml that has it.

Input: the notebook's path. Output: the knowledge base, with the project's own rows (``facts = ["facts.toml"]``, paths
from the folder of the pyproject.toml). Refuses, with NB112, settings and rows that cannot be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import tomli

from nb2prod.errors import UserError
from nb2prod.facts import Facts, load_facts

FILE = "pyproject.toml"


def project_facts(notebook: Path) -> Facts:
    """The rows that come with nb2prod and those of the notebook's project, which win."""
    settings, files = settings_of(notebook)
    try:
        return load_facts(files)
    except (OSError, ValueError) as fault:
        raise _fault(settings, " ".join(str(fault).split())) from fault


def settings_of(notebook: Path) -> tuple[Path | None, tuple[Path, ...]]:
    """The file that holds the settings, and the files of facts that it names."""
    path, found = _settings(notebook)
    names = found.get("facts", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _fault(path, "[tool.nb2prod] facts is no list of paths")
    if unknown := found.keys() - {"facts"}:
        raise _fault(path, f"[tool.nb2prod] holds unknown keys: {', '.join(sorted(unknown))}")
    return path, tuple(path.parent / name for name in names) if path else ()


def _settings(notebook: Path) -> tuple[Path | None, Mapping[str, object]]:
    for folder in notebook.absolute().parents:
        path = folder / FILE
        try:
            found = _table(path) if path.is_file() else None
        except (OSError, ValueError, AttributeError) as fault:
            raise _fault(path, " ".join(str(fault).split())) from fault
        if isinstance(found, dict):
            return path, found
    return None, {}


def _table(path: Path) -> object:
    with path.open("rb") as file:
        return tomli.load(file).get("tool", {}).get("nb2prod")


def _fault(path: Path | None, message: str) -> UserError:
    return UserError(f"{path}: {message}", code="NB112")
