"""Deciding: which prediction, what inference recalls, what training computes, how it is scored."""

from __future__ import annotations
