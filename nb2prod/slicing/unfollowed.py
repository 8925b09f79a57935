"""The refusal of a step that a slice needs and that the analysis could not follow (see interpretation/hidden.py)."""

from __future__ import annotations

from nb2prod.errors import Refusal
from nb2prod.interpretation.trace import Hidden, Trace


def unfollowed(trace: Trace, hidden: Hidden) -> Refusal:
    """Say what cannot be followed, where, and what to write instead."""
    place = trace.program.place(hidden.node)
    return Refusal(hidden.message, code="NB406", place=place, why=hidden.why, do=hidden.do)
