"""``nb2prod extract``: a notebook's path in, a package folder out."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from pathlib import Path

from nb2prod.diagnostics import Diagnostic
from nb2prod.package import Package, generate, package_name, render_tree
from nb2prod.pipeline import Analysis, Options, analyse
from nb2prod.write import install, staging


@dataclass(frozen=True)
class Request:
    """The options of one call."""

    notebook: Path
    output: Path | None = None
    name: str | None = None
    model: str | None = None
    prediction: str | None = None
    fit_on: str = "notebook"
    dry_run: bool = False
    template: Path | None = None
    python: str | None = None


@dataclass(frozen=True, eq=False)
class Result:
    """What was done."""

    package: str
    folder: Path
    written: bool
    files: tuple[str, ...]
    model: str
    reason: str
    runners_up: tuple[str, ...]
    state: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]

    def as_json(self) -> str:
        """The result as one JSON object."""
        return json.dumps(
            {
                "package": self.package,
                "folder": str(self.folder),
                "written": self.written,
                "files": list(self.files),
                "model": self.model,
                "reason": self.reason,
                "runners_up": list(self.runners_up),
                "state": list(self.state),
                "diagnostics": [
                    {
                        "code": found.code,
                        "severity": found.severity,
                        "message": found.message,
                        "cell": found.place.cell if found.place else None,
                        "line": found.place.line if found.place else None,
                    }
                    for found in self.diagnostics
                ],
            },
            indent=1,
            ensure_ascii=False,
        )

    def summary(self) -> str:
        """The result for people."""
        verb = "wrote" if self.written else "would write"
        lines = [f"{verb} {len(self.files)} files to {self.folder}", f"model: {self.model} ({self.reason})"]
        if self.runners_up:
            lines.append(f"not taken: {', '.join(self.runners_up)}")
        if self.state:
            lines.append(f"learned: {', '.join(self.state)}")
        lines.append(f"next: cd {self.folder} && pip install -e . && python -m {self.package} train")
        return "\n".join(lines)


def extract_package(request: Request) -> Result:
    """Extract and (unless it is a dry run) write a package."""
    analysis = analyse(request.notebook, Options(request.name, request.model, request.prediction, request.fit_on))
    name = package_name(analysis.notebook.name, request.name)
    package = generate(analysis, name, request.python)
    destination = (request.output or Path(name)).absolute()
    with staging(destination, destination.name) as folder:
        render_tree(package, folder, analysis, request.template)
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        shown = tuple(path for path in files if not path.startswith(".nb2prod/"))
        if not request.dry_run:
            install(folder, destination)
    return _result(analysis, package, destination, shown, not request.dry_run)


def _result(analysis: Analysis, package: Package, folder: Path, files: tuple[str, ...], written: bool) -> Result:
    answer = analysis.answer
    return Result(
        package=package.name,
        folder=folder,
        written=written,
        files=files,
        model=ast.unparse(answer.event.model_node),
        reason=answer.reason,
        runners_up=answer.runners_up,
        state=tuple(capture.name for capture in package.modules.state),
        diagnostics=package.diagnostics,
    )
