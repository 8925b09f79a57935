"""``nb2prod check``: are packages and notebooks still what they were when the package was extracted?

Input: folders (or a notebook) in which to look. Output: an `Answer`: a text or JSON, and the exit code. Decides
with the standard library alone as long as all is in sync; writes nothing and runs nothing. What cannot be
told (no package, a damaged manifest, a missing notebook) is said and gives exit code 2.
"""

# Paths are plain strings here, and few modules are imported: a repository may hold a thousand packages.
# ruff: noqa: PTH

from __future__ import annotations

import argparse
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from nb2prod import __version__
from nb2prod.manifest import FOLDER, JOURNAL, Manifest, ManifestError, digest, read_manifest, text_digest

SKIPPED = frozenset({"__pycache__", "node_modules"})
"""Folders that hold no package of the user's; hidden folders and virtual environments are skipped too."""
CONFLICT = b"<<<<<<< "


class Cell(NamedTuple):
    """A cell of the notebook that differs."""

    number: int
    kind: str
    feeds: tuple[str, ...]


class Finding(NamedTuple):
    """Something that is not as it was; `told` is false where it could not be told."""

    code: str
    message: str
    mend: str
    cells: tuple[Cell, ...] = ()
    modules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    told: bool = True


class Checked(NamedTuple):
    """A package folder (or one that was searched in vain) and what was found."""

    folder: str
    package: str
    findings: tuple[Finding, ...]


class Answer(NamedTuple):
    """What to print, and the exit code."""

    text: str
    exit_code: int


def answer(arguments: Sequence[str]) -> Answer:
    """Check what the command line names."""
    parser = argparse.ArgumentParser(
        prog="nb2prod check",
        description="Say whether notebooks and the packages extracted from them have drifted apart.",
        epilog="exit codes: 0 in sync, 1 drift, 2 could not tell",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", default=["."], help="folder or notebook (default: here)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    chosen = parser.parse_args(arguments)
    checked = check(chosen.paths)
    code = exit_code(checked)
    return Answer(as_json(checked, code) if chosen.json else as_text(checked), code)


def exit_code(checked: Iterable[Checked]) -> int:
    """Give 2 if something could not be told, else 1 if something has drifted, else 0."""
    return max((1 if finding.told else 2 for one in checked for finding in one.findings), default=0)


def check(paths: Iterable[str]) -> list[Checked]:
    """Check every package in the folders, each once."""
    found: dict[str, Checked] = {}
    for path in paths:
        start = os.path.realpath(path)
        if not os.path.exists(start):
            found[start] = _untold(path, "there is no such folder", "give the folder of a package, or one above it")
            continue
        wanted = start if os.path.isfile(start) else None
        before = len(found)
        seen = False
        for folder in packages_in(os.path.dirname(start) if wanted else start):
            if isinstance(folder, Checked):
                found[folder.folder] = folder
            elif folder not in found:
                one = check_package(folder, wanted)
                if one is not None:
                    found[folder] = one
            else:
                seen = True
        if len(found) == before and not seen:
            what = "no package came from it" if wanted else "there is no package in it"
            found[start] = _untold(path, what, "extract one: nb2prod extract NOTEBOOK")
    return list(found.values())


def _untold(path: str, what: str, mend: str) -> Checked:
    return Checked(path, "", (Finding("NB603", f"{path}: {what}", mend, told=False),))
