"""The command line: parse, call one function, print, exit. The only module that prints."""

from __future__ import annotations

import os
from pathlib import Path

import click

from nb2prod import __version__
from nb2prod.scaffold.command import scaffold
from nb2prod.survey.command import survey
from nb2prod.terminal import console, faults_as_messages
from nb2prod.verify.command import verify

CONTEXT = {"help_option_names": ["-h", "--help"]}


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
@click.option("--diff", is_flag=True, help="Show what would change as a unified diff, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--template",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of own templates.",
)
@faults_as_messages
def extract(
    notebook: Path,
    output: Path | None,
    name: str | None,
    model: str | None,
    prediction: str | None,
    fit_on: str,
    dry_run: bool,
    diff: bool,
    as_json: bool,
    template: Path | None,
) -> int:
    """Extract the package from NOTEBOOK. Runs none of its code.

    Over a package that is there, the new code is merged with the edits made by hand; conflicts are listed,
    marked in the files, and give exit code 1.

    Example: nb2prod extract churn.ipynb --output churn
    """
    from nb2prod.extract import Request, extract_package

    python = os.environ.get("NB2PROD_PYTHON")
    request = Request(notebook, output, name, model, prediction, fit_on, dry_run, template, python, diff)
    result = extract_package(request)
    for found in result.diagnostics:
        click.echo(found.render(), err=True)
    if diff and not as_json:
        click.echo(result.diff, nl=False)
        for conflict in result.conflicts:
            click.echo(conflict.sentence, err=True)
    else:
        click.echo(result.as_json() if as_json else result.summary())
    return 1 if result.conflicts else 0


@main.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--roles", is_flag=True, help="Show only what each cell is for: load, clean, feature, fit and so on.")
@click.option("--html", type=click.Path(path_type=Path), help="Write the picture to this file instead of a table.")
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
@click.option("--name", metavar="PKG", help="Import name of the package; default: the notebook's name.")
@click.option("--model", metavar="VAR", help="The variable that holds the final model.")
@click.option("--prediction", metavar="VAR", help="The variable that holds the final prediction.")
@faults_as_messages
def explain(
    notebook: Path,
    roles: bool,
    html: Path | None,
    as_json: bool,
    name: str | None,
    model: str | None,
    prediction: str | None,
) -> int:
    """Tell where every cell of NOTEBOOK goes, and why. Writes no package and runs none of the code.

    A notebook that is refused is explained too; the exit code is then 1.

    Example: nb2prod explain churn.ipynb --html churn.html
    """
    from nb2prod.explain import command, table

    if html is not None:
        command.refuse_other(html)
    found = command.explanation_of(command.Request(notebook, name, model, prediction, roles))
    if html is not None:
        command.write_page(found, html)
        click.echo(f"wrote {html}", err=as_json)
    if as_json:
        click.echo(command.roles_as_json(found) if roles else command.as_json(found))
    elif html is None:
        console().print(*([table.roles_table(found)] if roles else table.rendered(found)), sep="\n")
    return 1 if found.refusal is not None else 0


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@faults_as_messages
def check(arguments: tuple[str, ...]) -> int:
    """Say whether notebooks and the packages extracted from them have drifted apart."""
    from nb2prod.upkeep.check import answer

    found = answer(arguments)
    click.echo(found.text, nl=False)
    return found.exit_code


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@faults_as_messages
def completion(shell: str) -> None:
    """Print the script that completes commands and options in SHELL with Tab.

    Example: nb2prod completion bash > ~/.nb2prod.bash
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    script = found(main, {}, "nb2prod", "_NB2PROD_COMPLETE")
    click.echo(script.source_template % script.source_vars())  # source() asks for the version of a bash that may not be


main.add_command(scaffold)
main.add_command(survey)
main.add_command(verify)

if __name__ == "__main__":
    main()
