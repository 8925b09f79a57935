"""One run: open the source and the sink that two texts name, go through the chunks, commit each.

A text names a file (.csv, .parquet) or a table: URL#table, or env:NAME#table and file:PATH#table with the URL in a
variable or a file.
"""

from __future__ import annotations

import hashlib
import json
{% if cookiecutter.source_kind == "array" %}
import math
{% endif %}
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from {{ cookiecutter.package }} import __main__ as command_line
from {{ cookiecutter.package }}.batch.score import Scorer, quarantined
from {{ cookiecutter.package }}.batch.table import (
    QUARANTINE,
    ROW,
    BatchError,
    Chunk,
    Columns,
    Kinds,
    Progress,
    Sink,
    Source,
    as_kind,
)
from {{ cookiecutter.package }}.inference import Predictor

if TYPE_CHECKING:
    import sqlalchemy as sa

ROWS, VALUES = 500_000, 4_000_000  # most of a chunk, about 500 MB: smaller ones cost time, larger ones memory
TEXT = (".csv", ".tsv", ".txt", ".data", ".gz")


@dataclass(frozen=True)
class Job:
    """What the command line asks for."""

    source: str
    sink: str
    artifacts: Path
    run: str | None = None
    key: str | None = None
    keep: tuple[str, ...] = ()
    size: int | None = None  # rows of a chunk; None: by the width of a row
    probabilities: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the run has done, over all its attempts."""

    run: str
    rows: int
    answered: int
    quarantined: int
    resumed_at: int
    finished_before: bool


def run_batch(job: Job) -> Outcome:
    """Score what is not yet committed; a run that is over stays as it is."""
    scorer = Scorer(Predictor.load(job.artifacts), job.probabilities)
    source = open_source(replace(job, size=job.size or fitting_size(scorer)), scorer)
    kinds: Kinds = {ROW: "integer", **source.kinds, **scorer.kinds}
    if len(kinds) < 1 + len(source.kinds) + len(scorer.kinds) or "run" in kinds:
        raise BatchError("a column that is kept is named like one of the answer: " + ", ".join(source.kinds))
    identity = _identity(job, source)
    run = job.run or hashlib.sha256(identity.encode()).hexdigest()[:12]
    sink = open_sink(job, kinds, run, identity)
    try:
        progress = sink.begin()
        done = progress if progress.finished else _go_on(source, sink, scorer, kinds, progress)
    finally:
        sink.close()
    counts = (done.position.row, done.answered, done.quarantined)
    return Outcome(run, *counts, progress.position.row, progress.finished)


def fitting_size(scorer: Scorer) -> int:
    """Give the rows of a chunk that costs little time and little memory."""
{% if cookiecutter.source_kind == "table" %}
    width = len(scorer.predictor.schema.columns)
{% elif cookiecutter.source_kind == "array" %}
    width = math.prod(scorer.predictor.schema.shape)
{% else %}
    width = 100  # texts may be long
{% endif %}
    return max(1, min(ROWS, VALUES // max(1, width)))


def open_source(job: Job, scorer: Scorer) -> Source:
    """Open what is scored."""
    keep, size = list(job.keep), job.size or ROWS
    if "#" in job.source:
        from {{ cookiecutter.package }}.batch.query import QuerySource

        if job.run is None:
            raise BatchError("whether a table has new rows cannot be told: name the run with --run NAME")
        engine, table = connect(job.source)
        return QuerySource(engine, table, job.key, keep, size)
    path = Path(job.source)
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist")
    if path.suffix.lower() == ".parquet":
        from {{ cookiecutter.package }}.batch.columnar import ColumnarSource

        return ColumnarSource(path, keep, size)
    if path.suffix.lower() not in TEXT:
        raise BatchError(f"{path} is neither .csv nor .parquet; a table of a database is URL#table")
    from {{ cookiecutter.package }}.batch.text import TextSource

    return TextSource(path, getattr(command_line, "READ_OPTIONS", {}), text_columns(scorer), keep, size)


def open_sink(job: Job, kinds: Kinds, run: str, identity: str) -> Sink:
    """Open where the answers go."""
    if "#" in job.sink:
        from {{ cookiecutter.package }}.batch.database import TableSink

        engine, table = connect(job.sink)
        return TableSink(engine, table, kinds, run, identity)
    from {{ cookiecutter.package }}.batch.files import FileSink

    path = Path(job.sink)
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise BatchError(f"{path} is neither .csv nor .parquet; a table of a database is URL#table")
    return FileSink(path, kinds, json.dumps([run, identity]))


def connect(text: str) -> tuple[sa.Engine, str]:
    """Give the database and the name of the table."""
    import sqlalchemy as sa

    given, _, table = text.rpartition("#")
    address = _address(given)
    try:
        return sa.create_engine(address), table
    except sa.exc.NoSuchModuleError as error:
        kind = address.partition(":")[0]
        missing = f"no driver for {kind}: is one installed, for example by '{{ cookiecutter.package }}[{kind}]'?"
        raise BatchError(f"the database of table {table!r} has {missing}") from error
    except sa.exc.ArgumentError as error:
        raise BatchError(f"the address of table {table!r} is no database URL: {type(error).__name__}") from error


def _address(given: str) -> str:
    """Give the URL, which has a password, from where a mounted secret puts it."""
    where, _, name = given.partition(":")
    if where == "file":
        return Path(name).read_text(encoding="utf-8").strip()
    if where != "env":
        return given
    if name not in os.environ:
        raise BatchError(f"the variable {name} is not set: it holds the address of the database")
    return os.environ[name]


def text_columns(scorer: Scorer) -> set[str]:
    """Name the columns that are text however they look."""
{% if cookiecutter.source_kind == "table" %}
    schema = scorer.predictor.schema
    return {column.name for column in schema.columns if column.kind == "text" and isinstance(column.name, str)}
{% else %}
    return set()
{% endif %}


def _go_on(source: Source, sink: Sink, scorer: Scorer, kinds: Kinds, progress: Progress) -> Progress:
    from tqdm import tqdm

    position, answered, bad = progress.position, progress.answered, progress.quarantined
    first = source.done(position)
    bar = tqdm(total=source.total, initial=first, unit=source.unit, unit_scale=True, file=sys.stderr, disable=None)
    with bar:
        for chunk in source.chunks(position):
            answers, quarantine = score_chunk(chunk, scorer, kinds)
            if len(answers[ROW]) + len(quarantine[ROW]) != chunk.after.row - position.row:
                raise BatchError(f"rows {position.row} to {chunk.after.row} are not all accounted for")
            if chunk.after.row > position.row:
                sink.commit(position, chunk.after, answers, quarantine)
                answered, bad = answered + len(answers[ROW]), bad + len(quarantine[ROW])
                position = chunk.after
            bar.update(source.done(chunk.after) - bar.n)
            bar.set_postfix(rows=position.row, quarantined=bad, refresh=False)
    sink.finish(position)
    return Progress(position, answered, bad, finished=True)


def score_chunk(chunk: Chunk, scorer: Scorer, kinds: Kinds) -> tuple[Columns, Columns]:
    """Give the columns of the answers and of the quarantined rows."""
    scorer.expect_columns([*chunk.rows.columns, *filter(None, chunk.rows.index.names)])
    places, answers, reasons = scorer.score(chunk.rows)
    bad = [*chunk.bad, *quarantined(chunk.rows, chunk.numbers, reasons)]
    kept: dict[str, Any] = {ROW: chunk.numbers, **chunk.kept}
    columns = {name: [values[place] for place in places] if reasons else values for name, values in kept.items()}
    columns |= answers
    ordered = sorted(bad, key=lambda one: one.row)
    return (
        {name: as_kind(columns[name], kind, name) if len(columns[name]) else [] for name, kind in kinds.items()},
        dict(zip(QUARANTINE, map(list, zip(*((one.row, one.reason, one.content) for one in ordered), strict=True)), strict=True))
        if ordered
        else {name: [] for name in QUARANTINE},
    )


def _identity(job: Job, source: Source) -> str:
    manifest = (job.artifacts / "manifest.json").read_bytes()
    parts = {
        "source": source.identity,
        "artifact": hashlib.sha256(manifest).hexdigest(),
        "columns": list(source.kinds),
        "probabilities": job.probabilities,
    }
    return json.dumps(parts, sort_keys=True)


