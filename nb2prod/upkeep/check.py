"""``nb2prod check``: are packages and notebooks still what they were when the package was extracted?

Input: folders (or a notebook) in which to look. Output: an `Answer`: a text or JSON, and the exit code. Decides
with the standard library alone as long as all is in sync; writes nothing and runs nothing. What cannot be
told (no package, a damaged manifest, a missing notebook) is said and gives exit code 2.
"""

# Paths are plain strings here, and few modules are imported: a repository may hold a thousand packages.

from __future__ import annotations

import argparse
import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from nb2prod import __version__
from nb2prod.upkeep.manifest import FOLDER, JOURNAL, Manifest, ManifestError, digest, read_manifest, text_digest

MARKER = b"<<<<<<< "
"""The start of a conflict that an extraction marked and nobody has settled yet."""
EDITED, MISSING = "edited by hand", "files are missing"
UNSETTLED, UNREADABLE = "conflicts are not settled", "files cannot be read"
_MENDED = {
    EDITED: "",
    MISSING: "take them back from git, or extract again, and they stay deleted",
    UNSETTLED: "settle the places between <<<<<<< and >>>>>>>, then extract again",
    UNREADABLE: "mend their permissions",
}
"""What to do about a file; where it is empty, extracting again does (and keeps the edits)."""
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NOT_SEARCHED = frozenset({"__pycache__", "node_modules"})


class Cell(NamedTuple):
    """A cell of the notebook that differs, and the functions that it feeds."""

    number: int
    change: str
    feeds: tuple[str, ...]


class Finding(NamedTuple):
    """Something that is not as it was; `told` is false where that could not be told."""

    code: str
    message: str
    mend: str
    cells: tuple[Cell, ...] = ()
    modules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    told: bool = True


class Checked(NamedTuple):
    """A package's folder (or a path without one) and what was found there."""

    folder: str
    package: str
    findings: tuple[Finding, ...]


class Answer(NamedTuple):
    """What to print, and the exit code."""

    text: str
    exit_code: int


def answer(arguments: Sequence[str]) -> Answer:
    """Check what the command line names."""
    chosen = argument_parser().parse_args(arguments)
    checked = check(chosen.paths or ["."])
    code = max((1 if finding.told else 2 for one in checked for finding in one.findings), default=0)
    return Answer(as_json(checked, code) if chosen.json else as_text(checked), code)


def argument_parser() -> argparse.ArgumentParser:
    """The options of ``nb2prod check``; click would take longer to load than the whole check takes."""
    parser = argparse.ArgumentParser(
        prog="nb2prod check",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Say whether notebooks and the packages extracted from them have drifted apart.",
        epilog="exit codes: 0 in sync, 1 drift, 2 could not tell\n\n"
        "examples:\n  nb2prod check\n  nb2prod check churn.ipynb\n  nb2prod check services --json",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="folder to search, or a notebook; default: here")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


def check(paths: Iterable[str]) -> list[Checked]:
    """Check every package under the given folders, each once."""
    found: dict[str, Checked] = {}
    for path in paths:
        for one in _look(path):
            found.setdefault(one.folder, one)
    return list(found.values())


# ---------------------------------------------------------------------- finding packages


def _look(path: str) -> list[Checked]:
    try:
        start = os.path.realpath(path)
        kind = os.stat(start).st_mode
    except (OSError, ValueError) as fault:
        return [_untold(path, getattr(fault, "strerror", None) or "it is no path", "give a folder")]
    if stat.S_ISDIR(kind):
        found = [_checked(folder) for folder in packages_under(start)] or [_checked(up) for up in _above(start)]
        return found or [_untold(path, "no package is in it", "extract one: nb2prod extract NOTEBOOK")]
    if not start.endswith(".ipynb"):
        return [_untold(path, "it is neither a folder nor a notebook", "give the folder of a package")]
    below = [_checked(folder, start) for folder in packages_under(os.path.dirname(start))]
    return [one for one in below if one.folder] or [
        _untold(path, "no package in its folder came from it", "give the folder of the package")
    ]


def packages_under(start: str) -> Iterator[str]:
    """Find the folders that hold a manifest, in the order of their names; follow no links."""
    pending = [start]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            if folder == start:
                yield folder  # its manifest cannot be read either, which will be said
            continue
        if FOLDER in names:
            yield folder
        elif not names or os.path.exists(os.path.join(folder, "pyvenv.cfg")):
            continue
        names.sort(reverse=True)
        pending += [f"{folder}{os.sep}{name}" for name in names if name[0] != "." and name not in _NOT_SEARCHED]


def _above(folder: str) -> Iterator[str]:
    """Find the package in which a folder lies."""
    while (parent := os.path.dirname(folder)) != folder:
        folder = parent
        if os.path.isdir(os.path.join(folder, FOLDER)):
            yield folder
            return


def _untold(folder: str, what: str, mend: str) -> Checked:
    return Checked(folder, "", (Finding("NB603", what, mend, told=False),))


# ---------------------------------------------------------------------- checking one


def _checked(folder: str, notebook: str | None = None) -> Checked:
    """Check a package; the answer has no folder where the package came from another notebook."""
    if os.path.exists(os.path.join(folder, JOURNAL)):
        return Checked(folder, "", (Finding("NB602", "an extraction was cut short", "run nb2prod extract again"),))
    try:
        manifest = read_manifest(folder)
    except ManifestError as fault:
        mend = "take .nb2prod back from git, or extract into another folder"
        return _untold(folder, f"{FOLDER}/manifest.json: {fault}", mend)
    path = os.path.normpath(os.path.join(folder, manifest.origin.path))
    if notebook is not None and path != notebook:
        return Checked("", "", ())
    drift = [*_notebook(manifest, folder, path), *_beside(manifest, os.path.dirname(path))]
    findings = [*_version(manifest), *drift, *_files(manifest, folder)]
    if findings:
        mend = command(manifest, folder, path)
        findings = [finding if finding.mend else finding._replace(mend=mend) for finding in findings]
    return Checked(folder, manifest.package, tuple(findings))


def command(manifest: Manifest, folder: str, notebook: str) -> str:
    """Give the command that brings a package up to date."""
    import shlex

    words = ["nb2prod", "extract", _from_here(notebook), "--output", _from_here(folder), "--name", manifest.package]
    for option in ("model", "prediction", "fit_on"):
        value = manifest.options.get(option)
        if value is not None and (option, value) != ("fit_on", "notebook"):
            words += [f"--{option.replace('_', '-')}", value]
    if template := manifest.options.get("template"):
        words += ["--template", _from_here(os.path.normpath(os.path.join(folder, template)))]
    return shlex.join(words)


def _from_here(path: str) -> str:
    try:
        return min(os.path.relpath(path), path, key=len)
    except ValueError:
        return path


def _version(manifest: Manifest) -> Iterator[Finding]:
    if manifest.version != __version__:
        yield Finding("NB605", f"it was built by nb2prod {manifest.version}, this is {__version__}", "")


def _notebook(manifest: Manifest, folder: str, path: str) -> Iterator[Finding]:
    name = _from_here(path)
    try:
        if file_digest(path) == manifest.origin.digest:
            return
        data = _bytes(path)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "it is no path"
        mend = f"bring it back, or name its new place: nb2prod extract NOTEBOOK --output {_from_here(folder)}"
        yield Finding("NB604", f"the notebook {name} cannot be read: {reason}", mend, told=False)
        return
    yield from _changed(manifest, path, data)


def _changed(manifest: Manifest, path: str, data: bytes) -> Iterator[Finding]:
    from pathlib import Path

    from nb2prod.errors import UserError
    from nb2prod.upkeep.drift import notebook_change

    try:
        change = notebook_change(manifest, Path(path), data)
    except UserError as fault:
        message = str(fault).rpartition("\n")[2]
        yield Finding(fault.code, f"the notebook {_from_here(path)} makes no sense: {message}", fault.do, told=False)
        return
    if change is not None:
        message = f"the notebook {_from_here(path)} has changed since the extraction"
        if change.refusal:
            message += f", and would be refused now: {change.refusal}"
        cells = tuple(Cell(cell.number, cell.kind, cell.feeds) for cell in change.cells)
        yield Finding("NB601", message, "", cells, change.modules)


def _beside(manifest: Manifest, home: str) -> Iterator[Finding]:
    """The modules beside the notebook that travel with the package."""
    for name, expected in manifest.origin.beside.items():
        fault = _fault(os.path.join(home, name), expected)
        if fault is not None:
            what = "is gone" if fault == MISSING else "cannot be read" if fault == UNREADABLE else "has changed"
            message = f"{_from_here(os.path.join(home, name))}, which the notebook imports, {what} since the extraction"
            yield Finding("NB601", message, "", told=fault != UNREADABLE)


def _files(manifest: Manifest, folder: str) -> Iterator[Finding]:
    found: dict[str, list[str]] = {}
    for path, rendered in manifest.files.items():
        expected = manifest.kept.get(path, rendered)
        fault = _fault(f"{folder}{os.sep}{path}", expected) if expected is not None else None
        if fault is not None:
            found.setdefault(fault, []).append(path)
    for fault, paths in found.items():
        yield Finding("NB602", fault, _MENDED[fault], files=tuple(paths), told=fault != UNREADABLE)


def _fault(path: str, expected: str) -> str | None:
    try:
        if file_digest(path) == expected:
            return None
        data = _bytes(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return MISSING
    except OSError:
        return UNREADABLE
    if text_digest(data) == expected:
        return None
    return UNSETTLED if holds_conflict(data) else EDITED


def holds_conflict(data: bytes) -> bool:
    """Tell whether a text holds a marked conflict."""
    return data.startswith(MARKER) or b"\n" + MARKER in data


def file_digest(path: str) -> str:
    """Digest the bytes of a regular file; whatever else lies there counts as missing."""
    return digest(_bytes(path))


def _bytes(path: str) -> bytes:
    # Opened without waiting: a pipe in the place of a file would block for ever.
    handle = os.open(path, _READING)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise FileNotFoundError(2, "it is no file")
        data = os.read(handle, status.st_size + 1)
        while len(data) < status.st_size and (more := os.read(handle, status.st_size)):
            data += more
        return data
    finally:
        os.close(handle)


# ---------------------------------------------------------------------- telling


def as_json(checked: Sequence[Checked], exit_code: int) -> str:
    """Give the result as one JSON object."""
    packages = [
        {
            "folder": one.folder,
            "package": one.package,
            "findings": [_finding(finding) for finding in one.findings],
        }
        for one in checked
    ]
    return json.dumps({"exit_code": exit_code, "packages": packages}, indent=1) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    return {**finding._asdict(), "cells": [cell._asdict() for cell in finding.cells]}


def as_text(checked: Sequence[Checked]) -> str:
    """Give the result for people: what has drifted, the cells and modules, and the command that mends it."""
    lines = [line for one in checked for finding in one.findings for line in _lines(one, finding)]
    bad = sum(1 for one in checked if one.findings)
    packages = f"{len(checked)} package{'s' if len(checked) != 1 else ''}"
    lines.append(f"{packages} in sync" if not bad else f"{bad} of {packages} not in sync")
    return "".join(f"{_printable(line)}\n" for line in lines)


def _lines(one: Checked, finding: Finding) -> Iterator[str]:
    yield f"{_from_here(one.folder)}: {finding.code} {'error' if finding.told else 'unknown'}: {finding.message}"
    for cell in finding.cells:
        feeds = f"feeds {', '.join(cell.feeds)}" if cell.feeds else "feeds nothing by itself"
        yield f"    cell {cell.number} {'is new' if cell.change == 'new' else cell.change}: {feeds}"
    if finding.modules:
        yield f"    modules that would change: {', '.join(finding.modules)}"
    for path in finding.files:
        yield f"    {path}"
    yield f"  do:  {finding.mend}"


def _printable(line: str) -> str:
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)
