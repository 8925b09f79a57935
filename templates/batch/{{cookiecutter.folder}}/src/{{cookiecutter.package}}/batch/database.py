"""To tables of a database: a chunk's answers, its quarantined rows and its position go into one transaction.

    T             the answers         T_quarantine  rows without answer, with the reason
    T_runs        what a run is       T_chunks      what each run has committed

A run that is killed loses the open transaction only. Rows and chunks are keyed by run and number, so that the
database itself refuses a double, even from a second process that works on the same run.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from {{ cookiecutter.package }}.batch.table import (
    QUARANTINE,
    ROW,
    BatchError,
    Columns,
    Kind,
    Kinds,
    Position,
    Progress,
    as_list,
    length,
)

TYPES: dict[Kind, Any] = {
    "integer": sa.BigInteger,
    "number": sa.Double,
    "boolean": sa.Boolean,
    "text": sa.Text,
    "datetime": sa.DateTime,
}


class TableSink:
    """The tables that one run writes to."""

    def __init__(self, engine: sa.Engine, name: str, kinds: Kinds, run: str, identity: str) -> None:
        self.engine, self.run, self.identity = engine, run, identity
        schema, _, table = name.rpartition(".")
        self.metadata = sa.MetaData(schema=schema or None)
        self.answers = self._rows(table, kinds)
        self.quarantine = self._rows(f"{table}_quarantine", QUARANTINE)
        self.runs = sa.Table(f"{table}_runs", self.metadata, _text("run", key=True), _text("identity"))
        counts = [sa.Column(name, sa.BigInteger) for name in ("stop", "answered", "quarantined")]
        start = sa.Column("start", sa.BigInteger, primary_key=True, autoincrement=False)
        self.commits = sa.Table(f"{table}_chunks", self.metadata, _text("run", key=True), start, _text("mark"), *counts)

    def begin(self) -> Progress:
        """Make the tables, and give what earlier attempts of the run have committed."""
        self._expect_columns()
        self.metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            known = connection.scalar(sa.select(self.runs.c.identity).where(self.runs.c.run == self.run))
            if known is None:
                connection.execute(self.runs.insert(), [{"run": self.run, "identity": self.identity}])
            elif known != self.identity:
                raise BatchError(
                    f"run {self.run!r} was begun with another source, model or options: give another --run"
                )
            mine = self.commits.c.run == self.run
            last = sa.select(self.commits).where(mine).order_by(self.commits.c.stop.desc(), self.commits.c.start.desc())
            row = connection.execute(last.limit(1)).mappings().first()
            sums = [sa.func.coalesce(sa.func.sum(self.commits.c[name]), 0) for name in ("answered", "quarantined")]
            answered, quarantined = connection.execute(sa.select(*sums).where(mine)).one()
        if row is None:
            return Progress()
        position = Position(row["stop"], json.loads(row["mark"]))
        return Progress(position, int(answered), int(quarantined), row["start"] == row["stop"])

    def commit(self, start: Position, after: Position, answers: Columns, quarantine: Columns) -> None:
        """Add the rows of one chunk and the position behind it in one transaction."""
        with self._transaction() as connection:
            self._mark(connection, start, after, length(answers), length(quarantine))
            for table, columns in ((self.answers, answers), (self.quarantine, quarantine)):
                if length(columns):
                    insert_columns(connection, table, {"run": [self.run] * length(columns), **columns})

    def finish(self, end: Position) -> None:
        """Mark the run as over, with a chunk without rows."""
        with self._transaction() as connection:
            self._mark(connection, end, end, 0, 0)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def _transaction(self) -> Any:
        return self.engine.begin()

    def _mark(self, connection: sa.Connection, start: Position, after: Position, good: int, bad: int) -> None:
        counts = {"stop": after.row, "answered": good, "quarantined": bad}
        row = {"run": self.run, "start": start.row, "mark": json.dumps(after.mark), **counts}
        try:
            connection.execute(self.commits.insert(), [row])
        except sa.exc.IntegrityError as error:
            raise BatchError(f"another process works on run {self.run!r}: let it, or stop it") from error

    def _rows(self, name: str, kinds: Kinds) -> sa.Table:
        columns = [sa.Column(column, TYPES[kind]) for column, kind in kinds.items() if column != ROW]
        row = sa.Column(ROW, sa.BigInteger, primary_key=True, autoincrement=False)
        return sa.Table(name, self.metadata, _text("run", key=True), row, *columns)

    def _expect_columns(self) -> None:
        inspector = sa.inspect(self.engine)
        for table in self.metadata.sorted_tables:
            if inspector.has_table(table.name, schema=table.schema):
                with self.engine.connect() as connection:
                    row = sa.select(sa.text("*")).select_from(sa.table(table.name, schema=table.schema)).limit(0)
                    there = set(connection.execute(row).keys())
                lacking = sorted(set(table.c.keys()) - there)
                if lacking:
                    raise BatchError(f"table {table.name} lacks {', '.join(lacking)}: name another table")


def insert_columns(connection: sa.Connection, table: sa.Table, columns: Columns) -> None:
    """Insert columns of values as rows."""
    columns = {name: as_list(values) for name, values in columns.items()}
    if connection.dialect.name == "duckdb":  # which is slow row by row, and fast table by table
        import pyarrow as pa

        connection.connection.driver_connection.register("batch_chunk", pa.table(columns))  # type: ignore[union-attr]
        names = ", ".join(map(connection.dialect.identifier_preparer.quote, columns))
        target = connection.dialect.identifier_preparer.format_table(table)
        connection.exec_driver_sql(f"INSERT INTO {target} ({names}) SELECT {names} FROM batch_chunk")
        return
    insert = table.insert().compile(connection, column_keys=list(columns))
    if insert.positional and not any(isinstance(table.c[name].type, sa.DateTime) for name in columns):
        order = insert.positiontup or []  # the driver takes such values as they are, in a third of the time
        connection.exec_driver_sql(str(insert), list(zip(*(columns[name] for name in order), strict=True)))
        return
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    connection.execute(table.insert(), rows)


def _text(name: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(255) if key else sa.Text, primary_key=key)
