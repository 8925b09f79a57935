"""Reading: a notebook file to a program whose every line knows its cell."""

from __future__ import annotations
