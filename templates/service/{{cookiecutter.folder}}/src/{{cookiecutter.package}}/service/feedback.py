"""True labels for earlier answers: how well the model does now, over the last labelled rows."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from {{ cookiecutter.package }}.service.problems import Fault, Problem

LAST = 10_000
LONGEST = 1_000  # characters of a text; the last labels are kept in memory
SCHEMA = {
    "type": "object",
    "properties": {
        "prediction": {"type": ["number", "string", "boolean"], "maxLength": LONGEST, "description": "What the service answered."},
        "label": {"type": ["number", "string", "boolean"], "maxLength": LONGEST, "description": "What turned out to be true."},
        "id": {"type": "string", "description": "Your name for the row, for the log."},
    },
    "required": ["prediction", "label"],
    "additionalProperties": False,
}


def read(content: Any, limit: int) -> list[dict[str, Any]]:
    """Give the labelled answers of a body, or a Problem that lists every fault."""
    items = [content] if isinstance(content, dict) else content
    if not isinstance(items, list) or not items:
        raise Problem(422, "send an object with prediction and label, or a list of them")
    if len(items) > limit:
        raise Problem(413, f"at most {limit} labels are taken at once")
    root = "#" if isinstance(content, dict) else None
    faults = [fault for place, item in enumerate(items) for fault in _faults(item, root or f"#/{place}")]
    if faults:
        raise Problem(422, f"{len(faults)} faults" if len(faults) > 1 else "one fault", faults)
    return items


def _faults(item: Any, at: str) -> list[Fault]:
    if not isinstance(item, dict):
        return [Fault(at, "type", "an object is expected")]
    found = [
        Fault(f"{at}/{name}", "type" if name in item else "missing", f"{name} must be a number, a text, true or false")
        for name in ("prediction", "label")
        if not isinstance(item.get(name), int | float | str)
    ]
    found += [
        Fault(f"{at}/{name}", "long", f"{name} has more than {LONGEST} characters")
        for name in ("prediction", "label")
        if isinstance(item.get(name), str) and len(item[name]) > LONGEST
    ]
    if not isinstance(item.get("id", ""), str):
        found.append(Fault(f"{at}/id", "type", "id must be a text"))
    if set(item) - {"prediction", "label", "id"}:
        found.append(Fault(at, "extra", "only prediction, label and id are known"))
    return found


class Scores:
    """The scores of the last labelled rows."""

    def __init__(self) -> None:
        self.pairs: deque[tuple[Any, Any]] = deque(maxlen=LAST)
        self.lock = threading.Lock()

    def add(self, items: list[dict[str, Any]]) -> dict[str, float]:
        """Add labelled rows, and give the scores over the last ones."""
        with self.lock:
            self.pairs.extend((item["prediction"], item["label"]) for item in items)
            pairs = list(self.pairs)
        return scores(pairs)


def scores(pairs: list[tuple[Any, Any]]) -> dict[str, float]:
    """Accuracy of classes; errors of numbers, where one of them is no whole number."""
    numbers = [(float(p), float(t)) for p, t in pairs if not isinstance(p, str) and not isinstance(t, str)]
    if len(numbers) == len(pairs) and any(not value.is_integer() for pair in numbers for value in pair):
        errors = [prediction - truth for prediction, truth in numbers]
        count = len(errors)
        return {
            "mean_absolute_error": sum(map(abs, errors)) / count,
            "root_mean_squared_error": (sum(error * error for error in errors) / count) ** 0.5,
            "bias": sum(errors) / count,
        }
    return {"accuracy": sum(prediction == truth for prediction, truth in pairs) / len(pairs)}
