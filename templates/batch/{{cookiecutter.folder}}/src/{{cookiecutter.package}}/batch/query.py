"""Rows from a table or view of a database, in the order of its key.

Each chunk is one query for the keys behind the last one: no cursor stays open, no row is skipped or read twice when
other rows come and go. A key is one column without nulls or doubles; the primary key where there is one.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any

import pandas as pd
import sqlalchemy as sa

from {{ cookiecutter.package }}.batch.table import BatchError, Chunk, Kind, Kinds, Position

MARKS: dict[str, Callable[[str], Any]] = {
    "int": int,
    "str": str,
    "UUID": uuid.UUID,
    "Decimal": decimal.Decimal,
    "date": datetime.date.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
}
DUCKDB: dict[str, Any] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), sa.BigInteger),
    **dict.fromkeys(("FLOAT", "DOUBLE"), sa.Double),
    "BOOLEAN": sa.Boolean,
    "TIMESTAMP": sa.DateTime,
}


class QuerySource:
    """The rows of one table."""

    unit = "rows"

    def __init__(self, engine: sa.Engine, name: str, key: str | None, keep: list[str], size: int) -> None:
        self.engine, self.size = engine, size
        self.table = reflect(engine, name)
        self.key = self._find_key(key)
        missing = [column for column in keep if column not in self.table.c]
        if missing:
            raise BatchError(f"table {name} has no column {missing[0]!r}")
        self.keep = plain(dict.fromkeys([self.key.name, *keep]))
        self.kinds: Kinds = {column: _kind(self.table.c[column].type) for column in self.keep}
        self.identity = {"database": engine.url.render_as_string(), "table": name, "key": str(self.key.name)}
        self.total = self._expect_unique()

    def chunks(self, after: Position) -> Iterator[Chunk]:
        """Give the chunks behind a position."""
        row, mark = after.row, after.mark
        while True:
            query = sa.select(self.table).order_by(self.key).limit(self.size)
            if mark is not None:
                query = query.where(self.key > MARKS[mark[0]](mark[1]))
            with self.engine.connect() as connection:
                result = connection.execute(query)
                names, rows = plain(result.keys()), result.all()
            if not rows:
                return
            kept = {name: [*map(itemgetter(names.index(name)), rows)] for name in self.keep}
            mark = _mark(kept[str(self.key.name)][-1])
            numbers = range(row, row + len(rows))
            row += len(rows)
            frame = pd.DataFrame.from_records(rows, columns=names, coerce_float=True)
            yield Chunk(frame, numbers, kept, Position(row, mark))

    def done(self, position: Position) -> int:
        """Give the rows before a position."""
        return position.row

    def _find_key(self, name: str | None) -> sa.Column[Any]:
        if name is None and len(self.table.primary_key.columns) == 1:
            return next(iter(self.table.primary_key.columns))
        if name is None:
            raise BatchError(f"{self.table.name} has no primary key of one column: name a key with --key COLUMN")
        if name not in self.table.c:
            raise BatchError(f"{self.table.name} has no column {name!r}")
        return self.table.c[name]

    def _expect_unique(self) -> int:
        """Count the rows; a double or a null in the key would lose rows between two chunks."""
        different = sa.func.count(sa.distinct(self.key))
        with self.engine.connect() as connection:
            rows, keys = connection.execute(sa.select(sa.func.count(), different).select_from(self.table)).one()
        if rows != keys:
            raise BatchError(f"key {self.key.name!r} has {keys} values in {rows} rows: a key has one for each row")
        return int(rows)


def plain(names: Iterable[str]) -> list[str]:
    """Give names as str itself: models compare the types of column names too."""
    return [str(name) for name in names]


def reflect(engine: sa.Engine, name: str) -> sa.Table:
    """Read a table's or view's columns; `name` may begin with a schema."""
    schema, _, table = name.rpartition(".")
    if engine.dialect.name == "duckdb":  # whose catalogue is not quite the one that its dialect reads
        return _describe(engine, table, schema or "main")
    try:
        return sa.Table(table, sa.MetaData(), schema=schema or None, autoload_with=engine)
    except sa.exc.NoSuchTableError as error:
        raise BatchError(f"there is no table {name}") from error


def _describe(engine: sa.Engine, table: str, schema: str) -> sa.Table:
    place = {"table": table, "schema": schema}
    columns = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = :table"
    keys = "SELECT constraint_column_names FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'"
    with engine.connect() as connection:
        found = connection.execute(sa.text(f"{columns} AND table_schema = :schema ORDER BY ordinal_position"), place)
        types = {name: DUCKDB.get(dtype.partition("(")[0], sa.Text) for name, dtype in found}
        where = "AND table_name = :table AND schema_name = :schema"
        key = connection.scalar(sa.text(f"{keys} {where}"), place) or ()
    if not types:
        raise BatchError(f"there is no table {table}")
    parts = [sa.Column(name, dtype, primary_key=name in key) for name, dtype in types.items()]
    return sa.Table(table, sa.MetaData(), *parts, schema=schema)


def _mark(value: Any) -> list[str]:
    kind = type(value).__name__
    if kind not in MARKS:
        raise BatchError(f"a key of type {kind} cannot be remembered: choose another with --key COLUMN")
    return [kind, value.isoformat() if isinstance(value, datetime.date) else str(value)]


def _kind(dtype: sa.types.TypeEngine[Any]) -> Kind:
    try:
        python = dtype.python_type
    except NotImplementedError:
        return "text"
    kinds: dict[type, Kind] = {bool: "boolean", int: "integer", float: "number", datetime.datetime: "datetime"}
    return kinds.get(python, "text")
