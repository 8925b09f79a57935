"""A notebook that hangs, fails or brings its process down is a line of the survey, and never its end."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from nb2prod.survey.pool import survey_all
from nb2prod.survey.records import Outcome, Reason, Record


def behave(path: Path) -> Record:
    """Stand in for an analysis: do what the name of the notebook says."""
    match path.stem:
        case "hang":
            time.sleep(60)
        case "fail":
            raise ZeroDivisionError("a bug\nof ours")
        case "die":
            os._exit(3)
        case "recurse":
            behave(Path("recurse"))
        case "interrupt":
            raise KeyboardInterrupt
        case "exhaust":
            raise MemoryError
        case "leave":
            sys.exit(0)
    return Record(str(path), "extracts")


BEHAVIOUR: dict[str, tuple[Outcome, str]] = {
    "extract": ("extracts", ""),
    "hang": ("stopped", "not done after 0.5 s"),
    "fail": ("crashes", "ZeroDivisionError: a bug of ours"),
    "die": ("crashes", "the process ended with 3"),
    "recurse": ("crashes", "RecursionError: maximum recursion depth exceeded"),
    "interrupt": ("crashes", "KeyboardInterrupt"),
    "exhaust": ("crashes", "MemoryError"),
    "leave": ("crashes", "SystemExit: 0"),
}


def test_every_notebook_has_its_record() -> None:
    found = {record.path: record for record in survey_all(BEHAVIOUR, 2, 0.5, behave)}
    assert found.keys() == BEHAVIOUR.keys()
    for name, (outcome, message) in BEHAVIOUR.items():
        assert found[name].outcome == outcome
        assert (found[name].reason or Reason("", "")).message.startswith(message)


def test_nothing_to_do_is_done() -> None:
    assert list(survey_all([], 2, 1)) == []


def test_no_process_outlives_a_survey_that_is_left() -> None:
    from multiprocessing import active_children

    survey = survey_all(["extract", "hang"], 2, 60, behave)
    assert next(survey).path == "extract"
    assert active_children()
    survey.close()  # type: ignore[attr-defined]
    assert active_children() == []
