"""Predictions of a loop that tries out one model after the other, and what the notebook predicts besides.

Input: a trace whose last prediction stands in such a loop. Output: the last prediction that is made once and that the
notebook still has when the loop is over: what was tried out is no model that anybody keeps. None where the loop writes
over it, because then nothing says which of them counts.
"""

from __future__ import annotations

import ast

from nb2prod.errors import Refusal
from nb2prod.interpretation.trace import Event, Trace
from nb2prod.slicing.choice import LAST_USED, Answer, answer_of, best_of, expect_no_rival, on_training_rows
from nb2prod.slicing.final import in_loop

SETTLED = "it is the last prediction that no loop tries out or writes over"


class RoundsRefusal(Refusal):
    """Each round of a loop predicts with another model."""


def settled_answer(trace: Trace, tried: Answer) -> Answer | None:
    """The last prediction outside of loops which no loop after it writes over."""
    if tried.reason != LAST_USED:
        return None
    events = [event for event in trace.events if not in_loop(event.step) and not on_training_rows(trace, event)]
    last = best_of(trace, events) if events else None
    if last is None or not _is_kept(trace, last):
        return None
    answer = answer_of(trace, last, SETTLED)
    expect_no_rival(trace, answer, events)
    return answer


def _is_kept(trace: Trace, event: Event) -> bool:
    """Whether the variable that holds a prediction (its model, if none does) is bound once and for all."""
    names = _holders(event)
    later = (step for step in trace.steps if step.number > event.step.number and in_loop(step))
    if any(names & step.binds for step in later):
        return False
    refits = (fit.step for fit in trace.fits if fit.model.place == event.model.place)
    return _is_stored(event) or not any(step.number > event.step.number and in_loop(step) for step in refits)


def _is_stored(event: Event) -> bool:
    node = event.step.node
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and event.method != "score"


def _holders(event: Event) -> frozenset[str]:
    if _is_stored(event):
        return event.step.binds
    read = (node.id for node in ast.walk(event.model_node) if isinstance(node, ast.Name))
    return frozenset(event.step.emitted(name) for name in read)
