"""Read facts files: TOML text in, checked rows out.

Refuses, with file, table, row, key and the allowed values: unknown keys, unknown words, wrong types, rows
that occur twice. A table is the qualified public name of a class or module; a row named `*` is its default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import tomli

from nb2prod.facts.rows import DEFAULT_ROLES, ROLES_OF_METHODS, EstimatorFact, Fact, When, allowed
from nb2prod.facts.vocabulary import Does, Kind, LiteralForm, Mutates, Oracle, Relation, Returns, Role

TEXT: Final = "text"
FLAG: Final = "true or false"
NUMBER: Final = "a number"
ANYTHING: Final = "any value"
EXCEPTIONS: Final = "a list of tables"

Check = tuple[str, ...] | str
Row = TypeVar("Row")

_SHARED: Final[dict[str, Check]] = {
    "relation": allowed(Relation),
    "returns": allowed(Returns),
    "mutates": allowed(Mutates),
    "metric": TEXT,
    "example": TEXT,
    "oracle": allowed(Oracle),
    "why": TEXT,
}
ROW_KEYS: Final[dict[str, Check]] = _SHARED | {
    "role": allowed(Role),
    "when": EXCEPTIONS,
    "does": allowed(Does),
    "scalar": FLAG,
    "since": TEXT,
    "legacy": FLAG,
    "now": TEXT,
}
WHEN_KEYS: Final[dict[str, Check]] = _SHARED | {
    "argument": TEXT,
    "position": NUMBER,
    "equals": ANYTHING,
    "present": FLAG,
    "now": TEXT,
    "literal": ("true", "false", *allowed(LiteralForm)),
}
ESTIMATOR_KEYS: Final[dict[str, Check]] = {
    "kind": allowed(Kind),
    "no_predict": FLAG,
    "target_encoder": FLAG,
    "fit_transform_differs": FLAG,
    "random": FLAG,
    "stateless": FLAG,
    "needs_target": FLAG,
    "keeps_rows": FLAG,
    "since": TEXT,
    "legacy": FLAG,
    "why": TEXT,
}
_TYPES: Final[dict[str, type]] = {TEXT: str, FLAG: bool, NUMBER: int, ANYTHING: object, EXCEPTIONS: list}


@dataclass(frozen=True)
class Rows:
    """What facts files say: facts by owner and name, estimators by name, other names of owners."""

    facts: Mapping[str, Mapping[str, Fact]]
    estimators: Mapping[str, EstimatorFact]
    aliases: Mapping[str, str]


@dataclass(frozen=True)
class _Place:
    file: str
    table: str
    override: bool

    def fault(self, row: str, sentence: str) -> ValueError:
        return ValueError(f"{self.file}: [{self.table}] {row}: {sentence}")


class _Table(Mapping[str, Fact]):
    """The rows of one owner, each checked and made when it is asked for: a notebook needs few of the thousands."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[_Place, Any]] = {}
        self._made: dict[str, Fact] = {}

    def __getitem__(self, row: str) -> Fact:
        if row not in self._made:
            place, fields = self._read[row]
            self._made[row] = _fact(place, row, fields)
        return self._made[row]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)

    def add(self, place: _Place, rows: Mapping[str, Any]) -> None:
        _merge(place, self._read, {row: (place, fields) for row, fields in rows.items()})


def read_rows(paths: tuple[Path, ...], *, override: bool = False, check: bool = True) -> Rows:
    """Read the files; a row that occurs in two of them is a fault unless later files may override.

    Without `check` the rows of methods and functions are checked only when they are asked for.
    """
    facts: dict[str, _Table] = {}
    estimators: dict[str, EstimatorFact] = {}
    aliases: dict[str, str] = {}
    for path in paths:
        for table, rows in _tables(path).items():
            place = _Place(path.name, table, override)
            if table == "class":
                _merge(place, estimators, _estimators(place, rows))
            elif table == "alias":
                _merge(place, aliases, _aliases(place, rows))
            else:
                facts.setdefault(table, _Table()).add(place, rows)
    return Rows({owner: dict(table) for owner, table in facts.items()} if check else facts, estimators, aliases)


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        tables = tomli.loads(path.read_text(encoding="utf-8"))
    except tomli.TOMLDecodeError as error:
        raise ValueError(f"{path.name}: is not TOML: {error}") from error
    for table, rows in tables.items():
        if not isinstance(rows, dict):
            raise ValueError(f"{path.name}: {table}: expected a table of rows, found {rows!r}")
    return tables


def _merge(place: _Place, known: dict[str, Row], made: Mapping[str, Row]) -> None:
    for row in sorted(known.keys() & made.keys()) if not place.override else ():
        raise place.fault(row, "occurs in two files; keep one of them")
    known.update(made)


def _fact(place: _Place, row: str, read: Mapping[str, Any]) -> Fact:
    _check(place, row, read, ROW_KEYS, required="relation")
    fields = dict(read)
    if "when" in fields:
        fields["when"] = tuple(_when(place, row, each) for each in fields["when"])
    if "role" not in fields:
        does = fields.get("does")
        fields["role"] = ROLES_OF_METHODS[does] if does else DEFAULT_ROLES[fields["relation"]]
    return Fact(name=f"{place.table}.{row}", **fields)


def _when(place: _Place, row: str, fields: dict[str, Any]) -> When:
    _check(place, row, fields, WHEN_KEYS, required="argument")
    if "equals" in fields:
        equals = fields["equals"]
        fields["equals"] = tuple(equals) if isinstance(equals, list) else (equals,)
    return When(**fields)


def _estimators(place: _Place, rows: dict[str, Any]) -> dict[str, EstimatorFact]:
    for name, fields in rows.items():
        _check(place, name, fields, ESTIMATOR_KEYS, required="kind")
    return {name: EstimatorFact(name=name, **fields) for name, fields in rows.items()}


def _aliases(place: _Place, rows: dict[str, Any]) -> dict[str, str]:
    for name, target in rows.items():
        if not isinstance(target, str):
            raise place.fault(name, f"expected the qualified name it stands for, found {target!r}")
    return rows


def _check(place: _Place, row: str, fields: object, keys: Mapping[str, Check], required: str) -> None:
    if not isinstance(fields, dict):
        raise place.fault(row, f"expected a table like {{ {required} = ... }}, found {fields!r}")
    for key, value in fields.items():
        if key not in keys:
            raise place.fault(row, f"unknown key {key!r}; allowed are {', '.join(keys)}")
        fault = _fault_of(value, keys[key])
        if fault:
            raise place.fault(row, f"{key} = {value!r} {fault}")
    if required not in fields:
        raise place.fault(row, f"the key {required!r} is missing")


def _fault_of(value: object, check: Check) -> str | None:
    if isinstance(check, tuple):
        word = str(value).lower() if isinstance(value, bool) else value
        return None if word in check else f"is unknown; allowed are {', '.join(check)}"
    number_is_flag = check == NUMBER and isinstance(value, bool)
    return f"is not {check}" if number_is_flag or not isinstance(value, _TYPES[check]) else None
