"""Generating: slices to statements, functions, modules, a plan and a rendered tree."""

from __future__ import annotations
