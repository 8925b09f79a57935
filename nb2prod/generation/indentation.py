"""Indenting generated code: the lines of a text that spans several are the text's own and stay as they are."""

from __future__ import annotations

import ast

STEP = "    "


def indented(code: str) -> str:
    """Put statements one level deeper; the result ends with a line break unless it is empty."""
    lines = code.split("\n")
    if lines[-1] == "":
        lines.pop()
    inside = _within_texts(code)
    return "".join(
        f"{line}\n" if number in inside else f"{STEP}{line}\n" if line.strip() else "\n"
        for number, line in enumerate(lines, start=1)
    )


def _within_texts(code: str) -> frozenset[int]:
    """The numbers of the lines that begin within a text."""
    if not any(opening in code for opening in ('"""', "'''", "\\\n")):
        return frozenset()
    return frozenset(
        number
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
        for number in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    )
