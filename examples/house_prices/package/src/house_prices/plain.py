"""Plain values as JSON and back, exactly: the same type, the same value, the same order.

What JSON lacks (tuples, sets, numpy scalars, dates, keys that are no text) is written as an object with
one "$..." key. What cannot be given back exactly is refused with NotPlainError; it belongs in model.joblib.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd


class NotPlainError(TypeError):
    """The value has no exact JSON form."""


def to_plain(value: Any) -> Any:
    """Give the JSON form of a value."""
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind is list:
        return [to_plain(item) for item in value]
    if kind is tuple:
        return {"$tuple": [to_plain(item) for item in value]}
    if kind in (set, frozenset):
        return {f"${kind.__name__}": [to_plain(item) for item in sorted(value, key=repr)]}
    if kind is dict:
        return _plain_dict(value)
    return _plain_scalar(value)


def from_plain(value: Any) -> Any:
    """Give the value of a JSON form."""
    if isinstance(value, list):
        return [from_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(tag, content)] = value.items()
        if tag in _READERS:
            return _READERS[tag](content)
    return {key: from_plain(item) for key, item in value.items()}


def _plain_dict(value: dict[Any, Any]) -> dict[str, Any]:
    if all(type(key) is str and not key.startswith("$") for key in value):
        return {key: to_plain(item) for key, item in value.items()}
    return {"$dict": [[to_plain(key), to_plain(item)] for key, item in value.items()]}


def _plain_scalar(value: Any) -> dict[str, Any]:
    if value is pd.NaT or value is pd.NA:
        return {"$missing": "NaT" if value is pd.NaT else "NA"}
    if type(value) is pd.Timestamp and value.tz is None:
        return {"$timestamp": [value.isoformat(), value.unit]}
    if type(value) is pd.Timedelta:
        return {"$timedelta": [int(value.asm8.astype("int64")), value.unit]}
    if isinstance(value, np.generic) and value.dtype.kind in "biufU" and value.dtype.char != "g":
        kind = "str" if value.dtype.kind == "U" else value.dtype.name
        return {"$numpy": [kind, to_plain(value.item())]}
    if isinstance(value, np.datetime64 | np.timedelta64):
        return {"$numpy_time": [value.dtype.str, int(value.astype("int64"))]}
    raise NotPlainError(f"{type(value).__name__} has no exact JSON form")


_READERS: dict[str, Callable[[Any], Any]] = {
    "$float": float,
    "$tuple": lambda items: tuple(from_plain(items)),
    "$set": lambda items: set(from_plain(items)),
    "$frozenset": lambda items: frozenset(from_plain(items)),
    "$dict": lambda pairs: {from_plain(key): from_plain(item) for key, item in pairs},
    "$missing": lambda name: pd.NaT if name == "NaT" else pd.NA,
    "$timestamp": lambda parts: pd.Timestamp(parts[0]).as_unit(parts[1]),
    "$timedelta": lambda parts: pd.Timedelta(parts[0], unit=parts[1]).as_unit(parts[1]),
    "$numpy": lambda parts: np.dtype(parts[0]).type(from_plain(parts[1])),
    "$numpy_time": lambda parts: np.array(parts[1], dtype="int64").view(parts[0])[()],
}
