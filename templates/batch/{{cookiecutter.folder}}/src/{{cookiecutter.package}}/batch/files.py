"""To CSV and parquet files, which appear whole when the run is over.

Until then each chunk is a pair of files in OUT.parts/: its answers and its quarantined rows, where there are any.
They are on the disk before progress.json is replaced, which is the commit: parts that it does not count are written
again. At the end the parts are joined into OUT and OUT's quarantine, each renamed into place; being killed there means
joining again.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

from {{ cookiecutter.package }}.batch.table import (
    QUARANTINE,
    BatchError,
    Columns,
    Kind,
    Kinds,
    Position,
    Progress,
    Values,
    as_list,
    length,
)

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class FileSink:
    """The file that one run writes, and the file of its quarantined rows."""

    def __init__(self, path: Path, kinds: Kinds, identity: str) -> None:
        self.path, self.kinds, self.identity = path, kinds, identity
        self.quarantine = path.with_name(f"{path.stem}.quarantine{path.suffix}")
        self.parts = path.with_name(f"{path.name}.parts")
        self.over = path.with_name(f"{path.name}.run.json")
        self.format = Parquet() if path.suffix == ".parquet" else Csv()
        self.count = 0
        self.answered = self.quarantined = 0
        self._lock: int | None = None

    def begin(self) -> Progress:
        """Give what earlier attempts of the run have committed."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._old, ignore_errors=True)
        over, begun = _read(self.over), _read(self.parts / "progress.json")
        if over and begun and over["identity"] == begun["identity"]:  # killed while tidying up
            self._tidy()
            begun = None
        if over and not begun and over["identity"] == self.identity and self.path.exists():
            return _progress(over, finished=True)
        self._take_lock()
        begun = _read(self.parts / "progress.json")  # as it is now that no other process writes it
        if begun and begun["identity"] != self.identity:
            raise BatchError(
                f"{self.parts} is an unfinished run with another source, model or options: finish or delete it"
            )
        if not begun:
            return Progress()
        self.count, self.answered, self.quarantined = begun["parts"], begun["answered"], begun["quarantined"]
        return _progress(begun)

    def commit(self, start: Position, after: Position, answers: Columns, quarantine: Columns) -> None:
        """Write the chunk's two files, then count them."""
        good, bad = self._part(self.count)
        for path, columns, kinds in ((good, answers, self.kinds), (bad, quarantine, QUARANTINE)):
            path.unlink(missing_ok=True)  # of an attempt that was killed before it counted
            if length(columns):
                self.format.write_part(path, columns, kinds)
        _sync_folder(self.parts)
        self.count += 1
        self.answered += length(answers)
        self.quarantined += length(quarantine)
        _replace(self.parts / "progress.json", self._state(after))

    def finish(self, end: Position) -> None:
        """Join the parts into the two files, and drop them."""
        pairs = zip(*map(self._part, range(self.count)), strict=True) if self.count else ([], [])
        good, bad = ([path for path in paths if path.exists()] for paths in pairs)
        fresh = [self.parts / "answers", self.parts / "quarantine"]
        self.format.join(good, fresh[0], self.kinds)
        self.format.join(bad, fresh[1], QUARANTINE)
        self.over.unlink(missing_ok=True)  # it speaks of the files that are now replaced
        os.replace(fresh[1], self.quarantine)
        os.replace(fresh[0], self.path)
        _sync_folder(self.path.parent)
        _replace(self.over, self._state(end))
        self._tidy()

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def _old(self) -> Path:
        return self.path.with_name(f"{self.path.name}.parts.old")

    def _tidy(self) -> None:
        os.replace(self.parts, self._old)  # at once, since half a folder of parts would be a lie
        shutil.rmtree(self._old, ignore_errors=True)

    def _take_lock(self) -> None:
        self.parts.mkdir(exist_ok=True)
        if fcntl is None:
            return
        self._lock = os.open(self.parts, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BatchError(f"another process works on {self.path}: let it, or stop it") from error

    def _part(self, number: int) -> tuple[Path, Path]:
        return self.parts / f"{number:08d}.answers", self.parts / f"{number:08d}.quarantine"

    def _state(self, position: Position) -> dict[str, Any]:
        counts = {"parts": self.count, "answered": self.answered, "quarantined": self.quarantined}
        return {"identity": self.identity, "row": position.row, "mark": position.mark, **counts}


class Csv:
    """Parts are rows without a header; joined byte by byte."""

    def write_part(self, path: Path, columns: Columns, kinds: Kinds) -> None:
        """Write the rows and see them onto the disk."""
        import pyarrow as pa
        from pyarrow.csv import WriteOptions, write_csv

        table = pa.table({name: _printed(columns[name], kind) for name, kind in kinds.items()})
        with path.open("wb") as file:
            try:
                write_csv(table, file, WriteOptions(include_header=False, quoting_style="none"))
            except pa.ArrowInvalid:  # a text with a comma or a quote
                file.seek(0)
                file.truncate()
                file.write(_quoted_rows(columns, kinds))
            _sync(file)

    def join(self, parts: list[Path], path: Path, kinds: Kinds) -> None:
        """Write the header and all parts."""
        with path.open("wb") as file:
            file.write((",".join(map(_quoted, kinds)) + "\n").encode("utf-8"))
            for part in parts:
                with part.open("rb") as content:
                    shutil.copyfileobj(content, file, 1 << 20)
            _sync(file)


class Parquet:
    """Parts are parquet files; joined as groups of rows."""

    def write_part(self, path: Path, columns: Columns, kinds: Kinds) -> None:
        """Write the rows and see them onto the disk."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = _schema(kinds)
        arrays = [pa.array(columns[field.name], field.type, from_pandas=True) for field in schema]
        with path.open("wb") as file:
            pq.write_table(pa.Table.from_arrays(arrays, schema=schema), file, use_dictionary=_repeated(kinds))
            _sync(file)

    def join(self, parts: list[Path], path: Path, kinds: Kinds) -> None:
        """Write all parts into one file."""
        import pyarrow.parquet as pq

        with path.open("wb") as file:
            if len(parts) == 1:
                file.write(parts[0].read_bytes())
            else:
                with pq.ParquetWriter(file, _schema(kinds), use_dictionary=_repeated(kinds)) as writer:
                    for part in parts:
                        writer.write_table(pq.ParquetFile(part).read())
            _sync(file)


def _schema(kinds: Kinds) -> Any:
    import pyarrow as pa

    types: dict[Kind, Any] = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "text": pa.string(),
        "datetime": pa.timestamp("us"),
    }
    return pa.schema([(name, types[kind]) for name, kind in kinds.items()])


def _repeated(kinds: Kinds) -> list[str]:
    """Name the columns whose values are few and long."""
    return [name for name, kind in kinds.items() if kind == "text"]


def _printed(values: Values, kind: Kind) -> Any:
    """Give a column that arrow prints as Python does."""
    import pyarrow as pa

    if kind == "integer":
        return pa.array(values, pa.int64())
    listed = as_list(values)
    texts = listed if kind == "text" else [None if value is None else str(value) for value in listed]
    return pa.array(texts, pa.string())


def _quoted_rows(columns: Columns, kinds: Kinds) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(zip(*(as_list(columns[name]) for name in kinds), strict=True))
    return text.getvalue().encode("utf-8")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if any(sign in name for sign in ',"\r\n') else name


def _progress(state: dict[str, Any], *, finished: bool = False) -> Progress:
    return Progress(Position(state["row"], state["mark"]), state["answered"], state["quarantined"], finished)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _replace(path: Path, state: dict[str, Any]) -> None:
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(state, file)
        _sync(file)
    os.replace(fresh, path)
    _sync_folder(path.parent)


def _sync(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if fcntl is None:  # Windows opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
