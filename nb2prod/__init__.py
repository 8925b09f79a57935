"""nb2prod: from a messy notebook to the Python package that a senior ML engineer would have written from it."""

from __future__ import annotations

__version__ = "0.1.0"
