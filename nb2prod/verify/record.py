"""The verification record: what was found, beside the manifest and in the package's README.

Input: a package folder and a `Report`. The record is ``.nb2prod/verification.json``. The README shows it between two
marks; its new digest goes into the manifest, so that `check` takes it for what it is. A README whose marks are gone,
or that was edited by hand since, is shown or left as its author wants it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from nb2prod.upkeep.manifest import FOLDER, load, save, text_digest
from nb2prod.verify.judge import Report

RECORD = "verification.json"
START = "<!-- nb2prod verify -->"
END = "<!-- end -->"
_BLOCK = re.compile(rf"{START}\n.*?{END}", re.S)
README = "README.md"


def write_record(folder: Path, report: Report) -> None:
    """Write the record, and show it in the README."""
    _replace(folder / FOLDER / RECORD, report.as_json() + "\n")
    readme = folder / README
    if not readme.is_file():
        return
    before = readme.read_bytes()
    text = before.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    if not _BLOCK.search(text):
        return
    shown = _BLOCK.sub(lambda _: f"{START}\n\n{block(report)}\n\n{END}", text)
    content = load(folder)
    recorded = content["kept"].get(README) or content["files"].get(README)
    _replace(readme, shown)
    if recorded == text_digest(before):  # a README edited by hand stays reported as such
        content["kept"][README] = text_digest(readme.read_bytes())
        save(folder, content)


def block(report: Report) -> str:
    """The record as Markdown."""
    lines = [f"{report.sentence}.", "", "| compared | agree | |", "|---|---|---|"]
    for line in report.lines:
        lines.append(f"| {line.title} | {line.count} | {_cell(line.state, line.details)} |")
    lines += ["", f"Notebook `{report.digest[:12]}`, run {report.runs} time{'s' if report.runs > 1 else ''}."]
    return "\n".join(lines)


def _cell(state: str, details: tuple[str, ...]) -> str:
    text = state if not details else f"{state}: {details[0]}"
    return " ".join(text.replace("|", "\\|").split())


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(text.encode("utf-8", "surrogateescape"))
    os.replace(part, path)  # noqa: PTH105 - one step


def without_record(text: bytes, pristine: bytes) -> bytes:
    """A README whose record speaks of an older notebook gets the block of the new one."""
    fresh = _BLOCK.search(pristine.decode("utf-8", "surrogateescape"))
    if fresh is None:
        return text
    mine = text.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    return _BLOCK.sub(lambda _: fresh[0], mine).encode("utf-8", "surrogateescape")
