"""The input schema: the shape and type of one row of the source array, learned from the training rows.

`validate` takes an array, nested lists or a DataFrame and gives a new array of the training type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd


class SchemaError(ValueError):
    """The rows do not fit the schema: every reason, and the rows at fault if the others do fit."""

    def __init__(self, faults: list[str], rows: Iterable[int] = ()) -> None:
        super().__init__("the rows do not fit: " + "; ".join(faults))
        self.faults = faults
        self.rows = sorted(rows)


@dataclass(frozen=True)
class Schema:
    """The raw rows, as training saw them."""

    shape: tuple[int, ...]  # of one row
    dtype: str
    nullable: bool
    minimum: float | None = None
    maximum: float | None = None
    kind: str = "array"

    def validate(self, rows: Any) -> np.ndarray:
        """Give the rows as a new array with one training row's shape behind the first axis."""
        values = rows.to_numpy() if isinstance(rows, pd.DataFrame | pd.Series) else self._array(rows)
        if values.ndim and len(values) == 0:
            return np.empty((0, *self.shape), dtype=self.dtype)
        if values.shape == self.shape and self.shape:
            raise SchemaError([f"a single row goes in an array of one row: rows.reshape(1, {self._sizes()})"])
        if values.shape[1:] != self.shape or not values.ndim:
            raise SchemaError(
                [f"expected rows of shape ({self._sizes()}), got an array of shape {values.shape}"]
            )
        return self._typed(values)

    def example(self) -> np.ndarray:
        """Give one valid row."""
        return np.zeros((1, *self.shape), dtype=self.dtype)

    def to_json(self) -> dict[str, Any]:
        """Give the schema as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Schema:
        """Give the schema of JSON values."""
        return cls(**{**value, "shape": tuple(value["shape"])})

    def _array(self, rows: Any) -> np.ndarray:
        if isinstance(rows, str | dict):
            raise SchemaError([f"rows are an array or nested lists, not {type(rows).__name__}"])
        try:
            return np.asarray(rows)
        except ValueError as error:
            raise SchemaError([f"rows are of unequal length: {error}"]) from error

    def _typed(self, values: np.ndarray) -> np.ndarray:
        dtype = np.dtype(self.dtype)
        if dtype.kind == "U":
            return values.astype(str)
        try:
            typed = values.astype(dtype) if dtype.kind == "O" else self._numbers(values, dtype)
        except (TypeError, ValueError) as error:
            raise SchemaError([f"expected {self.dtype} values: {error}"]) from error
        empty = np.flatnonzero(pd.isna(typed).reshape(len(typed), -1).any(axis=1))
        if len(empty) and not self.nullable:
            raise SchemaError([f"null in rows {', '.join(map(str, empty[:5]))}"], empty.tolist())
        return typed

    def _numbers(self, values: np.ndarray, dtype: np.dtype) -> np.ndarray:
        if values.dtype == dtype:
            return values.copy()
        numbers = values.astype("float64") if values.dtype.kind in "OUS" else values
        if dtype.kind in "iub" and (
            not np.isfinite(numbers).all() or (numbers.astype(dtype) != numbers).any()
        ):
            raise ValueError("some values are no whole numbers, or too large")
        return numbers.astype(dtype)

    def _sizes(self) -> str:
        return ", ".join(map(str, self.shape))


def learn_schema(rows: np.ndarray, *answers: Callable[[np.ndarray], Any]) -> Schema:
    """Describe the raw rows; every position is required."""
    has_range = rows.dtype.kind in "iuf" and rows.size > 0
    return Schema(
        shape=rows.shape[1:],
        dtype=rows.dtype.str if rows.dtype.kind == "U" else rows.dtype.name,
        nullable=_is_nullable(rows, answers),
        minimum=_finite(np.nanmin(rows)) if has_range else None,
        maximum=_finite(np.nanmax(rows)) if has_range else None,
    )


def _is_nullable(rows: np.ndarray, answers: tuple[Callable[[np.ndarray], Any], ...]) -> bool:
    if rows.dtype.kind not in "fO" or pd.isna(rows).any():
        return rows.dtype.kind in "fO"
    holed = rows[:1].copy()
    holed.reshape(-1)[0] = np.nan
    try:
        return not any(pd.isna(np.asarray(answer(holed))).any() for answer in answers)
    except Exception:  # whatever stops the model, the value is needed
        return False


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
