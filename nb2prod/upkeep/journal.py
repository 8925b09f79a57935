"""Put files in place one by one, so that a run that was cut short can be completed.

Input: a staged tree, a destination, the files to remove. The files are copied beside the manifest, then the
journal is written: from there on the new tree is decided, and `recover` brings it about as often as it takes;
before, the old tree stands. Refuses a journal that names files outside its package, or behind links.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from nb2prod.errors import UserError
from nb2prod.upkeep.manifest import BASE, FOLDER, JOURNAL, MANIFEST, NEXT, POINTS, inside

TREE = f"{NEXT}/tree"


def write_journal(folder: Path, destination: Path, files: Sequence[str], removed: Iterable[str]) -> None:
    """Decide on a staged tree and bring it about."""
    shutil.rmtree(destination / NEXT, ignore_errors=True)
    put = [path for path in files if not _same(folder / path, destination / path)]
    put.sort(key=lambda path: (path == f"{FOLDER}/{MANIFEST}", path))
    for path in put:
        target = destination / TREE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / path, target)
        _sync_file(target)
    sync_folders(path for path in (destination / TREE).rglob("*") if path.is_dir())
    content = {"put": put, "remove": sorted({*removed, *_stale(destination, files)})}
    _decide(destination, json.dumps(content, indent=1))
    recover(destination)


def _decide(destination: Path, text: str) -> None:
    journal = destination / JOURNAL
    journal.parent.mkdir(parents=True, exist_ok=True)
    draft = journal.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    _sync_file(draft)
    sync_folders([journal.parent, journal.parent.parent, destination])
    draft.replace(journal)
    sync_folders([journal.parent])


def unfinished(destination: Path) -> bool:
    """Tell whether an extraction into this folder was cut short after it was decided on."""
    return (destination / JOURNAL).is_file()


def recover(destination: Path) -> None:
    """Bring about what the journal says, if there is one; afterwards there is none."""
    if unfinished(destination):
        put, remove = _read(destination)
        for path in put:
            _put(destination, path)
        for path in remove:
            (destination / path).unlink(missing_ok=True)
            _prune(destination, path)
        sync_folders({(destination / path).parent for path in (*put, *remove)})
        (destination / JOURNAL).unlink()
        sync_folders([destination / NEXT])
    shutil.rmtree(destination / NEXT, ignore_errors=True)


def _put(destination: Path, path: str) -> None:
    source, target = destination / TREE / path, destination / path
    if source.exists():  # else an earlier run has put it
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_file():
            shutil.copymode(target, source)
        source.replace(target)


def _read(destination: Path) -> tuple[list[str], list[str]]:
    try:
        content = json.loads((destination / JOURNAL).read_bytes())
        put, remove = content["put"], content["remove"]
        paths = [*put, *remove]
    except (OSError, ValueError, RecursionError, LookupError, TypeError) as fault:
        raise _refused(destination, "it is damaged") from fault
    for path in paths:
        if not isinstance(path, str) or not _ours(path):
            raise _refused(destination, f"it names {path!r}")
        if behind_link(destination, path):
            raise _refused(destination, f"{path} lies behind a link")
    return put, remove


def _refused(destination: Path, why: str) -> UserError:
    do = f"restore the package from git and delete {destination / NEXT}"
    return UserError(f"the journal {destination / JOURNAL} cannot be followed: {why}", code="NB603", do=do)


def _ours(path: str) -> bool:
    return path in (f"{FOLDER}/{MANIFEST}", f"{FOLDER}/{POINTS}") or inside(path.removeprefix(f"{BASE}/"))


def behind_link(destination: Path, path: str) -> bool:
    """Tell whether a folder on the way to a file is a link that could lead elsewhere."""
    parents = PurePosixPath(path).parents
    return any((destination / parent).is_symlink() for parent in parents if parent.name)


def _prune(destination: Path, path: str) -> None:
    """Remove the folders that a removal left empty."""
    for parent in PurePosixPath(path).parents:
        if parent.name:
            with suppress(OSError):  # there is more in it
                (destination / parent).rmdir()


def _stale(destination: Path, files: Collection[str]) -> list[str]:
    base = destination / BASE
    found = (path.relative_to(destination).as_posix() for path in base.rglob("*") if path.is_file())
    return [path for path in found if path not in files]


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and not other.is_symlink() and one.read_bytes() == other.read_bytes()


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folders(folders: Iterable[Path]) -> None:
    """Have the entries of folders on the disk."""
    if sys.platform == "win32":
        return
    for folder in folders:
        with suppress(FileNotFoundError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
