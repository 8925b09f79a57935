"""Read a case folder: `notebook.py`, `make_data.py`, `case.json`.

`case.json` holds the expressions `raw`, `pred` and `metrics` (name to expression), the `target` columns,
`expect` ("parity" or "refuse"), what a refusal `says` (a regular expression), whether the notebook has a
`leakage` (true, false, or absent when either answer is fair), and the requirements that it `needs` beyond
those of the test group. Unknown keys are refused.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .percent import parse_percent
from .processes import ROOT

CASES = ROOT / "tests" / "cases"
EXAMPLES = ROOT / "examples"
SHAPES_THE_RUN = ("numpy", "pandas", "scikit-learn", "scipy")


@dataclass(frozen=True)
class Case:
    """A notebook, its data, and what must come of it."""

    folder: Path
    raw: str
    pred: str
    expect: Literal["parity", "refuse"]
    metrics: dict[str, str] = field(default_factory=dict)
    target: list[str] = field(default_factory=list)
    says: str = ""
    leakage: bool | None = None
    needs: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def package(self) -> str:
        """The name of the package to extract."""
        return f"case_{self.name}"

    @property
    def source(self) -> str:
        """The notebook in percent format."""
        return (self.folder / "notebook.py").read_text(encoding="utf-8")

    @property
    def notebook(self) -> dict[str, Any]:
        """The notebook as data, without outputs."""
        return parse_percent(self.source)

    @property
    def expressions(self) -> dict[str, Any]:
        """What to evaluate at the notebook's end."""
        return {"raw": self.raw, "pred": self.pred, "metrics": self.metrics}


def read_case(folder: Path) -> Case:
    """Read one case folder."""
    return Case(folder=folder, **json.loads((folder / "case.json").read_text(encoding="utf-8")))


def read_cases(root: Path) -> list[Case]:
    """Read all case folders, by name."""
    return [read_case(path.parent) for path in sorted(root.glob("*/case.json"))]


def known_wrong(root: Path) -> dict[str, str]:
    """Return the cases that are known to fail, with the reason."""
    reasons: dict[str, str] = tomllib.loads((root / "XFAIL.toml").read_text(encoding="utf-8"))
    return reasons


def digest(case: Case) -> str:
    """Return what the run of a notebook depends on, as one short text."""
    files = [
        case.folder / "notebook.py",
        case.folder / "make_data.py",
        *sorted(case.folder.parent.glob("*.py")),
    ]
    seen = [path.read_text(encoding="utf-8") for path in files if path.exists()]
    versions = [f"{name} {importlib.metadata.version(name)}" for name in SHAPES_THE_RUN]
    whole = json.dumps([platform.python_version(), versions, seen, case.expressions])
    return hashlib.sha256(whole.encode()).hexdigest()[:24]
