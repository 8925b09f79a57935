"""nb2prod: from a messy notebook to the Python package that a senior ML engineer would have written from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nb2prod.ipython import Shell

__version__ = "0.1.0"


def load_ipython_extension(shell: Shell) -> None:
    """What ``%load_ext nb2prod`` calls."""
    from nb2prod.ipython import load

    load(shell)
