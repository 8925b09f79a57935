"""The IPython extension: ``%load_ext nb2prod`` and then ``%nb2prod explain`` and ``%nb2prod extract`` in a notebook.

Input: the words after ``%nb2prod``. Output: tables and warnings below the cell. The notebook is the file on disk: one
that is named, else the one being edited. Runs none of its cells. Refuses, with a sentence, where it cannot be found.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from nb2prod.cli import main
from nb2prod.errors import UserError

if TYPE_CHECKING:
    from rich.console import RenderableType

COMMANDS = ("explain", "extract")
USAGE = "usage: %nb2prod explain [NOTEBOOK] [OPTIONS], or %nb2prod extract [NOTEBOOK] [OPTIONS]"
COLOURS = {"error": "#c62828", "warning": "#b26a00", "note": "inherit"}
WIDTH = 130
"""Characters of a table."""
BLOCK = '<pre style="white-space: pre; overflow-x: auto; line-height: 1.35">{code}</pre>'


class Shell(Protocol):
    """What is needed of IPython's shell."""

    user_ns: dict[str, object]

    def register_magic_function(self, func: Callable[[str], None], magic_kind: str, magic_name: str) -> None:
        """Make ``%magic_name`` call the function."""


def load(shell: Shell) -> None:
    """Register the magic with the shell."""
    shell.register_magic_function(lambda line: magic(shell, line), "line", "nb2prod")


def magic(shell: Shell, line: str) -> None:
    """Do what a line says and show the result below the cell."""
    from IPython.display import HTML, display

    display(HTML(answer(line, shell.user_ns, os.environ, Path.cwd())))  # type: ignore[no-untyped-call]


def answer(line: str, names: Mapping[str, object], environment: Mapping[str, str], here: Path) -> str:
    """The HTML that a line of the magic asks for; the user's faults are part of it."""
    try:
        given = _given(shlex.split(line), names, environment, here)
        return _explained(given) if given.pop("command") == "explain" else _extracted(given, environment)
    except click.exceptions.Exit:
        return ""  # --help, which is on stdout
    except UserError as fault:
        return _text(fault.diagnostic.render(), "error")
    except (click.UsageError, ValueError) as fault:
        return _text(f"{fault.format_message() if isinstance(fault, click.UsageError) else fault}\n{USAGE}", "error")


def _given(
    words: Sequence[str], names: Mapping[str, object], environment: Mapping[str, str], here: Path
) -> dict[str, Any]:
    """The command, its notebook and its options, as the command line reads them."""
    if not words or words[0] not in COMMANDS:
        raise click.UsageError("say explain or extract")
    command, *rest = words
    known = main.commands[command]
    try:
        return {"command": command, **known.make_context(command, list(rest)).params}
    except click.MissingParameter:
        edited = str(notebook_path(names, environment, here))
        return {"command": command, **known.make_context(command, [edited, *rest]).params}


def notebook_path(names: Mapping[str, object], environment: Mapping[str, str], here: Path) -> Path:
    """The file of the notebook being edited: VS Code says it, Jupyter says it, else there is only one here."""
    said = names.get("__vsc_ipynb_file__")
    session = environment.get("JPY_SESSION_NAME", "")
    for candidate in (said if isinstance(said, str) else "", session):
        path = here / candidate
        if candidate.endswith(".ipynb") and path.is_file():
            return path
        if candidate.endswith(".ipynb") and (here / path.name).is_file():
            return here / path.name  # the path is that of the server's folder
    found = [path for path in here.glob("*.ipynb") if path.is_file()]
    if len(found) == 1:
        return found[0]
    message = "which notebook this is cannot be told"
    raise UserError(message, code="NB101", do="name its file: %nb2prod explain NOTEBOOK.ipynb")


def _explained(given: dict[str, Any]) -> str:
    from nb2prod.explain import command, table

    asked = command.Request(given["notebook"], given["name"], given["model"], given["prediction"], given["roles"])
    found = command.explanation_of(asked)
    if given["html"]:
        command.refuse_other(given["html"])
        command.write_page(found, given["html"])
    return _html(*([table.roles_table(found)] if given["roles"] else table.rendered(found)))


def _extracted(given: dict[str, Any], environment: Mapping[str, str]) -> str:
    from nb2prod.extract import Request, extract_package

    options = {name: value for name, value in given.items() if name != "as_json"}
    result = extract_package(Request(**options, python=environment.get("NB2PROD_PYTHON", sys.executable)))
    warnings = [_text(found.render(), found.severity) for found in result.diagnostics]
    return "".join([*warnings, _text(f"{given['notebook']}: {result.summary()}"), _text(result.diff)])


def _html(*shown: RenderableType) -> str:
    from rich.console import Console

    console = Console(file=io.StringIO(), record=True, width=WIDTH, force_terminal=True, force_jupyter=False)
    console.print(*shown, sep="\n")
    return console.export_html(inline_styles=True, code_format=BLOCK)


def _text(text: str, severity: str = "note") -> str:
    return f'<pre style="white-space: pre-wrap; color: {COLOURS[severity]}">{escape(text)}</pre>' if text else ""
