"""The verification record: what was found, beside the manifest and in the package's README.

Input: a package folder and a `Report`. The record is ``.nb2prod/verification.json``. The README shows it between two
marks; its new digest goes into the manifest, so that `check` takes it for what it is. A README whose marks are gone,
or that was edited by hand since, is shown or left as its author wants it.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from nb2prod.upkeep.manifest import FOLDER, load, save, text_digest
from nb2prod.verify.judge import Report

RECORD = "verification.json"
SHOWN = "shown"
"""The key of the text that the README was given, from which an edit of it by hand is told."""
START = "<!-- nb2prod verify -->"
END = "<!-- end -->"
_BLOCK = re.compile(rf"{START}\n.*?{END}", re.S)
README = "README.md"


def write_record(folder: Path, report: Report) -> None:
    """Write the record, and show it in the README."""
    readme, shown = folder / README, block(report)
    record = {**report.plain(), SHOWN: shown}
    _replace(folder / FOLDER / RECORD, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    if not readme.is_file():
        return
    before = readme.read_bytes()
    text = before.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    if not _BLOCK.search(text):
        return
    content = load(folder)
    recorded = content["kept"].get(README) or content["files"].get(README)
    _replace(readme, _shown(text, shown))
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


def with_record(text: bytes, folder: Path) -> bytes:
    """Put the record that a package's README was last given between the marks of a text, if there is one."""
    try:
        content = json.loads((folder / FOLDER / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return text
    shown = content.get(SHOWN) if isinstance(content, dict) else None
    if not isinstance(shown, str):
        return text
    return _shown(text.decode("utf-8", "surrogateescape"), shown).encode("utf-8", "surrogateescape")


def _shown(text: str, record: str) -> str:
    return _BLOCK.sub(lambda _: f"{START}\n\n{record}\n\n{END}", text)
