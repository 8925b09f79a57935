"""Put a finished tree in place: all of it or nothing, whenever the power fails.

Input: a tree in a staging folder, and its destination. A new folder is put in place by one rename. An existing
package is exchanged for its successor by one system call, after all that is not generated was linked into the
successor; so there is the old tree or the new one, and nothing between. Where folders cannot be exchanged
(another system, a mount, the folder in which the program runs), the files are put in place one by one from a
journal (`journal.py`). Refuses to touch a folder that is no package.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nb2prod.errors import UserError
from nb2prod.upkeep.journal import sync_folders, write_journal
from nb2prod.upkeep.manifest import BASE, FOLDER, NEXT

if sys.platform != "win32":
    import fcntl

STAGING = ".nb2prod-staging-"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


# ---------------------------------------------------------------------- staging


@contextmanager
def staging(destination: Path, leaf: str) -> Iterator[Path]:
    """A temporary folder on the same file system as the destination; removed afterwards, whatever happens."""
    parent = destination.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        clear_remains(parent)
        root, lock = _staging_root(parent)
    except OSError as error:
        if not (destination / FOLDER).is_dir():
            raise UserError(f"cannot write to {parent}: {error.strerror}", code="NB503") from error
        root, lock = _staging_root(None)  # the package may be writable where its parent is not
    try:
        folder = root / leaf
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(root, ignore_errors=True)
        if lock is not None:
            os.close(lock)


@contextmanager
def scratch(leaf: str) -> Iterator[Path]:
    """A folder for a tree that will not be put in place, away from the user's folders."""
    with tempfile.TemporaryDirectory(prefix=STAGING) as root:
        folder = Path(root) / leaf
        folder.mkdir()
        yield folder


def _staging_root(parent: Path | None) -> tuple[Path, int | None]:
    """Make a folder and lock it; the lock ends with the process, so that others know whether it is in use."""
    while True:
        root = Path(tempfile.mkdtemp(prefix=STAGING, dir=parent))
        if sys.platform == "win32":
            return root, None
        with suppress(FileNotFoundError):  # another extraction took it for a remnant before it was locked
            lock = os.open(root, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if root.exists():
                return root, lock
            os.close(lock)


def clear_remains(parent: Path) -> None:
    """Remove the staging folders of extractions that were killed."""
    if sys.platform == "win32":
        return
    for root in parent.glob(f"{STAGING}*"):
        with suppress(OSError):  # in use, gone, or of another user
            lock = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(root, ignore_errors=True)
            finally:
                os.close(lock)


# ---------------------------------------------------------------------- into place


def install(folder: Path, destination: Path, removed: Collection[str] = ()) -> None:
    """Move the finished folder to its destination: new, empty, or a package whose `removed` files go."""
    if (destination / FOLDER).is_dir():
        files = files_of(folder)
        if not _exchanged(folder, destination, files, removed):
            write_journal(folder, destination, files, removed)
        return
    refuse_taken(destination)
    if destination.exists():
        if _is_here(destination):
            write_journal(folder, destination, files_of(folder), ())
            return
        if sys.platform == "win32":
            destination.rmdir()
    _sync(folder, files_of(folder))
    folder.replace(destination)
    sync_folders([destination.parent])


def refuse_taken(destination: Path) -> None:
    """Refuse a destination that holds something that nb2prod did not write."""
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise UserError(f"{destination} exists and is not an empty folder", code="NB501", do="give another --output")


def files_of(folder: Path) -> list[str]:
    """List the files of a tree."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _is_here(folder: Path) -> bool:
    """Tell whether the program (so maybe the user's shell) runs in the folder: it must keep its identity."""
    here = Path().resolve()
    return folder.resolve() in (here, *here.parents)


def _exchanged(folder: Path, destination: Path, files: Collection[str], removed: Collection[str]) -> bool:
    """Exchange two trees in one step, if the system can."""
    if sys.platform != "linux" or _is_here(destination):
        return False
    try:
        _carry(destination, folder, ".", frozenset({*files, *removed}))
        _sync(folder, files)
    except OSError:
        return False  # a device, a mount, a file of another user: nothing that a link could carry
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(folder), _AT_FDCWD, os.fsencode(destination), _RENAME_EXCHANGE):
        return False
    with suppress(OSError):  # the exchange itself is done
        sync_folders([destination.parent, folder.parent])
    return True


def _carry(old: Path, new: Path, inner: str, generated: Collection[str]) -> None:
    """Link into the new tree what the old one holds besides the generated files, and those that are the same."""
    device, entries = old.stat().st_dev, list(os.scandir(old / inner))
    (new / inner).mkdir(parents=True, exist_ok=True) if not entries else None
    for entry in entries:
        path = Path(inner, entry.name).as_posix()
        source, target = old / path, new / path
        if path in (BASE, NEXT):
            continue
        if entry.stat(follow_symlinks=False).st_dev != device:
            raise OSError(f"{path} is a mount")
        if entry.is_dir(follow_symlinks=False):
            _carry(old, new, path, generated)
        elif path not in generated:
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(source, target)
        elif target.is_file():
            _keep_identity(source, target)
    if (new / inner).is_dir():
        shutil.copystat(old / inner, new / inner)


def _link(source: Path, target: Path) -> None:
    if source.is_symlink():
        target.symlink_to(source.readlink())
    elif source.is_file():
        os.link(source, target)
    else:
        raise OSError(f"{source} is neither a file nor a folder")


def _keep_identity(source: Path, target: Path) -> None:
    """Keep the file itself where its text stays the same, else its permissions."""
    if source.read_bytes() == target.read_bytes():
        target.unlink()
        os.link(source, target)
    else:
        shutil.copymode(source, target)


def _sync(folder: Path, files: Collection[str]) -> None:
    """Have the tree on the disk before it gets its name."""
    for path in files:
        with (folder / path).open("rb") as file:
            os.fsync(file.fileno())
    sync_folders([folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())])
