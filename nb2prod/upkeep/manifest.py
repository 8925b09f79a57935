"""The manifest of a generated package: where it came from, digest by digest.

``.nb2prod/manifest.json`` holds the format number, the options, the notebook's place and digests, the cells behind
each function, the digest of every generated file as rendered, and of those that were kept otherwise. Reading
it needs the standard library alone; a manifest that is damaged, of another format, or that names files outside
its folder is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nb2prod import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from nb2prod.generation.plan import Plan
    from nb2prod.pipeline import Analysis
    from nb2prod.reading.syntax import Program

FORMAT = 2
FOLDER = ".nb2prod"
MANIFEST = "manifest.json"
POINTS = "points.json"
"""Where to look in the running notebook; read by verify alone."""
BASE = f"{FOLDER}/base"
"""The pristine copies: the ancestors of a merge, named ``*.orig`` so that tools find no second module."""

NEXT = f"{FOLDER}/next"
JOURNAL = f"{NEXT}/journal.json"
"""What is left to do of an extraction that was cut short."""
_STRANGE = re.compile(r"[\\:\0]|^\.nb2prod(/|$)")


class ManifestError(ValueError):
    """A manifest that cannot be used; the text is the reason."""


class Origin(NamedTuple):
    """The notebook: its path from the package, and digests of its bytes, its sources, its program and its cells."""

    path: str
    digest: str
    sources: str
    counts: bool
    code: str
    cells: list[tuple[int, str, str]]
    beside: dict[str, str]
    """Modules that lie beside the notebook and travel with the package: file name -> digest of the text."""


class Use(NamedTuple):
    """A generated function and the cells that it came from."""

    module: str
    name: str
    cells: list[int]


class Manifest(NamedTuple):
    """A manifest that was read; `kept` are the digests of files that differ from the rendered ones on purpose.

    `traits` is what the scaffold's templates need to know, `scaffold` are the targets that were added.
    """

    version: str
    package: str
    options: dict[str, str | None]
    origin: Origin
    modules: dict[str, str]
    settings: str
    functions: list[Use]
    files: dict[str, str]
    kept: dict[str, str | None]
    traits: dict[str, str | bool]
    scaffold: tuple[str, ...]


def digest(data: bytes) -> str:
    """The hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def text_digest(data: bytes) -> str:
    """The digest of a text whatever its line ends: git may have changed them."""
    return digest(data.replace(b"\r\n", b"\n"))


def inside(path: str) -> bool:
    """Tell whether a path of a manifest stays in its folder."""
    return (
        bool(path)
        and not path.startswith(("/", "../"))
        and path not in (".", "..")
        and posixpath.normpath(path) == path
        and not _STRANGE.search(path)
    )


# ---------------------------------------------------------------------- writing


def build_manifest(plan: Plan, analysis: Analysis, folder: Path, files: Sequence[Path]) -> dict[str, Any]:
    """Describe a rendered tree; where its notebook lies is not known before it has its place."""
    from nb2prod.upkeep import fingerprint

    program = analysis.trace.program
    counts = fingerprint.counted(analysis.notebook)
    return {
        "format": FORMAT,
        "nb2prod": __version__,
        "package": plan.package,
        "options": {},
        "notebook": {
            "path": analysis.notebook.name,
            "digest": analysis.notebook.digest,
            "sources": fingerprint.sources_digest(fingerprint.sources_of(analysis.notebook), counts),
            "counts": counts,
            "code": fingerprint.program_digest(program),
            "cells": [list(cell) for cell in fingerprint.cells_of(program)],
            "beside": {name: digest(text.encode()) for name, text in plan.beside.items()},
        },
        "modules": fingerprint.module_digests(plan),
        "settings": fingerprint.settings_digest(plan),
        "functions": [{"module": note.module, "name": note.name, "cells": list(note.cells)} for note in plan.functions],
        "state": [{"name": found.name, "cell": found.origin.cell} for found in plan.learned],
        "lines": _lines(plan, program, folder),
        "files": {str(path.relative_to(folder).as_posix()): digest(path.read_bytes()) for path in files},
        "kept": {},
        "traits": _told(plan),
        "scaffold": [],
    }


def _lines(plan: Plan, program: Program, folder: Path) -> dict[str, dict[str, str]]:
    """For each module: its lines, and the cells and lines that they came from, as ``{"52-53": "9:3 9:4"}``."""
    from nb2prod.generation.origins import lines_of

    found = {}
    for module in plan.modules:
        way = f"src/{plan.package}/{module.name}.py"
        if (folder / way).is_file():
            final = (folder / way).read_text(encoding="utf-8")
            lines = lines_of(module.text, module.origins, final, program)
            found[way] = _runs({at: " ".join(_at(program, line) for line in origin) for at, origin in lines.items()})
    return {way: lines for way, lines in found.items() if lines}


def _at(program: Program, line: int) -> str:
    place = program.place(line)
    return f"{place.cell}:{place.line}"


def _runs(lines: Mapping[int, str]) -> dict[str, str]:
    """Join neighbouring lines of one origin."""
    runs: list[tuple[int, int, str]] = []
    for at, origin in lines.items():
        if runs and runs[-1][1] == at - 1 and runs[-1][2] == origin:
            runs[-1] = (runs[-1][0], at, origin)
        else:
            runs.append((at, at, origin))
    return {str(first) if first == last else f"{first}-{last}": origin for first, last, origin in runs}


def _told(plan: Plan) -> dict[str, str | bool]:
    """What the templates of the scaffold need to know of the package."""
    return {
        "title": plan.title,
        "notebook": plan.notebook,
        "source_kind": plan.source_kind,
        "raw_source": plan.raw_source,
        "requires_python": plan.requires_python,
        "proba": plan.probabilities,
        "evaluate": plan.evaluates,
    }


def place_manifest(
    folder: Path,
    destination: Path,
    notebook: Path,
    options: Mapping[str, str | None],
    scaffold: Sequence[str] = (),
) -> None:
    """Complete the manifest of a rendered tree with the options, the scaffold and the way to the notebook."""
    content = load(folder)
    content["scaffold"] = list(scaffold)
    content["options"] = dict(options)
    content["notebook"]["path"] = way_to(notebook, destination)
    save(folder, content)


def way_to(path: Path, destination: Path) -> str:
    """The path from a package to its notebook or template, both without links on the way."""
    real = path.parent.resolve() / path.name
    try:
        return os.path.relpath(real, destination.resolve()).replace(os.sep, "/")
    except ValueError:
        return real.as_posix()  # another drive: there is no way


def load(folder: Path) -> dict[str, Any]:
    """Read the manifest of a tree that was just rendered."""
    content: dict[str, Any] = json.loads((folder / FOLDER / MANIFEST).read_text(encoding="utf-8"))
    return content


def save(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest of a tree that is being made."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / FOLDER / MANIFEST).write_text(text + "\n", encoding="utf-8")


# ---------------------------------------------------------------------- reading


def read_manifest(folder: str) -> Manifest:
    """Read and check the manifest of a package folder."""
    try:
        with open(os.path.join(folder, FOLDER, MANIFEST), "rb") as file:  # noqa: PTH118, PTH123 - thousands of them
            content = json.loads(file.read())
    except OSError as fault:
        raise ManifestError(fault.strerror or "it cannot be read") from fault
    except (ValueError, RecursionError) as fault:
        raise ManifestError("it is not JSON") from fault
    if not isinstance(content, dict):
        raise ManifestError("it is no JSON object")
    if content.get("format") != FORMAT:
        raise ManifestError(f"its format is {content.get('format')!r}, this nb2prod knows {FORMAT}")
    return _manifest(content)


def _manifest(content: dict[str, object]) -> Manifest:
    found = Manifest(
        version=_text(content, "nb2prod"),
        package=_text(content, "package"),
        options=_map(content, "options", optional=True),
        origin=_origin(_object(content, "notebook")),
        modules=_digests(content, "modules"),
        settings=_text(content, "settings"),
        functions=[_use(item) for item in _list(content, "functions")],
        files=_digests(content, "files"),
        kept=_map(content, "kept", optional=True),
        traits=_traits(content.get("traits", {})),
        scaffold=_names(content.get("scaffold", [])),
    )
    _stay(found.files)
    _stay(found.kept)
    return found


def _origin(content: dict[str, object]) -> Origin:
    cells = [_cell(item) for item in _list(content, "cells")]
    counts = content.get("counts")
    if not isinstance(counts, bool):
        raise ManifestError("its 'counts' is neither true nor false")
    path = _text(content, "path")
    if not path or "\0" in path:
        raise ManifestError("its notebook has no path")
    beside = _digests(content, "beside") if "beside" in content else {}
    if any("/" in name or _STRANGE.search(name) for name in beside):
        raise ManifestError("a module beside its notebook is elsewhere")
    sources, code = _text(content, "sources"), _text(content, "code")
    return Origin(path, _text(content, "digest"), sources, counts, code, cells, beside)


def _cell(item: object) -> tuple[int, str, str]:
    if isinstance(item, list) and len(item) == 3:
        number, code, heading = item
        if type(number) is int and isinstance(code, str) and isinstance(heading, str):
            return number, code, heading
    raise ManifestError("one of its cells is malformed")


def _use(item: object) -> Use:
    if isinstance(item, dict):
        module, name, cells = item.get("module"), item.get("name"), item.get("cells")
        if isinstance(module, str) and isinstance(name, str) and isinstance(cells, list):
            if all(type(cell) is int for cell in cells):
                return Use(module, name, cells)
    raise ManifestError("one of its functions is malformed")


def _traits(content: object) -> dict[str, str | bool]:
    if isinstance(content, dict) and all(isinstance(value, str | bool) for value in content.values()):
        return content
    raise ManifestError("its traits are malformed")


def _names(content: object) -> tuple[str, ...]:
    if isinstance(content, list) and all(isinstance(name, str) for name in content):
        return tuple(content)
    raise ManifestError("its scaffold is no list of names")


def _text(content: dict[str, object], key: str) -> str:
    value = content.get(key)
    if not isinstance(value, str):
        raise ManifestError(f"its {key!r} is no text")
    return value


def _list(content: dict[str, object], key: str) -> list[object]:
    value = content.get(key)
    if not isinstance(value, list):
        raise ManifestError(f"its {key!r} is no list")
    return value


def _object(content: dict[str, object], key: str) -> dict[str, object]:
    value = content.get(key)
    if not isinstance(value, dict):
        raise ManifestError(f"its {key!r} is no object")
    return value


def _digests(content: dict[str, object], key: str) -> dict[str, str]:
    return {name: value for name, value in _map(content, key).items() if value is not None}


def _map(content: dict[str, object], key: str, *, optional: bool = False) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, value in _object(content, key).items():
        if not isinstance(value, str) and not (optional and value is None):
            raise ManifestError(f"its {key!r} holds no text for {name!r}")
        found[name] = value
    return found


def _stay(paths: Iterable[str]) -> None:
    for path in paths:
        if not inside(path):
            raise ManifestError(f"it names {path!r}, which is not in its folder")
