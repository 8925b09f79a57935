"""``nb2prod explain``: a notebook's path in; a table, JSON or a page out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from nb2prod.errors import UserError
from nb2prod.explain.account import explain, outline
from nb2prod.explain.records import Explanation
from nb2prod.explain.roles import LABEL_SETS
from nb2prod.pipeline import Options
from nb2prod.reading.notebook import read_notebook


@dataclass(frozen=True)
class Request:
    """The options of one call."""

    notebook: Path
    name: str | None = None
    model: str | None = None
    prediction: str | None = None
    roles: bool = False
    """Whether only the roles are wanted, which need no decisions."""


def explanation_of(request: Request) -> Explanation:
    """Explain a notebook file."""
    notebook = read_notebook(request.notebook)
    if request.roles:
        return outline(notebook)
    return explain(notebook, Options(request.name, request.model, request.prediction))


def refuse_other(path: Path) -> None:
    """Refuse to write a page over something else: only .html files are written."""
    if path.suffix.lower() not in (".html", ".htm") or path.is_dir():
        raise UserError(f"{path} is not named as a page", code="NB501", do="give --html a file that ends in .html")


def write_page(explanation: Explanation, path: Path) -> None:
    """Write the explanation as one HTML file."""
    from nb2prod.explain.page import page

    try:
        path.write_text(page(explanation), encoding="utf-8")
    except OSError as fault:
        raise UserError(f"cannot write {path}: {fault.strerror or fault}", code="NB503") from fault


def as_json(explanation: Explanation) -> str:
    """The whole explanation as one JSON object."""
    return json.dumps(explanation.as_data(), indent=1, ensure_ascii=False)


def roles_as_json(explanation: Explanation) -> str:
    """Roles alone: of each code cell with the names of coarser label sets, and of each statement."""
    cells = [
        {
            "cell": cell.number,
            "roles": list(cell.roles),
            "labels": {name: labels[cell.roles[0]] for name, labels in LABEL_SETS.items()} if cell.roles else {},
            "statements": [
                {"line": explanation.statements[at].line, "roles": list(explanation.statements[at].roles)}
                for at in cell.statements
            ],
        }
        for cell in explanation.cells
        if cell.kind == "code"
    ]
    return json.dumps({"notebook": explanation.notebook, "cells": cells}, indent=1, ensure_ascii=False)
