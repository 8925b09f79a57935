"""The explanation as one HTML file that needs no network.

Input: an explanation. Output: the page's text. The notebook on the left, the package on the right, the dataflow
between them. Everything from the notebook is untrusted: Jinja escapes it, the data for the script are JSON without
``<``, and the content security policy lets only the page's own script and style run, by their digests.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from nb2prod.explain.graph import graph_of
from nb2prod.explain.questions import questions_of
from nb2prod.explain.records import Cell, Explanation, Finding, Statement
from nb2prod.explain.roles import MEANINGS
from nb2prod.explain.table import places

if TYPE_CHECKING:
    from markupsafe import Markup
    from pygments.formatter import Formatter
    from pygments.lexer import Lexer

ASSETS = files("nb2prod.explain") / "assets"
SCRIPTS = ("dagre/dagre.min.js", "graph.js", "page.js")
PLAIN = re.compile(r'<span class="p-(?:n|nn|o|p|w|vm|err|x)">([^<]*)</span>')
"""Kinds of tokens that have no colour of their own: most of them."""
FATES = {
    "kept": "kept",
    "merged": "kept, in the lines around it",
    "dropped": "dropped",
    "refused": "refused",
    "open": "not decided",
}


@dataclass(frozen=True)
class Line:
    """A line of code: highlighted, with the statement that it belongs to."""

    number: int
    code: Markup
    statement: Statement | None
    first: bool
    role: str
    label: str = ""
    origins: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A cell with what stands in it."""

    cell: Cell
    lines: tuple[Line, ...]
    paragraphs: tuple[tuple[bool, str], ...]
    findings: tuple[Finding, ...]
    places: tuple[str, ...]


def page(explanation: Explanation) -> str:
    """Render the page."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    script = "\n".join([f"/* dagre\n{asset('dagre/LICENSE')}*/", *map(asset, SCRIPTS)])
    style = asset("page.css")
    return environment.from_string(asset("page.html.jinja")).render(
        explanation=explanation,
        policy=policy(script, style),
        script=Markup(script),
        style=Markup(style),
        data=_data(explanation),
        cells=list(_cells(explanation)),
        modules=[(name, list(_module_lines(explanation, name, text))) for name, text in explanation.modules],
        questions=questions_of(explanation),
        roles=[(role, MEANINGS[role]) for role in MEANINGS],
        fates=FATES,
        sentence=_sentence(explanation),
        summary=_summary(explanation),
    )


@cache
def asset(name: str) -> str:
    """Read a file of the page."""
    return (ASSETS / name).read_text(encoding="utf-8")


def policy(script: str, style: str) -> str:
    """Allow this script and this style, and nothing else."""
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    return (
        f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _sentence(explanation: Explanation) -> str:
    answer = explanation.answer
    if answer is None:
        return "cannot be extracted as it is"
    name = answer.estimator.rpartition(".")[2]
    return f"predicts {answer.target or 'as the notebook does'} with {answer.model}{f' ({name})' if name else ''}"


def _summary(explanation: Explanation) -> str:
    if explanation.answer is None:
        return f"{len(explanation.statements)} statements, none of them taken over: the notebook is refused."
    dropped = sum(one.fate == "dropped" for one in explanation.statements)
    kept = len(explanation.statements) - dropped
    values = len(explanation.learned)
    found = len(explanation.findings)
    return f"{kept} statements kept, {dropped} dropped; {values} learned values; {found or 'no'} warnings."


# ---------------------------------------------------------------------- data for the script


def _data(explanation: Explanation) -> dict[str, Any]:
    graph = graph_of(explanation)
    return {
        "statements": [_statement(one) for one in explanation.statements],
        "learned": [asdict(one) for one in explanation.learned],
        "findings": [asdict(one) for one in explanation.findings],
        "nodes": [asdict(node) for node in graph.nodes],
        "edges": [asdict(edge) for edge in graph.edges],
        "questions": [asdict(question) for question in questions_of(explanation)],
        "fates": FATES,
    }


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "cell": one.cell,
        "line": one.line,
        "code": one.code,
        "roles": one.roles,
        "fate": one.fate,
        "path": one.path,
        "reason": one.reason,
        "to": [[place.module, place.function, place.lines] for place in one.destinations],
        "reads": one.reads,
        "learns": one.learns,
        "recalls": one.recalls,
        "findings": one.findings,
    }


# ---------------------------------------------------------------------- the two panes


def _cells(explanation: Explanation) -> Iterator[Shown]:
    for cell in explanation.cells:
        findings = tuple(explanation.findings[at] for at in cell.findings)
        if cell.kind == "code":
            where = tuple(places(cell.destinations))
            yield Shown(cell, tuple(_code_lines(explanation, cell)), (), findings, where)
        else:
            yield Shown(cell, (), tuple(_paragraphs(cell.source)), findings, ())


def _code_lines(explanation: Explanation, cell: Cell) -> Iterator[Line]:
    at: dict[int, Statement] = {}
    for number in cell.statements:
        one = explanation.statements[number]
        at.update(dict.fromkeys(range(one.line, one.end_line + 1), one))
    for number, code in enumerate(highlighted(cell.source), 1):
        statement = at.get(number)
        first = statement is not None and statement.line == number
        role = statement.roles[0] if statement is not None else ""
        yield Line(number, code, statement, first, role, _label(statement) if statement and first else "")


def _label(one: Statement) -> str:
    where = ", ".join(f"{place.module}.{place.function or 'top'}" for place in one.destinations)
    return f"cell {one.cell} line {one.line}: {', '.join(one.roles)}; {where or one.reason or FATES[one.fate]}"


def _paragraphs(source: str) -> Iterator[tuple[bool, str]]:
    """Markdown as the author typed it; headings are told apart."""
    for block in source.split("\n\n"):
        lines = block.strip().split("\n")
        while lines and lines[0].startswith("#"):
            yield True, lines.pop(0).lstrip("#").strip()
        if any(lines):
            yield False, "\n".join(lines)


def _module_lines(explanation: Explanation, module: str, text: str) -> Iterator[Line]:
    origins: dict[int, list[Statement]] = {}
    for one in explanation.statements:
        for place in one.destinations:
            for line in place.lines if place.module == module else ():
                origins.setdefault(line, []).append(one)
    for number, code in enumerate(highlighted(text.rstrip("\n")), 1):
        found = origins.get(number, [])
        told = next((one for one in reversed(found) if one.roles != ("define",)), found[-1] if found else None)
        cells = ", ".join(str(cell) for cell in sorted({one.cell for one in found}))
        label = f"{module}.py line {number}, from cell {cells}" if found else ""
        at = tuple(one.number for one in found)
        yield Line(number, code, told, bool(found), told.roles[0] if told else "", label, at)


@cache
def _highlighting() -> tuple[Lexer, Formatter]:
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False), HtmlFormatter(nowrap=True, classprefix="p-")


def highlighted(code: str) -> list[Markup]:
    """Highlight Python code, a piece of HTML for each line."""
    from markupsafe import Markup
    from pygments import highlight

    text = code.replace("\r\n", "\n").replace("\r", "\n")
    made = PLAIN.sub(r"\1", highlight(text, *_highlighting()))
    count = text.count("\n") + 1
    lines = made.split("\n")[:count]
    return [Markup(line) for line in [*lines, *[""] * (count - len(lines))]]
