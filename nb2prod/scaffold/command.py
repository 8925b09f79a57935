"""The command ``nb2prod scaffold``: name the targets, add them, say what was done. Prints."""

from __future__ import annotations

from pathlib import Path

import click

from nb2prod.terminal import faults_as_messages


@click.command()
@click.argument("package_dir", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--serve", metavar="KIND", help="The web service: fastapi or flask.")
@click.option("--batch", is_flag=True, help="Scoring of tables, in chunks.")
@click.option("--deploy", metavar="KIND", multiple=True, help="Where it runs: docker, kubernetes; may be repeated.")
@click.option("--monitor", is_flag=True, help="Alert rules and a dashboard.")
@click.option("--ci", metavar="KIND", help="The workflow that tests and builds it: github.")
@click.option("--with", "others", metavar="TARGET", multiple=True, help="Any other target, by its folder's name.")
@click.option(
    "--templates",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of own targets, laid over the built-in ones.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@faults_as_messages
def scaffold(
    package_dir: Path,
    serve: str | None,
    batch: bool,
    deploy: tuple[str, ...],
    monitor: bool,
    ci: str | None,
    others: tuple[str, ...],
    templates: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Put a production service around the package in PACKAGE_DIR (default: here).

    The files that it writes are yours: another call adds what is missing and overwrites nothing.

    Example: nb2prod scaffold churn --serve fastapi --monitor
    """
    from nb2prod.scaffold.add import Request, scaffold_package

    chosen = [("serve", serve), *(("deploy", kind) for kind in deploy), ("ci", ci)]
    names = [f"{option}_{kind}" for option, kind in chosen if kind is not None]
    flags = [name for name, given in (("batch", batch), ("monitor", monitor)) if given]
    result = scaffold_package(Request(package_dir, (*names, *flags, *others), templates, dry_run))
    click.echo(result.as_json() if as_json else result.summary())
