"""Turn a percent-format source into a notebook.

Input: text with `# %%` before each code cell and `# %% [markdown]` before each markdown cell.
`# %% [exec=3]` sets a cell's execution count. A line of code that plain Python cannot hold, a magic or a
shell line, is written behind `#!`. Output: a notebook of format 4 as plain data, without outputs.
Text before the first marker is refused, because it would be lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

MARKER = re.compile(r"^# %%(?P<rest>.*)$")
COUNT = re.compile(r"\[exec=(\d+)\]")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class Block:
    """One cell's marker and the lines under it."""

    marker: str
    lines: tuple[str, ...]


def parse_percent(text: str) -> dict[str, Any]:
    """Return the notebook that the percent-format text describes."""
    cells: list[dict[str, Any]] = []
    runs = 0
    for block in split_blocks(text):
        if "[markdown]" in block.marker:
            cell = markdown_cell(block)
        else:
            runs += 1
            cell = code_cell(block, runs)
        cells.append({**cell, "id": f"c{len(cells):03d}"})
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python", "version": "3.11.0"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def split_blocks(text: str) -> list[Block]:
    """Cut the text at its cell markers."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        marker = MARKER.match(line)
        if marker:
            found.append((marker["rest"], []))
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            raise ValueError(f"text before the first cell marker: {line!r}")
    return [Block(marker, tuple(lines)) for marker, lines in found]


def markdown_cell(block: Block) -> dict[str, Any]:
    """Return a markdown cell, the comment signs removed."""
    body = [re.sub(r"^# ?", "", line) for line in block.lines]
    return {"cell_type": "markdown", "metadata": {}, "source": "\n".join(body).strip("\n")}


def code_cell(block: Block, run: int) -> dict[str, Any]:
    """Return a code cell that has not been run, counted as the `run`-th."""
    count = COUNT.search(block.marker)
    body = [line.removeprefix("#!") for line in block.lines]
    return {
        "cell_type": "code",
        "execution_count": int(count[1]) if count else run,
        "metadata": {},
        "outputs": [],
        "source": "\n".join(body).strip("\n"),
    }
