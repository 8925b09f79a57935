"""Rows from CSV: cut into records by hand, so that a run can go on at any byte and a bad record harms no other.

A chunk is parsed like the whole file: under the file's own header, with the read options of the notebook, and text
columns as text, lest digits in one chunk become numbers. A record with more or fewer fields than the header is bad.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd

from {{ cookiecutter.package }}.batch.table import Bad, BatchError, Chunk, Kinds, Position

FOLLOWED = set(
    "sep delimiter header names index_col dtype skiprows quotechar doublequote quoting encoding na_values "
    "keep_default_na na_filter parse_dates date_format dayfirst decimal thousands true_values false_values "
    "skipinitialspace converters low_memory float_precision usecols engine delim_whitespace".split()
)


class Lines:
    """The lines of a file, many at a time: to see each alone would cost more than to parse it."""

    def __init__(self, file: IO[bytes], most: int = 1 << 20) -> None:
        self.file, self.most, self.rest = file, most, b""

    def __iter__(self) -> Iterator[bytes]:
        """Give the lines one by one."""
        return iter(lambda: self.take(1), b"")

    def take(self, count: int, head: bytes = b"") -> bytes:
        """Give the next lines in one piece under a head; fewer at the end of the file."""
        parts = [head]
        while count and (part := self.rest or self.file.read(self.most)):
            self.rest, ends = b"", part.count(b"\n")
            if ends >= count:
                end = int(np.flatnonzero(np.frombuffer(part, "uint8") == ord("\n"))[count - 1]) + 1
                part, self.rest = part[:end], part[end:]
            count -= min(count, ends)
            parts.append(part)
        return b"".join(parts)


class TextSource:
    """The records of one CSV file."""

    unit = "B"

    def __init__(self, path: Path, options: dict[str, Any], text: set[str], keep: list[str], size: int) -> None:
        self.path, self.options, self.keep, self.size = path, options, keep, size
        strange = sorted(set(options) - FOLLOWED)
        if strange:
            raise BatchError(f"a CSV file cannot be read in chunks with {strange[0]}: give a parquet file")
        self.separator = _separator(options)
        self.quote = b"" if options.get("quoting") == csv.QUOTE_NONE else options.get("quotechar", '"').encode()
        self.encoding = str(options.get("encoding") or "utf-8")
        if self.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
            raise BatchError(f"a file in {self.encoding} cannot be read in chunks: give one in utf-8")
        self.total = None if path.suffix == ".gz" else path.stat().st_size
        self.identity = {"file": path.name, "sha256": _digest(path)}
        with self._open() as file:
            self.head = self._read_head(file)
            self._expect_fields(file)
        self._options = self._text_as_text(text)
        self.kinds: Kinds = dict.fromkeys(keep, "text")

    def chunks(self, after: Position) -> Iterator[Chunk]:
        """Give the chunks behind a position."""
        row, offset = after.row, int(after.mark or len(self.head))
        with self._open() as file:
            file.seek(offset)
            lines = Lines(file)
            while len(block := lines.take(self.size, self.head)) > len(self.head):
                chunk = self._even(block, row, offset) or self._uneven(block, lines, row, offset)
                del block  # room for the next one
                row, offset = chunk.after.row, chunk.after.mark
                yield chunk

    def done(self, position: Position) -> int:
        """Give the bytes before a position."""
        return int(position.mark or 0)

    def _open(self) -> IO[bytes]:
        return gzip.open(self.path) if self.path.suffix == ".gz" else self.path.open("rb")  # type: ignore[return-value]

    def _read_head(self, file: IO[bytes]) -> bytes:
        header = self.options.get("header", None if "names" in self.options else 0)
        header = 0 if header == "infer" else header
        skipped = self.options.get("skiprows") or 0
        if not isinstance(skipped, int) or not (header is None or isinstance(header, int)):
            raise BatchError("a CSV file with several header lines cannot be read in chunks: give a parquet file")
        head = b"".join(islice(file, skipped))
        while header is not None:
            lines = [line for line in [file.readline()] if line]
            if not lines:
                raise BatchError(f"{self.path} has no header")
            records, _ = self._records(lines, file)
            head += b"".join(lines)
            if records:
                header = header - 1 if header else None
                self.fields = records[0][1]
        return head

    def _expect_fields(self, file: IO[bytes]) -> None:
        """Find the number of fields; a first record with more than the header would become an index."""
        lines = list(islice(file, 1))
        records, _ = self._records(lines, file) if lines else ([], 0)
        if "names" in self.options:
            self.fields = len(self.options["names"])
        elif self.options.get("header", 0) is None:
            self.fields = records[0][1] if records else 0
        if records and records[0][1] == self.fields + 1 and not self.options.get("index_col"):
            raise BatchError(f"the first row of {self.path} has a field more than its header: name all columns")
        if b"\r" in self.head.rstrip(b"\r\n") and self.quote not in self.head:
            raise BatchError(f"{self.path} ends its lines with carriage returns alone: end them with newlines")

    def _records(self, lines: list[bytes], file: Iterable[bytes]) -> tuple[list[tuple[bytes, int]], int]:
        """Give records with their number of fields (-1: not in the encoding), and the bytes of all of them.

        `lines` gains the lines of the file that its last record goes on over.
        """
        block = b"".join(lines)
        if not self.quote or self.quote not in block:
            records = self._plain(lines)
        else:
            records = self._quoted(lines, file)
        try:
            block.decode(self.encoding)
        except UnicodeDecodeError:
            records = [(record, count if self._decodes(record) else -1) for record, count in records]
        return records, sum(map(len, lines))

    def _quoted(self, lines: list[bytes], file: Iterable[bytes]) -> list[tuple[bytes, int]]:
        size, place, records = len(lines), 0, []
        more = (lines.append(line) or line for line in file)  # type: ignore[func-returns-value]
        texts = (line.decode(self.encoding, "replace") for line in chain(list(lines), more))
        reader = csv.reader(
            texts,
            delimiter=self.separator or " ",
            quotechar=self.quote.decode(),
            doublequote=bool(self.options.get("doublequote", True)),
            skipinitialspace=self.separator is None or bool(self.options.get("skipinitialspace", False)),
        )
        try:
            for fields in reader:
                record = b"".join(lines[place : reader.line_num])
                place = reader.line_num
                if record.strip():
                    records.append((record, len(fields)))
                if place >= size:
                    break
        except csv.Error as error:
            raise BatchError(f"{self.path}: a record does not end: {error}") from error
        return records

    def _plain(self, lines: list[bytes]) -> list[tuple[bytes, int]]:
        if self.separator is None:
            return [(line, len(line.split())) for line in lines if line.strip()]
        sign = self.separator.encode()
        counted = zip(lines, [line.count(sign) + 1 for line in lines], strict=True)
        return [(line, count) for line, count in counted if count > 1 or line.strip()]

    def _decodes(self, record: bytes) -> bool:
        try:
            record.decode(self.encoding)
        except UnicodeDecodeError:
            return False
        return True

    def _even(self, block: bytes, row: int, offset: int) -> Chunk | None:
        """Give the lines as they are where each is plainly one good record, which is the rule and quick to see."""
        start = len(self.head)
        sign = (self.separator or "").encode()
        if len(sign) != 1 or self.fields < 2 or (self.quote and block.find(self.quote, start) >= 0):
            return None
        line = sign * (self.fields - 1) + b"\n"
        others = bytes(set(range(256)) - set(line))
        marks = block.translate(None, others) + (b"" if block.endswith(b"\n") else b"\n")
        marks = marks[len(self.head.translate(None, others)) :]
        count = len(marks) // len(line)
        if marks != line * count or not (block.isascii() or self._decodes(block)):
            return None
        after = Position(row + count, offset + len(block) - start)
        numbers = range(row, after.row)
        return Chunk(self._parse(block, numbers), numbers, self._kept(block), after)

    def _uneven(self, block: bytes, more: Lines, row: int, offset: int) -> Chunk:
        records, read = self._records(list(io.BytesIO(block[len(self.head) :])), more)
        after = Position(row + len(records), offset + read)
        fields = self.fields
        numbers = [number for number, (_, count) in enumerate(records, row) if count == fields]
        odd = enumerate(records, row) if len(numbers) < len(records) else ()
        bad = [self._bad(number, *record) for number, record in odd if record[1] != fields]
        block = self.head + b"".join([record for record, count in records if count == fields])
        return Chunk(self._parse(block, numbers), numbers, self._kept(block), after, bad)

    def _bad(self, number: int, record: bytes, count: int) -> Bad:
        text = record.decode(self.encoding, "backslashreplace").rstrip("\r\n")
        reason = f"{count} fields where the header has {self.fields}"
        return Bad(number, reason if count >= 0 else f"not in {self.encoding}", text)

    def _parse(self, block: bytes, numbers: Sequence[int]) -> pd.DataFrame:
        try:
            frame = pd.read_csv(io.BytesIO(block), **self._options)
        except (ValueError, LookupError, TypeError) as error:  # pandas cannot tell which record it was
            raise BatchError(f"{self.path}: rows {list(numbers[:1])} and following cannot be read: {error}") from error
        if len(frame) != len(numbers):
            raise BatchError(f"{self.path}: {len(numbers)} records were read as {len(frame)} rows")
        if isinstance(frame.index, pd.RangeIndex):
            frame.index = pd.Index(numbers, dtype="int64")
        return frame

    def _kept(self, block: bytes) -> dict[str, list[Any]]:
        if not self.keep:
            return {}
        plain = {"dtype", "converters", "parse_dates", "index_col", "na_values", "usecols", "low_memory"}
        options = {name: value for name, value in self.options.items() if name not in plain}
        frame = pd.read_csv(io.BytesIO(block), **{**options, "dtype": str, "na_filter": False, "index_col": False})
        missing = [name for name in self.keep if name not in frame]
        if missing:
            raise BatchError(f"{self.path} has no column {missing[0]!r}")
        return {name: frame[name].tolist() for name in self.keep}

    def _text_as_text(self, text: set[str]) -> dict[str, Any]:
        given = self.options.get("dtype") or {}
        if not isinstance(given, dict):
            return self.options
        index = self.options.get("index_col")
        indexed = {index} if isinstance(index, str) else set()
        return {**self.options, "dtype": {**dict.fromkeys(sorted(text - indexed), str), **given}}


def _separator(options: dict[str, Any]) -> str | None:
    """Give the separator, or None for any white space."""
    separator = options.get("sep") or options.get("delimiter") or ","
    if separator in (r"\s+", r"[\s]+") or options.get("delim_whitespace"):
        return None
    if len(separator) != 1 or separator == " ":
        raise BatchError(f"a file separated by {separator!r} cannot be read in chunks: give a parquet file")
    return str(separator)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
