"""The rules of the input, column by column, learned from the training rows.

A value must be present, of the JSON type of its column, and within what training saw: null only where
training saw nulls, one of the known values where they are few, a number near the training range. Columns
that cannot change the answer are not looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from {{ cookiecutter.package }}.service.settings import Settings

ABSENT: Any = object()
Check = Callable[[Any], "str | None"]
JSON_TYPES = {"number": "number", "integer": "integer", "boolean": "boolean", "any": None, "category": None}
EXPECTED = {
    "number": "a number is expected",
    "integer": "a whole number is expected",
    "boolean": "true or false is expected",
    "text": "a text is expected",
    "datetime": "an ISO 8601 date is expected",
    "duration": "a duration such as '2 days' is expected",
}


@dataclass(frozen=True)
class Rule:
    """What a column accepts; `check` gives the code of the fault of a value, or None."""

    name: str
    kind: str
    required: bool
    nullable: bool
    values: tuple[Any, ...] | None
    low: float | None
    high: float | None
    example: Any
    check: Check

    def detail(self, code: str) -> str:
        """Say what is wrong, without the value."""
        if code == "missing":
            return f"{self.name} is missing"
        if code == "null":
            return f"{self.name} is null, and no training row was without it"
        if code == "unseen":
            return f"{self.name} is none of the {len(self.values or ())} values of training, which /model lists"
        if code == "range":
            return f"{self.name} is not between {self.low:g} and {self.high:g}"
        return f"{self.name}: {EXPECTED.get(self.kind, 'another type is expected')}"

    def schema(self) -> dict[str, Any]:
        """Describe the column as JSON Schema."""
        if not self.required:
            return {"description": "Does not change the answer; may be left out."}
        found: dict[str, Any] = {}
        kind = JSON_TYPES.get(self.kind, "string")
        if self.values is not None:
            found["enum"] = [*self.values, *([None] if self.nullable else [])]
        elif kind is not None:
            found["type"] = [kind, "null"] if self.nullable else kind
        if self.low is not None:
            found |= {"minimum": self.low, "maximum": self.high}
        if self.kind == "datetime":
            found["format"] = "date-time"
        return found | {"examples": [self.example]}


def rule_of(column: Any, settings: Settings) -> Rule:
    """Make the rule of a column of the schema."""
    nullable = column.nullable and (column.missing > 0 or not column.required)
    values = None
    if column.categories is not None and settings.unseen == "refuse" and column.kind != "boolean":
        values = tuple(column.categories)
    low, high = _range(column, settings.margin)
    checked = _check(column, values, low, high)
    return Rule(
        name=str(column.name),
        kind=column.kind,
        required=column.required,
        nullable=nullable,
        values=values,
        low=low,
        high=high,
        example=column.example,
        check=_with_nulls(checked, nullable),
    )


def _range(column: Any, margin: float) -> tuple[float | None, float | None]:
    if column.kind not in ("number", "integer") or column.minimum is None or column.maximum is None:
        return None, None
    if margin < 0:
        return None, None
    low, high = float(column.minimum), float(column.maximum)
    room = margin * ((high - low) or abs(high) or 1.0)
    wide = (low - room if low < 0 else max(0.0, low - room), high + room if high > 0 else min(0.0, high + room))
    return (float(math.ceil(wide[0])), float(math.floor(wide[1]))) if column.kind == "integer" else wide


def _with_nulls(check: Check, nullable: bool) -> Check:
    def checked(value: Any) -> str | None:
        if value is None:
            return None if nullable else "null"
        return check(value)

    return checked


def _check(column: Any, values: tuple[Any, ...] | None, low: float | None, high: float | None) -> Check:
    if not column.required:
        return lambda value: None
    if values is not None:
        return _one_of(values)
    if column.kind in ("number", "integer"):
        return _number(low, high, column.kind == "integer")
    if column.kind == "boolean":
        return lambda value: None if value.__class__ is bool else "type"
    if column.kind == "text":
        return lambda value: None if value.__class__ is str else "type"
    if column.kind in ("datetime", "duration"):
        return lambda value: None if value.__class__ is str and column.fits(value) else "type"
    return lambda value: None if column.fits(value) else "type"


def _number(low: float | None, high: float | None, whole: bool) -> Check:
    least, most = (-math.inf if low is None else low), (math.inf if high is None else high)

    def check(value: Any) -> str | None:
        kind = value.__class__
        if kind is not float and kind is not int:
            return "type"
        if whole and kind is float and not value.is_integer():
            return "type"
        return None if least <= value <= most else "range"

    return check


def _one_of(values: tuple[Any, ...]) -> Check:
    known = {(value.__class__, value) for value in values if value.__class__.__hash__ is not None}
    kinds = {kind for kind, _ in known}

    def check(value: Any) -> str | None:
        kind = value.__class__
        if kind not in kinds:
            return "type"
        return None if (kind, value) in known else "unseen"

    return check
