"""Put a finished tree in place: all of it or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nb2prod.errors import UserError


@contextmanager
def staging(destination: Path, leaf: str) -> Iterator[Path]:
    """A temporary folder on the same file system as the destination; removed afterwards, whatever happens."""
    parent = destination.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        root = Path(tempfile.mkdtemp(prefix=".nb2prod-", dir=parent))
    except OSError as error:
        raise UserError(f"cannot write to {parent}: {error.strerror}", code="NB503") from error
    try:
        folder = root / leaf
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(root, ignore_errors=True)


def install(folder: Path, destination: Path) -> None:
    """Move the finished folder to its destination, which must not exist or be empty."""
    if destination.exists():
        if not destination.is_dir() or any(destination.iterdir()):
            raise UserError(
                f"{destination} exists and is not an empty folder", code="NB501", do="give another --output"
            )
        destination.rmdir()
    os.replace(folder, destination)
