"""Keeping a package true on disk: atomic writing, merging, manifest, check."""

from __future__ import annotations
