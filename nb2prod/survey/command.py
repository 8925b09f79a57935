"""The command ``nb2prod survey``: survey, show, write the page. Prints."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nb2prod.errors import UserError
from nb2prod.terminal import console, faults_as_messages

if TYPE_CHECKING:
    from nb2prod.survey.records import Record

EXAMPLES = """\b
Examples:
  nb2prod survey notebooks
  nb2prod survey notebooks --html survey.html
  nb2prod survey research archive --json > survey.json
"""


@click.command(epilog=EXAMPLES)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER...")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a page of it all to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON instead of tables.")
@click.option("--all", "each", is_flag=True, help="List the notebooks one by one, however many they are.")
@click.option("--processes", "-n", type=click.IntRange(1), help="Notebooks side by side; default: one for each core.")
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Time that one notebook may take.",
)
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False), help="Folder of the cache; default: yours.")
@click.option("--no-cache", is_flag=True, help="Analyse every notebook anew, remember nothing.")
@faults_as_messages
def survey(
    folders: tuple[Path, ...],
    html: Path | None,
    as_json: bool,
    each: bool,
    processes: int | None,
    time_limit: float,
    cache: Path | None,
    no_cache: bool,
) -> None:
    """Say of all notebooks in FOLDERs which can be extracted, which not and why, and what to fix first.

    Runs none of their code. A notebook that takes longer than the time limit, or that brings the analysis
    down, is a line of the result. An interrupted survey goes on where it stopped when it is called again,
    and a notebook that has not changed is not analysed twice.
    """
    from nb2prod.survey.run import Plan, find_notebooks, run_survey
    from nb2prod.survey.summary import summarise, survey_json

    notebooks = find_notebooks(folders)
    os.environ["PYTHONSAFEPATH"] = "1"  # or the processes would import modules that lie in the current folder
    plan = Plan(notebooks, processes or os.cpu_count() or 1, time_limit, None if no_cache else cache or _own_cache())
    records = _followed(run_survey(plan), len(notebooks))
    summary = summarise(records)
    if html:
        from nb2prod.survey.page import page

        _write(html, page(records, summary))
    if as_json:
        click.echo(survey_json(records, summary))
    else:
        from nb2prod.survey.table import tables

        console().print(tables(records, summary, each=each))


def _own_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "nb2prod"


def _followed(records: Iterable[Record], total: int) -> list[Record]:
    """Collect the records behind a progress bar, which is shown in a terminal only."""
    from rich.progress import track

    shown = console(err=True)
    return list(
        track(records, "Surveying", total, console=shown, transient=True, disable=not shown.is_terminal),
    )


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise UserError(f"cannot write {path}: {fault.strerror or fault}", code="NB503") from fault
