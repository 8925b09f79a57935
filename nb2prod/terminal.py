"""What all commands share: the user's faults become messages and exit codes, and tables go to the terminal.

Input: a command's function, or what it has to show. Output: text on stdout or stderr. Colours are left out where
the stream is no terminal and where NO_COLOR is set. Refuses to hide a bug: its traceback stays.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

import click

from nb2prod.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

Arguments = ParamSpec("Arguments")


def faults_as_messages(command: Callable[Arguments, int | None]) -> Callable[Arguments, None]:
    """The user's faults become a message and an exit code; anything else is a bug and keeps its traceback."""

    @wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except UserError as error:
            click.echo(str(error), err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("interrupted; nothing was written", err=True)
            sys.exit(2)
        sys.exit(code or 0)

    return run


def console(*, err: bool = False) -> Console:
    """Give the terminal to which tables and progress bars go; rich itself obeys NO_COLOR and pipes."""
    from rich.console import Console

    return Console(stderr=err, highlight=False, soft_wrap=False)
