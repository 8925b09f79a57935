"""A page for each diagnostic: the catalogue's text, an example, what nb2prod says to it, and a remedy.

Input: nb2prod/codes.py and docs/reference/examples.toml. Output: Markdown by path. What nb2prod says is said anew
for each build.
"""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nb2prod.codes import CODES, Code
from nb2prod.diagnostics import Diagnostic
from nb2prod.errors import UserError
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

EXAMPLES = Path(__file__).parents[1] / "reference" / "examples.toml"
SOURCES = Path(generate.__code__.co_filename).parent
FAMILIES = {
    "1": "Reading the notebook",
    "2": "Choosing the model and the prediction",
    "3": "Learning: what to know about the package",
    "4": "Refusals",
    "5": "Writing the package",
    "6": "Checking and verifying",
}
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@dataclass(frozen=True)
class Example:
    """What leads to a diagnostic and what does not: cells of the frame, whole notebooks, or commands."""

    before: str
    after: str = ""
    shown: str = ""
    """The part of ``before`` that the page shows."""
    remedied: str = ""
    options: tuple[str, ...] = ()
    console: str = ""
    name: str = "people.ipynb"
    raw: bool = False


@cache
def examples() -> Mapping[str, Example]:
    """The examples by code."""
    found = tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))
    frame = found.pop("frame")
    return {code: _example(frame, values) for code, values in found.items()}


def _example(frame: str, values: dict[str, Any]) -> Example:
    options = tuple(values.get("options", ()))
    if "cell" in values:
        cell, remedy = values["cell"].strip(), values.get("remedy", "").strip()
        after = frame.replace("{cell}", remedy) if remedy else ""
        return Example(frame.replace("{cell}", cell), after, cell, remedy, options)
    if "console" in values:
        return Example("", console=values["console"].strip())
    text, remedy = values["notebook"].strip("\n"), values.get("remedy", "").strip("\n")
    name, raw = values.get("name", "people.ipynb"), values.get("raw", False)
    return Example(text, remedy, text, remedy, options, "", name, raw)


def notebook(percent: str) -> str:
    """A notebook of the cells that a text in percent format holds."""
    parts = re.split(r"^# %%(.*)\n", percent, flags=re.MULTILINE)[1:]
    cells = []
    for number, (mark, text) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        markdown = "[markdown]" in mark
        count = re.search(r"\[exec=(\d+)\]", mark)
        source = re.sub(r"^# ?" if markdown else r"^#!", "", text.strip("\n"), flags=re.MULTILINE)
        cell: dict[str, Any] = {"id": f"c{number}", "metadata": {}, "source": source}
        if markdown:
            cells.append({"cell_type": "markdown", **cell})
        else:
            run = int(count[1]) if count else None
            cells.append({"cell_type": "code", "execution_count": run, "outputs": [], **cell})
    return json.dumps({"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5})


def findings(text: str, example: Example) -> list[Diagnostic]:
    """Everything that nb2prod says of a notebook, given as the example gives it."""
    given = dict(zip(example.options[::2], example.options[1::2], strict=True))
    fit_on = given.get("--fit-on", "notebook")
    options = Options(model=given.get("--model"), prediction=given.get("--prediction"), fit_on=fit_on)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        path = Path(example.name)
        path.write_text(text if example.raw else notebook(text), encoding="utf-8")
        try:
            analysis = analyse(path, options)
            generate(analysis, "people")
        except UserError as fault:
            return [fault.diagnostic]
    return list(analysis.diagnostics)


def pages() -> dict[str, str]:
    """The index and a page for each code."""
    texts = {f"reference/diagnostics/{name}.md": _page(entry) for name, entry in CODES.items()}
    return {"reference/diagnostics/index.md": _index(), **texts}


def _index() -> str:
    parts = [
        "# Diagnostics",
        "Every message names its code, the cell and the line, why it matters and what to do. A code keeps its meaning"
        " for ever.",
    ]
    for digit, title in FAMILIES.items():
        rows = [
            f"| [{entry.code}]({entry.code}.md) | {entry.title} |" for entry in CODES.values() if entry.code[2] == digit
        ]
        parts.append(f"## {title}\n\n| code | what |\n|---|---|\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _page(entry: Code) -> str:
    example = examples().get(entry.code)
    parts = [
        f"# {entry.code}: {entry.title}",
        entry.meaning,
        *([] if entry.code in given_codes() else ["!!! note\n\n    This version of nb2prod does not say it yet."]),
        f"**Why it matters:** {entry.why}.",
        f"**What to do:** {entry.do}.",
        *(_shown(entry.code, example) if example else []),
    ]
    return "\n\n".join(parts) + "\n"


def _shown(code: str, example: Example) -> list[str]:
    if example.console:
        return ["## Example", f"```console\n{example.console}\n```"]
    language = "json" if example.raw else "python"
    said = [found.render() for found in findings(example.before, example) if found.code == code]
    asked = f" With `{' '.join(example.options)}`:" if example.options else ""
    parts = [
        "## Example",
        f"```{language}\n{example.shown}\n```",
        f"nb2prod says:{asked}",
        f"```text\n{''.join(said[:1])}\n```",
    ]
    if example.remedied:
        parts += ["## Remedy", f"```{language}\n{example.remedied}\n```"]
    return parts


@cache
def given_codes() -> frozenset[str]:
    """The codes that the modules of nb2prod name outside the catalogue."""
    texts = [path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py") if path.name != "codes.py"]
    return frozenset(re.findall(r"\bNB\d{3}\b", "\n".join(texts)))
