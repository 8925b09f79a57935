"""``nb2prod extract``: a notebook's path in, a package folder out."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nb2prod.diagnostics import Diagnostic
from nb2prod.errors import UserError
from nb2prod.generation.package import generate, package_name, render_tree
from nb2prod.generation.plan import Plan
from nb2prod.pipeline import Analysis, Options, analyse
from nb2prod.upkeep.journal import recover, unfinished
from nb2prod.upkeep.manifest import (
    FOLDER,
    MANIFEST,
    NEXT,
    Manifest,
    ManifestError,
    place_manifest,
    read_manifest,
    way_to,
)
from nb2prod.upkeep.update import Change, difference, new_files, update
from nb2prod.upkeep.write import install, refuse_taken, scratch, staging


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
    diff: bool = False

    @property
    def shown_only(self) -> bool:
        """Whether nothing is to be written."""
        return self.dry_run or self.diff


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
    changes: tuple[Change, ...] = ()
    diff: str = ""

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """Files in which hand edits and the notebook disagree."""
        return tuple(change for change in self.changes if change.kind == "conflict")

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
                "changes": [{"path": change.path, "kind": change.kind, "why": change.why} for change in self.changes],
                "conflicts": [change.path for change in self.conflicts],
                "diff": self.diff,
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
        lines += self._merged()
        lines.append(f"next: cd {shlex.quote(str(self.folder))} && pip install -e . && python -m {self.package} train")
        return "\n".join(lines)

    def _merged(self) -> list[str]:
        """What became of the files of the package that was there; conflicts last."""
        if all(change.kind == "added" for change in self.changes):
            return []
        told = [change for change in self.changes if change.kind not in ("unchanged", "conflict")]
        return [change.sentence for change in (*told, *self.conflicts)] or ["nothing has changed"]


def extract_package(request: Request) -> Result:
    """Extract a package and, unless it is only to be shown, write it; an existing package is merged into."""
    options = Options(request.name, request.model, request.prediction, request.fit_on)
    analysis = analyse(request.notebook, options)
    wanted = request.output or Path(package_name(analysis.notebook.name, request.name))
    destination = _destination(wanted)
    old = _existing(destination, request.shown_only)
    name = _name(request, analysis, old)
    plan = generate(analysis, name, request.python)
    stage = scratch if request.shown_only else partial(staging, destination)
    try:
        with stage(destination.name) as folder:
            render_tree(plan, folder, analysis, request.template)
            scaffold = old.scaffold if old else ()
            place_manifest(folder, destination, request.notebook, _options(request, name, destination), scaffold)
            changes = update(old, destination, folder) if old else new_files(folder)
            if not request.shown_only:
                install(folder, destination, [change.path for change in changes if change.kind == "removed"])
    except OSError as fault:
        raise UserError(f"cannot write {destination}: {fault.strerror or fault}", code="NB503") from fault
    return _result(analysis, plan, destination, changes, request)


def _destination(wanted: Path) -> Path:
    """The real folder: a link to it stays what it is."""
    try:
        if wanted.is_symlink() and not wanted.exists():
            raise UserError(f"{wanted} is a link that leads nowhere", code="NB501")
        found = wanted.resolve()
    except (OSError, ValueError) as fault:
        raise UserError(f"{wanted} cannot be a folder: {fault}", code="NB503") from fault
    if not found.name:
        raise UserError(f"{found} cannot hold a package", code="NB501")
    return found


def _existing(destination: Path, shown_only: bool) -> Manifest | None:
    """The manifest of the package that is there, after an extraction that was cut short is completed."""
    inner = destination / FOLDER
    if not inner.exists() and not inner.is_symlink():
        refuse_taken(destination)
        return None
    if inner.is_symlink() or not inner.is_dir() or (destination / NEXT).is_symlink():
        raise UserError(f"{inner} is no folder of nb2prod", code="NB501", do="give another --output")
    if unfinished(destination):
        if shown_only:
            do = "extract without --dry-run and --diff first"
            raise UserError(f"an extraction into {destination} was cut short", code="NB603", do=do)
        recover(destination)
    try:
        return read_manifest(str(destination))
    except ManifestError as fault:
        do = "take it back from git, or give another --output"
        raise UserError(f"{inner / MANIFEST}: {fault}", code="NB603", do=do) from fault


def _name(request: Request, analysis: Analysis, old: Manifest | None) -> str:
    """The name of the package: one that exists keeps its own."""
    if old is None or request.name == old.package:
        return package_name(analysis.notebook.name, request.name)
    if request.name is not None:
        what = f"{request.output or request.name} holds the package {old.package}"
        raise UserError(what, code="NB501", do=f"give another --output, or --name {old.package}")
    return package_name(analysis.notebook.name, old.package)


def _options(request: Request, name: str, destination: Path) -> dict[str, str | None]:
    return {
        "name": name,
        "model": request.model,
        "prediction": request.prediction,
        "fit_on": request.fit_on,
        "template": way_to(request.template, destination) if request.template else None,
    }


def _result(analysis: Analysis, plan: Plan, folder: Path, changes: list[Change], request: Request) -> Result:
    answer = plan.prediction
    return Result(
        package=plan.package,
        folder=folder,
        written=not request.shown_only,
        files=tuple(change.path for change in changes if change.after is not None),
        model=answer.model,
        reason=answer.reason,
        runners_up=answer.runners_up,
        state=tuple(found.name for found in plan.learned),
        diagnostics=analysis.diagnostics,
        changes=tuple(changes),
        diff=difference(changes) if request.diff else "",
    )
