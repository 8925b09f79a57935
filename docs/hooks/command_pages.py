"""The reference of the command line, from the commands themselves."""

from __future__ import annotations

import inspect

import click

from nb2prod.cli import main
from nb2prod.upkeep.check import argument_parser

HEAD = """# The command line

`nb2prod --help` and `nb2prod COMMAND --help` say the same in a terminal. Results go to stdout, warnings and
progress to stderr. Colours are left out where the output is no terminal and where `NO_COLOR` is set.

| exit code | meaning |
|---|---|
| 0 | fine |
| 1 | a refusal, a drift or a failed verification: the user's matter |
| 2 | could not tell: a bad argument, an unreadable file |
"""


def pages() -> dict[str, str]:
    """One page with all commands."""
    return {"reference/command-line.md": "\n".join([HEAD, *map(_section, sorted(main.commands))])}


def _section(name: str) -> str:
    command = main.commands[name]
    with click.Context(command, info_name=f"nb2prod {name}") as context:
        if name == "check":
            return f"## nb2prod {name}\n\n{_block(argument_parser().format_help())}"
        usage = command.get_usage(context).removeprefix("Usage: ")
        parts = [f"## nb2prod {name}", _block(usage), _text(command), _options(command, context)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


def _text(command: click.Command) -> str:
    given = [inspect.cleandoc(text) for text in (command.help or "", command.epilog or "") if text]
    return "\n\n".join(_paragraph(text) for one in given for text in one.split("\n\n"))


def _paragraph(text: str) -> str:
    if text.startswith("\b"):
        head, _, rest = text.removeprefix("\b").strip().partition("\n")
        return f"{head}\n\n{_block(inspect.cleandoc(rest))}"
    head, colon, example = text.partition("Example: ")
    return f"Example:\n\n{_block(example)}" if colon and not head else text


def _options(command: click.Command, context: click.Context) -> str:
    rows = [param.get_help_record(context) for param in command.get_params(context)]
    cells = ["| option | meaning |\n|---|---|", *(f"| `{_cell(row[0])}` | {_cell(row[1])} |" for row in rows if row)]
    return "\n".join(cells)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
