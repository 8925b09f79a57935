"""The input schema: which columns a raw row has, their types, missing values, categories and ranges.

`validate` takes a DataFrame or a list of dicts and gives a new DataFrame with the training columns, types and
order, wherever the rows came from (CSV, JSON, another pandas), or one SchemaError that lists every fault.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

Kind = Literal["number", "integer", "boolean", "text", "datetime", "duration", "category", "any"]
EXPECTED: dict[Kind, str] = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "text": "text",
    "datetime": "an ISO date",
    "duration": "a duration",
    "category": "a known category",
    "any": "a value of the training type",
}
Values: TypeAlias = pd.Series | np.ndarray
TRUTH = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}


class SchemaError(ValueError):
    """The rows do not fit the schema: every reason, and the rows at fault if the others do fit."""

    def __init__(self, faults: list[str], rows: Iterable[int] = ()) -> None:
        super().__init__("the rows do not fit: " + "; ".join(faults))
        self.faults = faults
        self.rows = sorted(rows)


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT = _Absent()


@dataclass(frozen=True)
class Column:
    """One column of the raw rows, as training saw it."""

    name: Any
    kind: Kind
    dtype: str
    required: bool = True  # its value can change the answer
    nullable: bool = True  # a row without the value can be answered
    categories: list[Any] | None = None  # all values, if they are few
    ordered: bool = False
    minimum: Any = None
    maximum: Any = None
    example: Any = None
    null_is_none: bool = False
    missing: float = 0.0  # share of the training rows without a value
    edges: list[float] | None = None  # of the bins that hold the training values ...
    counts: list[int] | None = None  # ... and how many: in each bin, or of each category

    def accept(self, given: pd.Series | list[Any], index: pd.Index) -> tuple[Values, dict[int, Any]]:
        """Give the values in the training type, and those that do not fit by position."""
        if isinstance(given, pd.Series) and self.is_ready(given):
            return given.set_axis(index), {}
        values, strange = self._read(given.tolist() if isinstance(given, pd.Series) else given)
        if not self.required:  # cannot change the answer, so it need not stop it
            gaps = set(strange) if self.nullable else {*strange, *_nulls(values)}
            values = [self._example() if place in gaps else value for place, value in enumerate(values)]
            return self._build(values, index), {}
        if not self.nullable:
            strange = {**dict.fromkeys(_nulls(values)), **strange}
        return (pd.Series(dtype=object) if strange else self._build(values, index)), strange

    def fill(self, index: pd.Index) -> Values:
        """Give a column that the answer does not depend on."""
        return self._build([self._example()] * len(index), index)

    def fits(self, value: Any) -> bool:
        """Tell whether one value can be read as the training type."""
        return not self._read([value])[1]

    def _example(self) -> Any:
        return self._read([self.example])[0][0]

    def is_ready(self, given: pd.Series) -> bool:
        """Tell whether the values are of the training type, and need no change."""
        if str(given.dtype) != self.dtype:
            return False
        if self.kind == "category":
            same = list(given.cat.categories) == self.categories and bool(given.cat.ordered) == self.ordered
            return same and (self.nullable or not given.hasnans)
        if given.dtype != object:
            return self.nullable or not given.hasnans
        gaps = given.isna().to_numpy()
        if not gaps.any():
            return self.kind == "any" or pd.api.types.infer_dtype(given, skipna=False) in ("string", "empty")
        if not (self.nullable and all((value is None) == self.null_is_none for value in given[gaps])):
            return False
        return self.kind == "any" or pd.api.types.infer_dtype(given, skipna=True) in ("string", "empty")

    def _read(self, given: list[Any]) -> tuple[list[Any], dict[int, Any]]:
        reader = self._reader
        values: list[Any] = []
        strange: dict[int, Any] = {}
        for place, value in enumerate(given):
            try:
                values.append(reader(value.item() if isinstance(value, np.generic) else value))
            except (TypeError, ValueError, OverflowError):
                values.append(None)
                strange[place] = value
        return values, strange

    @cached_property
    def _reader(self) -> Callable[[Any], Any]:
        dtype = self._dtype
        readers: dict[Kind, Callable[[Any], Any]] = {
            "number": _number,
            "integer": lambda value: _integer(value, dtype),
            "boolean": _boolean,
            "text": lambda value: _text(value, self.categories),
            "datetime": lambda value: _datetime(value, dtype),
            "duration": _duration,
            "category": lambda value: _category(value, self.categories or []),
            "any": lambda value: value,
        }
        read, blank_is_null = readers[self.kind], self.kind not in ("text", "any", "category")

        def reader(value: Any) -> Any:
            if value is ABSENT:
                raise ValueError
            if _is_null(value) or (blank_is_null and isinstance(value, str) and not value.strip()):
                return None
            return read(value)

        return reader

    @cached_property
    def _dtype(self) -> Any:
        if self.kind == "category":
            return pd.CategoricalDtype(self.categories, self.ordered)
        return pd.api.types.pandas_dtype(self.dtype)

    def _build(self, values: list[Any], index: pd.Index) -> Values:
        dtype = self._dtype
        gaps = any(value is None for value in values)
        if gaps and dtype == np.dtype(object) and not self.null_is_none:
            values = [np.nan if value is None else value for value in values]
        if gaps and isinstance(dtype, np.dtype) and dtype.kind in "iub":  # as pandas reads such a column
            dtype = np.dtype(object if dtype.kind == "b" else "float64")
        if isinstance(dtype, np.dtype) and dtype.kind in "iufb":
            return np.array(values, dtype=dtype)
        return pd.Series(values, index=index, dtype=dtype)


@dataclass(frozen=True)
class Schema:
    """The columns of the raw rows, in training order, and the index where the answer depends on it."""

    columns: list[Column]
    index: Column | None = None
    kind: str = "table"

    def validate(self, rows: Any) -> pd.DataFrame:
        """Give the rows with the training columns and types; the caller's own rows stay as they are."""
        if isinstance(rows, pd.DataFrame) and self._is_ready(rows):
            return rows[[column.name for column in self.columns]].reset_index(drop=True)
        given, passed = _columns(rows)
        faults: list[str] = []
        index = self._index(given, passed, faults)
        table: dict[int, Values] = {}
        missing: list[Any] = []
        wrong: set[int] = set()
        for place, column in enumerate(self.columns):
            values = given.get(column.name, given.get(str(column.name)))
            if values is not None:
                table[place], strange = column.accept(values, index)
                faults += _describe(column, strange)
                wrong.update(strange)
            elif not column.required:
                table[place] = column.fill(index)
            elif len(passed):
                missing.append(column.name)
        if missing:
            faults.insert(0, f"missing columns {', '.join(map(repr, missing))}")
        if faults:
            raise SchemaError(faults, () if missing else wrong)
        if len(table) < len(self.columns):  # no rows, and no columns with them
            table = {place: column.fill(index) for place, column in enumerate(self.columns)}
        return self._frame(table, index)

    def example(self) -> pd.DataFrame:
        """Give one valid row."""
        index: pd.Index = pd.RangeIndex(1)
        if self.index:
            index = pd.Index(self.index.fill(index), name=self.index.name)
        table = {place: column.fill(index) for place, column in enumerate(self.columns)}
        return self._frame(table, index)

    def unseen(self, rows: pd.DataFrame) -> list[str]:
        """Name the values that no training row holds, in columns with few values."""
        found = []
        for column in self.columns:
            if column.required and column.categories is not None and column.kind != "category":
                values = rows[column.name]
                known = values.isna() | values.isin(column.categories)
                found += [
                    f"column {column.name!r}: {value!r} was not seen in training"
                    for value in set(values[~known])
                ]
        return sorted(found)

    def to_json(self) -> dict[str, Any]:
        """Give the schema as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Schema:
        """Give the schema of JSON values."""
        index = value["index"] and _column(value["index"])
        return cls([_column(column) for column in value["columns"]], index, value["kind"])

    def _is_ready(self, rows: pd.DataFrame) -> bool:
        """Rows with the training columns and types need no change."""
        if self.index is not None or not rows.columns.is_unique:
            return False
        dtypes = dict(zip(rows.columns, map(str, rows.dtypes), strict=True))
        if not all(dtypes.get(column.name) == column.dtype for column in self.columns):
            return False
        return all(column.is_ready(rows[column.name]) for column in self.columns)

    def _frame(self, table: dict[int, Values], index: pd.Index) -> pd.DataFrame:
        return pd.DataFrame(table, index=index).set_axis([column.name for column in self.columns], axis=1)

    def _index(self, given: dict[Any, Any], passed: pd.Index, faults: list[str]) -> pd.Index:
        if self.index is None:
            return pd.RangeIndex(len(passed))
        name = self.index.name
        values = given[name] if name in given and passed.name != name else passed.to_series()
        labels, strange = self.index.accept(values, pd.RangeIndex(len(passed)))
        faults += _describe(self.index, strange)
        return passed if strange else pd.Index(labels, name=name)


def _columns(rows: Any) -> tuple[dict[Any, Any], pd.Index]:
    if isinstance(rows, pd.DataFrame):
        twice = rows.columns[rows.columns.duplicated()]
        if len(twice):
            raise SchemaError([f"column {twice[0]!r} occurs twice"])
        return {name: rows[name] for name in rows.columns}, rows.index
    if isinstance(rows, Mapping | pd.Series):
        raise SchemaError(["a single row goes in a list, [row], or in a DataFrame of one row"])
    if isinstance(rows, list | tuple) and all(isinstance(row, Mapping) for row in rows):
        names = dict.fromkeys(name for row in rows for name in row)
        return {name: [row.get(name, ABSENT) for row in rows] for name in names}, pd.RangeIndex(len(rows))
    raise SchemaError([f"rows are a DataFrame or a list of dicts, not {type(rows).__name__}"])


def _column(value: dict[str, Any]) -> Column:
    name = tuple(value["name"]) if isinstance(value["name"], list) else value["name"]
    return Column(**{**value, "name": name})


def _describe(column: Column, strange: dict[int, Any]) -> list[str]:
    faults = []
    nulls = [place for place, value in strange.items() if _is_null(value)]
    if nulls:
        faults.append(f"column {column.name!r}: null in {_places(nulls)}")
    others = [place for place in strange if place not in set(nulls)]
    if others:
        values = ", ".join(dict.fromkeys(repr(strange[place]) for place in others[:5]))
        faults.append(
            f"column {column.name!r}: expected {EXPECTED[column.kind]}, got {values} in {_places(others)}"
        )
    return faults


def _places(places: list[int]) -> str:
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f"row{'s' if len(places) > 1 else ''} {', '.join(map(str, places[:5]))}{more}"


def _is_null(value: Any) -> bool:
    return (
        value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
    )


def _nulls(values: list[Any]) -> list[int]:
    return [place for place, value in enumerate(values) if value is None]


def _number(value: Any) -> float:
    if isinstance(value, str) and ("_" in value or "nan" in value.lower()):
        raise ValueError
    return float(value)


def _integer(value: Any, dtype: Any) -> int:
    if isinstance(value, str) and value.strip().lstrip("+-").isdigit():
        value = int(value)
    if not isinstance(value, int):
        number = _number(value)
        value = int(number)
        if value != number:
            raise ValueError
    if isinstance(dtype, np.dtype) and not np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
        raise ValueError
    return int(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, str):
        value = TRUTH.get(value.strip().lower())
    if value not in (0, 1):
        raise ValueError
    return bool(value)


def _text(value: Any, known: list[Any] | None) -> str:
    if isinstance(value, float) and value.is_integer() and known and str(value) not in known:
        value = int(value) if str(int(value)) in known else value  # 5.0 where training read "5"
    if not isinstance(value, str | int | float):
        raise TypeError
    return str(value)


def _datetime(value: Any, dtype: Any) -> pd.Timestamp:
    if isinstance(value, int | float) or (isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d", value)):
        raise ValueError
    moment = pd.Timestamp(value)
    if (moment.tz is None) != (getattr(dtype, "tz", None) is None):
        raise ValueError
    return moment


def _duration(value: Any) -> pd.Timedelta:
    if isinstance(value, int | float):
        raise TypeError
    return pd.Timedelta(value)


def _category(value: Any, known: list[Any]) -> Any:
    if value in known:
        return known[known.index(value)]
    return known[[str(category) for category in known].index(str(value))]
