"""Remember the records of a survey, so that it goes on where it was cut short.

Input: a file of JSON lines. Output: the records by the digest of their notebook. A file belongs to one state of
nb2prod: another version, or an edited checkout, has another. A damaged line counts as absent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from nb2prod import __version__
from nb2prod.errors import UserError
from nb2prod.reading.project import settings_of
from nb2prod.survey.records import Record, as_json, from_json


class Cache:
    """Records by digest; a new one is on disk as soon as it is known."""

    def __init__(self, known: dict[str, Record], file: TextIO | None) -> None:
        self._known, self._file = known, file

    def find(self, digest: str, limit: float) -> Record | None:
        """Look up a notebook; one that was stopped earlier than now is not known."""
        record = self._known.get(digest)
        return None if record and record.outcome == "stopped" and record.seconds < limit else record

    def add(self, digest: str, record: Record) -> None:
        """Remember a record. A crash is not remembered: it is what gets mended."""
        if record.outcome == "crashes" or not digest:
            return
        self._known[digest] = record
        if self._file is not None:
            self._file.write(json.dumps({"digest": digest, **as_json(record)}) + "\n")
            self._file.flush()


@contextmanager
def opened(folder: Path | None) -> Iterator[Cache]:
    """Open the cache in a folder; without a folder nothing is remembered after the survey."""
    if folder is None:
        yield Cache({}, None)
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"survey-{__version__}-{own_digest()[:12]}.jsonl"
    known = dict(_read(path))
    with path.open("a", encoding="utf-8") as file:
        file.write("\n" if path.stat().st_size else "")  # after a line that was cut short
        yield Cache(known, file)


def _read(path: Path) -> Iterator[tuple[str, Record]]:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            found = json.loads(line)
            yield found.pop("digest"), from_json(found)
        except (ValueError, KeyError, AttributeError):
            continue


def own_digest() -> str:
    """The digest of nb2prod itself: an edited rule gives other answers under the same version."""
    root = Path(__file__).parents[1]
    files = sorted([*root.rglob("*.py"), *root.rglob("*.toml")])
    return sha256(b"\0".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest()


def file_digest(path: Path) -> str:
    """The digest of a notebook's name (messages tell it), its bytes and its project's facts; empty if unreadable."""
    try:
        settings, facts = settings_of(path)
        parts = [file.read_bytes() for file in (path, *facts)]
    except (OSError, UserError):
        return ""
    names = "\0".join(map(str, (path.name, settings or "", *facts)))
    return sha256(b"\0".join([names.encode("utf-8", "surrogateescape"), *parts])).hexdigest()
