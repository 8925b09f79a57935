"""The manifest of a generated package: where it came from, digest by digest.

``.nb2prod/manifest.json`` holds the format number, the notebook's name and code digests, the cells behind each
function, and the digest of every generated file. ``nb2prod check`` decides with it alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nb2prod import __version__

if TYPE_CHECKING:
    from nb2prod.package import Package
    from nb2prod.pipeline import Analysis

FORMAT = 1


def digest(data: bytes) -> str:
    """The hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def build_manifest(package: Package, analysis: Analysis, folder: Path, files: Sequence[Path]) -> dict[str, Any]:
    """Describe a rendered tree."""
    program = analysis.trace.program
    used = sorted({cell for note in package.modules.functions for cell in note.cells})
    return {
        "format": FORMAT,
        "nb2prod": __version__,
        "package": package.name,
        "notebook": {
            "name": analysis.notebook.name,
            "digest": analysis.notebook.digest,
            "cells": {
                str(cell.number): digest("\n".join(cell.lines).encode()) for cell in program.cells if cell.body
            },
            "used": used,
        },
        "functions": [
            {"module": note.module, "name": note.name, "cells": list(note.cells)} for note in package.modules.functions
        ],
        "state": [
            {"name": capture.name, "cell": program.cell_at(capture.step.line).number} for capture in package.modules.state
        ],
        "files": {str(path.relative_to(folder).as_posix()): digest(path.read_bytes()) for path in files},
    }
