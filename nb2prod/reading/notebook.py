"""File to `Notebook`: the cells, the order in which to read them, and what is wrong with them.

Input: a path to a notebook of nbformat 1 to 4. Output: a frozen `Notebook`. Strict about what a cell is and
what its source says; lenient about what is only evidence (counts, outputs, tags), where a wrong type counts
as absent. Refuses, with a sentence, whatever is not a Python notebook. A cell that no Python could have run
is left out with a warning; where the notebook shows that it did run, that is an error.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nb2prod.diagnostics import Diagnostic, Place
from nb2prod.errors import UserError
from nb2prod.reading.magics import comments, neutralise, parse, python2_fault, syntax_fault
from nb2prod.reading.order import Order, ParsedCell, execution_order

DIRECTIVES = frozenset({"skip", "training", "parameters", "model"})
"""The words that a `nb2prod:` tag or comment may hold."""
OUTPUT_LIMIT = 20_000
"""Characters kept of each stored output."""

_KINDS = {"code": "code", "markdown": "markdown", "raw": "raw"}
_DIRECTIVE = re.compile(r"nb2prod:[ \t]*([\w, \t-]+)")
_ELSEWHERE = re.compile(r"%(?:run|load|loadpy|store -r)\b")
_OTHER_KERNEL = re.compile(
    r"ir|julia|scala|spylon|apache_toree|spark|bash|javascript|ijavascript|octave|xcpp|matlab|sas|stata|sql",
    re.I,
)
_F_STRING = re.compile(r"\b[rR]?[fF][rR]?[\"']")
_NO_NOTEBOOK = (
    (re.compile(rb"\s*$"), "it is empty", "take the last good version from git"),
    (re.compile(rb"(?s).*^(?:<<<<<<<|>>>>>>>) ", re.M), "it holds merge conflicts", "settle the merge first"),
    (re.compile(rb"version https://git-lfs"), "it is a Git LFS pointer", "fetch the file with git lfs pull"),
    (re.compile(rb"\s*<"), "it is a web page", "download the raw file instead of the page that shows it"),
)


@dataclass(frozen=True)
class Cell:
    """One cell; `error` is the name of the exception that its stored output shows."""

    number: int
    kind: Literal["code", "markdown", "raw"]
    source: str
    execution_count: int | None = None
    tags: frozenset[str] = frozenset()
    cell_id: str | None = None
    outputs: tuple[str, ...] = ()
    error: str | None = None
    directives: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Notebook:
    """A notebook as stored; `order` holds the numbers of the code cells in reading order."""

    path: Path
    name: str
    cells: tuple[Cell, ...]
    language: str
    kernel: str
    digest: str
    order: tuple[int, ...]
    reordered: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()


def read_notebook(path: Path) -> Notebook:
    """Read a notebook file; every fault is a `UserError`."""
    data = _read_bytes(path)
    name = path.name
    content = _version4(name, _parse_json(name, data))
    language, kernel = _language(name, content)
    found: list[Diagnostic] = []
    cells = tuple(_cells(name, content, found))
    parsed = tuple(_parsed_cells(name, cells, language, found))
    if not any(cell.tree.body for cell in parsed):
        raise _no_code(name, found)
    order = execution_order(parsed)
    found += _order_findings(name, cells, order)
    digest = hashlib.sha256(data).hexdigest()
    return Notebook(path, name, cells, language, kernel, digest, order.numbers, order.reordered, tuple(found))


def _read_bytes(path: Path) -> bytes:
    try:
        # A pipe or a device would wait for ever.
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "no regular file"
            raise UserError(f"{path} is {kind}", code="NB101", do="give the path of an .ipynb file")
        return path.read_bytes()
    except FileNotFoundError as fault:
        raise UserError(f"{path} does not exist", code="NB101") from fault
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
        raise UserError(f"{path} cannot be read: {reason}", code="NB101") from fault


def _parse_json(name: str, data: bytes) -> dict[str, object]:
    try:
        text = data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
        content = json.loads(text, object_pairs_hook=_unambiguous)
    except UnicodeDecodeError as fault:
        message = f"{name} is not in UTF-8: byte {fault.start} makes no sense"
        raise UserError(message, code="NB102", do="save the notebook as UTF-8") from fault
    except (ValueError, RecursionError) as fault:
        raise _not_json(name, data, fault) from fault
    if not isinstance(content, dict):
        raise _malformed(name, "its JSON is no object")
    return content


def _unambiguous(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) != len(pairs):
        for key, value in pairs:
            if key in ("cells", "worksheets", "cell_type", "source", "input") and content[key] != value:
                raise ValueError(f"{key!r} occurs twice with different values")
    return content


def _not_json(name: str, data: bytes, fault: Exception) -> UserError:
    for pattern, what, do in _NO_NOTEBOOK:
        if pattern.match(data):
            return UserError(f"{name} is not JSON: {what}", code="NB102", do=do)
    what = "nested too deeply" if isinstance(fault, RecursionError) else str(fault)
    return UserError(f"{name} is not JSON: {what}", code="NB102")


def _malformed(name: str, what: str, place: Place | None = None) -> UserError:
    return UserError(f"{name} is not a notebook: {what}", code="NB103", place=place)


def _version4(name: str, content: dict[str, object]) -> dict[str, object]:
    version = content.get("nbformat", 3 if "worksheets" in content else 4)
    if isinstance(version, bool) or not isinstance(version, int):
        raise _malformed(name, f"its nbformat is {version!r}")
    if version not in (1, 2, 3, 4):
        raise UserError(f"{name} is in notebook format {version}, known are 1 to 4", code="NB108")
    return content if version == 4 else _upgraded(name, content)


def _upgraded(name: str, content: dict[str, object]) -> dict[str, object]:
    # Importing nbformat takes longer than reading a notebook; old formats are rare.
    from nbformat import ValidationError, convert, from_dict

    groups = _objects(name, content.get("worksheets", [content]), "worksheets")
    cells = [cell for group in groups for cell in _objects(name, group.get("cells", []), "cells")]
    for cell in cells:
        for key, absent in (("metadata", {}), ("outputs", [])):
            if not isinstance(cell.get(key), type(absent)):
                cell[key] = absent
    if not isinstance(content.get("metadata"), dict):
        content["metadata"] = {}
    languages = [cell["language"] for cell in cells if isinstance(cell.get("language"), str)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            upgraded = dict(convert(from_dict(content), 4))  # type: ignore[no-untyped-call]
    except (AttributeError, LookupError, NameError, TypeError, ValueError, ValidationError) as fault:
        raise _malformed(name, f"it cannot be converted to nbformat 4 ({type(fault).__name__})") from fault
    for cell in _objects(name, upgraded.get("cells"), "cells"):
        cell["id"] = None  # The conversion draws it at random.
    if languages:
        upgraded["metadata"] = {"language_info": {"name": languages[0]}, **upgraded["metadata"]}
    return upgraded


def _objects(name: str, value: object, what: str) -> list[dict[str, object]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise _malformed(name, f"{what} is not a list of objects" if value is not None else f"it has no {what}")
    return value


def _section(content: object, *keys: str) -> dict[str, object]:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}


def _language(name: str, content: dict[str, object]) -> tuple[str, str]:
    """Find language (with the version where it is known) and kernel."""
    info = _section(content, "metadata", "language_info")
    spec = _section(content, "metadata", "kernelspec")
    kernel = str(spec.get("name") or "")
    guess = kernel if _OTHER_KERNEL.match(kernel) else "python"
    language = str(info.get("name") or spec.get("language") or guess)
    if not re.match(r"i?python|pyspark", language, re.IGNORECASE):
        raise UserError(f"{name} is a notebook in {language}", code="NB104")
    version = str(info.get("version") or "")
    if version.startswith("2.") or kernel == "python2":
        return "python2", kernel
    return "python", kernel


def _cells(name: str, content: dict[str, object], found: list[Diagnostic]) -> Iterator[Cell]:
    for number, stored in enumerate(_objects(name, content.get("cells"), "cells"), start=1):
        place = Place(name, number)
        kind = _KINDS.get(str(stored.get("cell_type")), "raw")
        editor = _section(stored, "metadata", "vscode").get("languageId", "python")
        if kind == "code" and editor != "python":
            kind = "raw"
            found.append(Diagnostic("NB110", "warning", f"code in {editor} is left out", place))
        elif str(stored.get("cell_type")) not in _KINDS:
            what = stored.get("cell_type")
            found.append(Diagnostic("NB110", "warning", f"a cell of the kind {what!r} is left out", place))
        yield _cell(place, kind, stored, found)


def _cell(place: Place, kind: str, stored: dict[str, object], found: list[Diagnostic]) -> Cell:
    count, cell_id = stored.get("execution_count"), stored.get("id")
    tags = _section(stored, "metadata").get("tags")
    words = frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset()
    source = _source(place, kind, stored)
    outputs = stored.get("outputs")
    outputs = [item for item in outputs if isinstance(item, dict)] if isinstance(outputs, list) else []
    errors = [str(item.get("ename")) for item in outputs if item.get("output_type") == "error"]
    return Cell(
        number=place.cell,
        kind="code" if kind == "code" else "markdown" if kind == "markdown" else "raw",
        source=source,
        execution_count=count if isinstance(count, int) and not isinstance(count, bool) else None,
        tags=words,
        cell_id=cell_id if isinstance(cell_id, str) else None,
        outputs=tuple(text for item in outputs if (text := _output(item))),
        error=errors[0] if errors else None,
        directives=_directives(place, source, words, found) if kind == "code" else frozenset(),
    )


def _source(place: Place, kind: str, stored: dict[str, object]) -> str:
    source = stored.get("source", None if kind == "code" else "")
    text = _joined(source)
    if text is None:
        what = "has no source" if source is None else "has a source that is no text"
        raise _malformed(place.notebook, f"cell {place.cell} {what}", place)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if kind == "code" and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _malformed(place.notebook, f"cell {place.cell} holds half a character", place)
    return _printable(text)


def _joined(value: object) -> str | None:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else None


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _output(item: dict[str, object]) -> str:
    shown = item.get("text") if item.get("output_type") == "stream" else _section(item, "data").get("text/plain")
    return _printable((_joined(shown) or "")[:OUTPUT_LIMIT])


def _directives(place: Place, source: str, tags: frozenset[str], found: list[Diagnostic]) -> frozenset[str]:
    remarks = comments(neutralise(source).source) if "nb2prod:" in source else ()
    texts = [match[1] for text in (*sorted(tags), *remarks) if (match := _DIRECTIVE.search(text))]
    words = {word for text in texts for word in re.split(r"[\s,]+", text) if word}
    for word in sorted(words - DIRECTIVES):
        found.append(Diagnostic("NB111", "warning", f"unknown directive {word!r} is ignored", place))
    return frozenset(words & DIRECTIVES) | (tags & {"parameters"})


def _parsed_cells(name: str, cells: tuple[Cell, ...], language: str, found: list[Diagnostic]) -> Iterator[ParsedCell]:
    if language == "python2":
        message = "the notebook names a Python 2 kernel; its code is read as Python 3"
        found.append(Diagnostic("NB105", "warning", message, Place(name)))
    for cell in cells:
        if cell.kind != "code" or "skip" in cell.directives:
            continue
        plain = neutralise(cell.source)
        for line, text in plain.notes:
            if _ELSEWHERE.match(text):
                message = f"{text} is left out, and with it what that code makes"
                found.append(Diagnostic("NB109", "warning", message, Place(name, cell.number, line, text)))
        tree = parse(plain.source)
        if tree is not None:
            yield ParsedCell(cell.number, tree, cell.execution_count)
        else:
            found.append(_broken(name, cell, plain.source, _ran(cell, cells)))


def _ran(cell: Cell, cells: tuple[Cell, ...]) -> bool | None:
    """Tell whether the code of a cell was run, as far as the notebook shows."""
    if cell.error is not None:
        return cell.error not in ("SyntaxError", "IndentationError", "TabError")
    if cell.execution_count is None:
        return False if any(other.execution_count is not None for other in cells) else None
    return True if any(other.outputs for other in cells) else None


def _broken(name: str, cell: Cell, source: str, ran: bool | None) -> Diagnostic:
    line, complaint = syntax_fault(source) or (1, "")
    place = Place(name, cell.number, line, source.split("\n")[line - 1].replace("\0", "?"))
    legacy = python2_fault(source)
    if legacy and ran is not False:
        raise UserError(f"the cell is Python 2: {legacy}", code="NB105", place=place)
    # Python 3.12 lets an f-string hold its own quotes and line breaks; an older one takes them for errors.
    newer = sys.version_info < (3, 12) and _F_STRING.search(place.source)
    if ran or (ran is None and newer):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        message = f"the cell is not code of Python {version} ({complaint}), but seems to have run elsewhere"
        raise UserError(message, code="NB106", place=place)
    return Diagnostic("NB106", "warning", f"the cell is not Python and is left out: {complaint}", place)


def _no_code(name: str, found: list[Diagnostic]) -> UserError:
    for finding in found:
        if finding.code == "NB106":
            return UserError(finding.message, code="NB106", place=finding.place)
    return UserError(f"{name} has no code", code="NB107")


def _order_findings(name: str, cells: tuple[Cell, ...], order: Order) -> Iterator[Diagnostic]:
    if (fault := order.fault) is None:
        return
    source = cells[fault.cell - 1].source.split("\n")[fault.line - 1]
    place = Place(name, fault.cell, fault.line, source)
    told = f"{fault.name!r} is used here, but made in cell {fault.maker} only"
    if order.reordered:
        yield Diagnostic("NB205", "warning", f"{told}: cells are taken in the order of their counts", place)
    else:
        yield Diagnostic("NB206", "warning", f"{told}, and the execution counts give no better order", place)
