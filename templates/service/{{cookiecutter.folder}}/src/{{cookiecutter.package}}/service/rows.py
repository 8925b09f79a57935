"""From the body of a request to rows: parsed, checked, or refused with all its faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from {{ cookiecutter.package }}.service.columns import ABSENT, Rule, rule_of
from {{ cookiecutter.package }}.service.problems import Fault, Problem
from {{ cookiecutter.package }}.service.settings import Settings


def parse(body: bytes | bytearray, content_type: str) -> Any:
    """Read JSON; NaN, Infinity and numbers beyond a double are none."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Problem(415, "send Content-Type: application/json", headers={"accept": "application/json"})
    if not body:
        raise Problem(400, "the body is empty")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(400, f"the body is no valid JSON (line {error.lineno}, column {error.colno})") from None


@dataclass(frozen=True)
class Table:
    """Rows with named columns: an object, or a list of objects."""

    rules: tuple[Rule, ...]
    settings: Settings

    @classmethod
    def of(cls, schema: Any, settings: Settings) -> Table:
        """Make the rules of a schema's columns."""
        named = [schema.index] if schema.index is not None and schema.index.name is not None else []
        return cls(tuple(rule_of(column, settings) for column in [*schema.columns, *named]), settings)

    def read(self, content: Any) -> list[Any]:
        """Give the rows of a body, or a Problem that lists every fault."""
        single = isinstance(content, dict)
        rows = [content] if single else content
        if not isinstance(rows, list):
            raise Problem(422, "send one row as an object, or several as a list of objects")
        _expect_count(rows, self.settings)
        faults = self.faults(rows, "#" if single else None)
        if faults:
            raise Problem(422, _summary(faults), faults)
        return rows

    def faults(self, rows: Sequence[Any], root: str | None = None) -> list[Fault]:
        """List what is wrong with the rows."""
        required = [(rule.name, rule.check, rule) for rule in self.rules if rule.required]
        known = frozenset(rule.name for rule in self.rules)
        found: list[Fault] = []
        for place, row in enumerate(rows):
            if row.__class__ is not dict:
                found.append(Fault(f"{root or f'#/{place}'}", "type", "a row is an object"))
                continue
            at = root or f"#/{place}"
            for name, check, rule in required:
                value = row.get(name, ABSENT)
                code = "missing" if value is ABSENT else check(value)
                if code is not None:
                    found.append(Fault(f"{at}/{_escape(name)}", code, rule.detail(code), name))
            if self.settings.extra == "refuse" and not known.issuperset(row):
                count = len(row.keys() - known)
                text = f"{count} column{'s are' if count > 1 else ' is'} not known; /model lists those that are"
                found.append(Fault(at, "extra", text))
        return found

    def schema(self) -> dict[str, Any]:
        """Describe one row as JSON Schema."""
        return {
            "type": "object",
            "properties": {rule.name: rule.schema() for rule in self.rules},
            "required": [rule.name for rule in self.rules if rule.required],
            "additionalProperties": self.settings.extra == "ignore",
        }


@dataclass(frozen=True)
class Items:
    """Rows without columns: numbers of one shape, or texts."""

    source: Any
    settings: Settings

    def read(self, content: Any) -> list[Any]:
        """Give the rows of a body, or a Problem that lists every fault."""
        rows = [content] if self._is_row(content) else content
        if not isinstance(rows, list):
            raise Problem(422, "send a list of rows")
        _expect_count(rows, self.settings)
        faults = [
            Fault(f"#/{place}", "type", f"{self._expected()} is expected")
            for place, row in enumerate(rows)
            if not self._is_row(row)
        ]
        if faults:
            raise Problem(422, _summary(faults), faults)
        return rows

    def schema(self) -> dict[str, Any]:
        """Describe one row as JSON Schema."""
        if self.source.kind == "list":
            return {"type": "string"} if self.source.item == "str" else {}
        found: dict[str, Any] = {"type": "string" if self._is_text() else "number"}
        low, high = self._bounds()
        found |= {} if low is None else {"minimum": low, "maximum": high}
        for size in reversed(self.source.shape):
            found = {"type": "array", "minItems": size, "maxItems": size, "items": found}
        return found

    def _is_row(self, value: Any) -> bool:
        if self.source.kind == "list":
            wanted = self.source.item
            return not isinstance(value, list) and (wanted == "any" or type(value).__name__ == wanted)
        return self._has_shape(value, self.source.shape)

    def _has_shape(self, value: Any, shape: Sequence[int]) -> bool:
        if shape:
            return (
                isinstance(value, list)
                and len(value) == shape[0]
                and all(self._has_shape(item, shape[1:]) for item in value)
            )
        if value is None:
            return bool(self.source.nullable)
        if self._is_text():
            return isinstance(value, str)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        low, high = self._bounds()
        return low is None or high is None or low <= value <= high

    def _bounds(self) -> tuple[float | None, float | None]:
        low, high = self.source.minimum, self.source.maximum
        if low is None or high is None or self.settings.margin < 0:
            return None, None
        room = self.settings.margin * ((high - low) or 1.0)
        return low - room, high + room

    def _is_text(self) -> bool:
        return str(self.source.dtype).startswith(("<U", "str"))

    def _expected(self) -> str:
        if self.source.kind == "list":
            return "a text" if self.source.item == "str" else "another type"
        return f"an array of shape {list(self.source.shape)} within the training range"


def reader_of(schema: Any, settings: Settings) -> Table | Items:
    """Make the reader of rows of a schema."""
    return Table.of(schema, settings) if schema.kind == "table" else Items(schema, settings)


def _expect_count(rows: list[Any], settings: Settings) -> None:
    if not rows:
        raise Problem(422, "there is no row")
    if len(rows) > settings.row_limit:
        raise Problem(413, f"{len(rows)} rows in one request; at most {settings.row_limit} are answered")


def _summary(faults: list[Fault]) -> str:
    return "one fault" if len(faults) == 1 else f"{len(faults)} faults"


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
