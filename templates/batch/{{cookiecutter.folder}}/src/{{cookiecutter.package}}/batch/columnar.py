"""Rows from a parquet file, by their number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from {{ cookiecutter.package }}.batch.table import BatchError, Chunk, Kind, Kinds, Position


class ColumnarSource:
    """The rows of one parquet file."""

    unit = "rows"

    def __init__(self, path: Path, keep: list[str], size: int) -> None:
        import pyarrow.parquet as pq

        self.path, self.keep, self.size = path, keep, size
        with path.open("rb") as content:
            self.identity = {"file": path.name, "sha256": _digest(content)}
        try:
            self.file = pq.ParquetFile(path)
        except (OSError, ValueError) as error:
            raise BatchError(f"{path} cannot be read: {error}") from error
        missing = [name for name in keep if name not in self.file.schema_arrow.names]
        if missing:
            raise BatchError(f"{path} has no column {missing[0]!r}")
        self.kinds: Kinds = {name: _kind(self.file.schema_arrow.field(name).type) for name in keep}
        self.total = self.file.metadata.num_rows

    def chunks(self, after: Position) -> Iterator[Chunk]:
        """Give the chunks behind a position; whole groups of rows before it are not read."""
        import pyarrow as pa

        groups, skip = self._groups(after.row)
        row = after.row
        for batch in self.file.iter_batches(batch_size=self.size, row_groups=groups):
            batch, skip = batch.slice(skip), max(skip - len(batch), 0)
            if not len(batch):
                continue
            numbers = range(row, row + len(batch))
            frame = pa.Table.from_batches([batch]).to_pandas()
            if isinstance(frame.index, pd.RangeIndex):
                frame.index = pd.RangeIndex(row, row + len(batch))
            kept = {name: batch.column(name).to_pylist() for name in self.keep}
            row += len(batch)
            yield Chunk(frame, numbers, kept, Position(row))

    def done(self, position: Position) -> int:
        """Give the rows before a position."""
        return position.row

    def _groups(self, row: int) -> tuple[list[int], int]:
        start = 0
        for group in range(self.file.num_row_groups):
            size = self.file.metadata.row_group(group).num_rows
            if start + size > row:
                return list(range(group, self.file.num_row_groups)), row - start
            start += size
        return [], 0


def _kind(dtype: Any) -> Kind:
    import pyarrow.types as types

    if types.is_boolean(dtype):
        return "boolean"
    if types.is_integer(dtype):
        return "integer"
    if types.is_floating(dtype):
        return "number"
    return "datetime" if types.is_timestamp(dtype) else "text"


def _digest(content: Any) -> str:
    digest = hashlib.sha256()
    while block := content.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
