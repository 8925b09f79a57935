"""A survey as tables for the terminal.

Input: records and their summary. Output: what rich can print. Nothing is printed here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from nb2prod.survey.records import MEANINGS, OUTCOMES, Record
from nb2prod.survey.summary import Row, Summary

COLOURS = {"extracts": "green", "refuses": "yellow", "unreadable": "magenta", "stopped": "red", "crashes": "red"}
SHOWN = 15
"""Rows of a table of counts; all are in the page and in the JSON."""
FEW = 40
"""So many notebooks are listed one by one without being asked."""


def tables(records: Iterable[Record], summary: Summary, *, each: bool = False) -> RenderableType:
    """Everything that the survey has to say."""
    records = sorted(records, key=lambda record: record.path)
    found = _tables(records, summary, each or len(records) <= FEW)
    return Group(*(Padding(table, (0, 0, 1, 0)) for table in found))


def _tables(records: list[Record], summary: Summary, each: bool) -> Iterator[Table]:
    if each:
        yield _notebooks(records)
    yield _outcomes(summary)
    if summary.reasons:
        yield _rows("What to fix first", summary.reasons)
    if summary.leaks:
        yield _rows(f"Leakage, in {summary.leaking} of {summary.notebooks} notebooks", summary.leaks)
    if summary.estimators:
        yield _estimators(summary)


def _table(title: str, *columns: str, numbers: str = "") -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, justify="right" if column == numbers else "left", overflow="fold")
    return table


def _notebooks(records: list[Record]) -> Table:
    table = _table("Notebooks", "notebook", "outcome", "code", "cell", "reason or model", "leakage")
    root = common_folder(record.path for record in records)
    for record in records:
        reason = record.reason
        table.add_row(
            escape(relative(record.path, root)),
            f"[{COLOURS[record.outcome]}]{record.outcome}[/]",
            reason.code if reason else "",
            str(reason.cell or "") if reason else "",
            escape(reason.message if reason else record.model.rpartition(".")[2]),
            " ".join(sorted({leak.code for leak in record.leaks})),
        )
    return table


def _outcomes(summary: Summary) -> Table:
    title = f"{summary.notebooks} notebooks, {summary.median:.2f} s each at the median"
    table = _table(title, "notebooks", "outcome", "", numbers="notebooks")
    for outcome in OUTCOMES:
        if count := summary.outcomes[outcome]:
            table.add_row(str(count), f"[{COLOURS[outcome]}]{outcome}[/]", MEANINGS[outcome])
    return table


def _rows(title: str, rows: tuple[Row, ...]) -> Table:
    table = _table(title, "notebooks", "code", "what", "for example", numbers="notebooks")
    for row in rows[:SHOWN]:
        place = f"{Path(row.first.path).name}" + (f" cell {row.first.cell}" if row.first.cell else "")
        table.add_row(str(row.notebooks), row.code, escape(row.message), escape(place))
    if hidden := rows[SHOWN:]:
        table.add_row(str(sum(row.notebooks for row in hidden)), "", f"for {len(hidden)} other reasons", "")
    return table


def _estimators(summary: Summary) -> Table:
    table = _table("Estimators that are fitted", "notebooks", "estimator", numbers="notebooks")
    for name, count in summary.estimators[:SHOWN]:
        table.add_row(str(count), escape(name))
    if len(summary.estimators) > SHOWN:
        table.add_row("", f"and {len(summary.estimators) - SHOWN} others")
    return table


def common_folder(paths: Iterable[str]) -> str:
    """The folder that all paths share."""
    parents = {Path(path).parent for path in paths}
    mixed = len({parent.is_absolute() for parent in parents}) > 1
    return "" if mixed or not parents else os.path.commonpath(parents)


def relative(path: str, root: str) -> str:
    """The path as seen from the root."""
    return Path(path).relative_to(root).as_posix()
