"""What a generated function binds only to hand it over: it stands in the ``return`` itself, where that stays one line.

Input: the text of a function's body, with marks, and the call that ends it. Output: the body without ``served = ...``
and without ``scores = {}`` and the scores that follow, where these are its last statements, and the call with them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nb2prod.generation.origins import is_mark

INDENT = 4


@dataclass(frozen=True)
class _Last:
    """One of the last statements: its value, the key of a score, and its lines with what is above it, from 0."""

    name: str
    key: str
    value: str
    start: int
    end: int


def with_values(body: str, given: str, width: int) -> tuple[str, str]:
    """Put what the last statements bind into the call `given` that reads it, if that fits into `width` columns.

    `body` begins with ``scores = {}``, unless the scores are made by one statement.
    """
    found = _last_statements(body)
    for names in ({"scores", "served"}, {"scores"}, {"served"}):
        taken = _taken(body, found, names)
        if taken and all(any(one.name == name for one in taken) for name in names):
            shorter, call = _without(body, taken), _filled(given, taken)
            if INDENT + len(call.rstrip("\n")) <= width:
                return shorter, call
    return body, given


def _last_statements(body: str) -> list[_Last]:
    """The scores and the proof at the end of a body, last first."""
    lines, statements = body.splitlines(keepends=True), ast.parse(body).body
    found: list[_Last] = []
    for at in range(len(statements) - 1, -1, -1):
        node = statements[at]
        start = (statements[at - 1].end_lineno or 0) if at else 0
        above = [line for line in lines[start : node.lineno - 1] if line.strip()]
        if not isinstance(node, ast.Assign) or node.lineno != node.end_lineno or not all(map(is_mark, above)):
            break
        value = ast.get_source_segment(body, node.value) or ""
        if "#" in lines[node.lineno - 1].replace(value, ""):
            break  # a remark of the author's
        match node.targets:
            case [ast.Name(id="served" | "scores" as name)] if value != "{}":
                found.append(_Last(name, "", value, start, node.lineno))
            case [ast.Subscript(value=ast.Name(id="scores"), slice=ast.Constant(value=str(key)))]:
                found.append(_Last("scores", key, value, start, node.lineno))
            case _:
                break
    return found


def _taken(body: str, found: list[_Last], names: set[str]) -> list[_Last]:
    """Those of the last statements that can go, in order; none if another statement makes scores, too."""
    taken = [one for one in found if one.name in names]
    if any(one.name == "scores" for one in taken):
        writes = sum(isinstance(node, ast.Name) and node.id == "scores" for node in ast.walk(ast.parse(body)))
        keyed = any(one.key for one in taken)
        if writes != sum(one.name == "scores" for one in taken) + keyed:
            return []
    return taken[::-1]


def _without(body: str, taken: list[_Last]) -> str:
    """The body without these statements; where they came from is told by the ``return``."""
    lines = body.splitlines(keepends=True)
    gone = {at for one in taken for at in range(one.start, one.end)}
    marks = [lines[at] for at in sorted(gone) if is_mark(lines[at])]
    rest = "".join(line for at, line in enumerate(lines) if at not in gone)
    if any(one.key for one in taken):
        rest = rest.replace("scores = {}\n", "", 1)
    return rest + "".join(marks)


def _filled(given: str, taken: list[_Last]) -> str:
    whole = [one.value for one in taken if one.name == "scores" and not one.key]
    keyed = ", ".join(f'"{one.key}": {one.value}' for one in taken if one.key)
    served = [one.value for one in taken if one.name == "served"]
    if whole or keyed:
        given = given.replace("metrics=scores", f"metrics={whole[0] if whole else '{' + keyed + '}'}")
    return given.replace("served=served", f"served={served[0]}") if served else given
