"""The command line: parse, call one function, print, exit. The only module that prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from nb2prod import __version__
from nb2prod.errors import UserError

CONTEXT = {"help_option_names": ["-h", "--help"]}


def faults_as_messages(command: Callable[..., int | None]) -> Callable[..., None]:
    """The user's faults become a message and an exit code; anything else is a bug and keeps its traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
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


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, prog_name="nb2prod")
def main() -> None:
    """Turn a notebook into the Python package that a senior ML engineer would have written from it."""


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Folder of the package; default: ./NAME.")
@click.option("--name", metavar="PKG", help="Import name of the package; default: the notebook's name.")
@click.option("--model", metavar="VAR", help="The variable that holds the final model.")
@click.option("--prediction", metavar="VAR", help="The variable that holds the final prediction.")
@click.option(
    "--fit-on",
    type=click.Choice(["notebook", "train"]),
    default="notebook",
    show_default=True,
    help="Rows that statistics are learned from: those of the notebook, or the train part.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--template", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder of own templates.")
@faults_as_messages
def extract(  # noqa: PLR0913 - one parameter for each option
    notebook: Path,
    output: Path | None,
    name: str | None,
    model: str | None,
    prediction: str | None,
    fit_on: str,
    dry_run: bool,
    as_json: bool,
    template: Path | None,
) -> int:
    """Extract the package from NOTEBOOK. Runs none of its code.

    Example: nb2prod extract churn.ipynb --output churn
    """
    from nb2prod.extract import Request, extract_package

    request = Request(
        notebook, output, name, model, prediction, fit_on, dry_run, template, os.environ.get("NB2PROD_PYTHON")
    )
    result = extract_package(request)
    for found in result.diagnostics:
        click.echo(found.render(), err=True)
    click.echo(result.as_json() if as_json else result.summary())
    return 0


if __name__ == "__main__":
    main()
