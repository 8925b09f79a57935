"""The command ``nb2prod verify``: parse, run, print, exit."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nb2prod.diagnostics import Diagnostic
from nb2prod.terminal import console, faults_as_messages

if TYPE_CHECKING:
    from nb2prod.verify.judge import Report

EXIT = {"verified": 0, "differs": 1, "unknown": 2}
CALM = {"MPLBACKEND": "Agg", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


@click.command()
@click.argument("package_dir", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option(
    "--python", metavar="PATH", help="Interpreter that runs the notebook; default: the one that runs nb2prod."
)
@click.option("--package-python", metavar="PATH", help="Interpreter of the package; default: that of the notebook.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=600,
    show_default=True,
    help="Seconds for a cell, and for training.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--no-record", is_flag=True, help="Write nothing into the package.")
@faults_as_messages
def verify(
    package_dir: Path, python: str | None, package_python: str | None, timeout: float, as_json: bool, no_record: bool
) -> int:
    """Run the notebook and its package, and compare what they give.

    This is the one command that runs the notebook's code, in its folder, with everything that the code does there.
    The package is trained on the notebook's data; its metrics, learned values and answers must be the notebook's.
    Exit code 0: they are; 1: they differ, and the first step that differs is named; 2: it could not be told.

    Example: nb2prod verify churn --python .venv/bin/python
    """
    from nb2prod.verify.run import Request
    from nb2prod.verify.run import verify as compare

    runner = python or sys.executable
    with _Progress() as progress:
        report = compare(
            Request(
                folder=package_dir,
                python=runner,
                package_python=package_python or runner,
                timeout=timeout,
                environment={**os.environ, **CALM},
                progress=progress.show,
                keep_record=not no_record,
            )
        )
    if as_json:
        click.echo(report.as_json())
    else:
        _print(report)
    if report.verdict == "differs":
        click.echo(Diagnostic("NB611", "error", report.sentence).render(), err=True)
    return EXIT[report.verdict]


class _Progress:
    """A bar on stderr while a terminal watches."""

    def __enter__(self) -> _Progress:
        from rich.progress import Progress

        terminal = console(err=True)
        self.bar = Progress(console=terminal, transient=True, disable=not terminal.is_terminal)
        self.bar.start()
        self.task = self.bar.add_task("starting", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def show(self, what: str, done: int, total: int) -> None:
        """Move the bar."""
        self.bar.update(self.task, description=what, completed=done, total=total)


def _print(report: Report) -> None:
    from rich.table import Table

    table = Table("compared", "agree", "", box=None, pad_edge=False, header_style="bold")
    colours = {"equal": "green", "differs": "red", "random": "yellow", "not compared": "yellow"}
    for line in report.lines:
        table.add_row(line.title, line.count, f"[{colours[line.state]}]{line.state}[/]")
    terminal = console()
    terminal.print(table)
    for line in report.lines:
        for detail in line.details:
            click.echo(f"  {detail}")
    if report.verdict != "differs":
        click.echo(report.sentence)
