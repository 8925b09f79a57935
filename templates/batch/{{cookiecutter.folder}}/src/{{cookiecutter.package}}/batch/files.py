"""To CSV and parquet files, which appear whole when the run is over.

Until then each chunk is a pair of files in OUT.parts/: its answers and its quarantined rows. They are on the disk
before progress.json is replaced, which is the commit: parts that it does not count are written again. At the end the
parts are joined into OUT and OUT's quarantine, each renamed into place; being killed there means joining again.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any

from {{ cookiecutter.package }}.batch.table import QUARANTINE, BatchError, Columns, Kind, Kinds, Position, Progress, length

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
        self.format.write_part(good, answers, self.kinds)
        self.format.write_part(bad, quarantine, QUARANTINE)
        _sync_folder(self.parts)
        self.count += 1
        self.answered += length(answers)
        self.quarantined += length(quarantine)
        _replace(self.parts / "progress.json", self._state(after))

    def finish(self, end: Position) -> None:
        """Join the parts into the two files, and drop them."""
        pairs = [self._part(number) for number in range(self.count)]
        fresh = [self.parts / "answers", self.parts / "quarantine"]
        self.format.join([good for good, _ in pairs], fresh[0], self.kinds)
        self.format.join([bad for _, bad in pairs], fresh[1], QUARANTINE)
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
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows(zip(*(columns[name] for name in kinds), strict=True))
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
        arrays = [pa.array(columns[field.name], field.type) for field in schema]
        with path.open("wb") as file:
            pq.write_table(pa.Table.from_arrays(arrays, schema=schema), file)
            _sync(file)

    def join(self, parts: list[Path], path: Path, kinds: Kinds) -> None:
        """Write all parts into one file."""
        import pyarrow.parquet as pq

        with path.open("wb") as file:
            with pq.ParquetWriter(file, _schema(kinds)) as writer:
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
