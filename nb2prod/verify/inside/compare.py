"""Compare values: predictions, tables, learned values and fitted objects.

Each comparison gives a sentence about the first difference, or nothing where there is none. Floats agree up to the
rounding of another order of sums; everything else agrees exactly. An object that cannot be compared raises
`UnknownError`.
"""

from __future__ import annotations

import math
import types
from typing import Any

import numpy as np
import pandas as pd

RTOL = 1e-6
ATOL = 1e-9
DEPTH = 12
IGNORED = frozenset(
    {"random_state", "n_jobs", "verbose", "feature_names_in_", "_sklearn_version", "_stop_words_id", "_tree", "_cache"}
)
"""Attributes of estimators that say nothing of what was learned."""


class UnknownError(Exception):
    """Two values cannot be compared."""


def table(value: Any) -> np.ndarray:
    """Give predictions or features of any kind as an array with one row per row."""
    if hasattr(value, "toarray"):
        value = value.toarray()
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    try:
        found = np.asarray(value)
    except ValueError:
        found = np.empty(len(value), dtype=object)
        found[:] = list(value)
    return found.reshape(len(found), math.prod(found.shape[1:])) if found.ndim else found.reshape(1, 1)


def rows_agree(got: Any, want: Any) -> np.ndarray:
    """Tell for each row whether it agrees; False everywhere if the shapes differ."""
    got, want = table(got), table(want)
    if got.shape != want.shape:
        return np.zeros(max(len(got), len(want), 1), dtype=bool)
    if got.dtype.kind in "biuf" and want.dtype.kind in "biuf":
        close = np.isclose(got.astype(float), want.astype(float), rtol=RTOL, atol=ATOL, equal_nan=True)
        return np.asarray(close.all(axis=1))
    if got.dtype == want.dtype and got.dtype != object:
        return np.asarray((got == want).all(axis=1))
    pairs = zip(got, want)  # noqa: B905 - of one length; kernels may run an older Python
    return np.array([all(scalars_agree(*pair) for pair in zip(*row)) for row in pairs], dtype=bool)  # noqa: B905


def scalars_agree(got: Any, want: Any) -> bool:
    """Tell whether two cells of a table agree."""
    if isinstance(got, (np.ndarray, list, tuple)) or isinstance(want, (np.ndarray, list, tuple)):
        return bool(np.shape(got) == np.shape(want) and rows_agree([got], [want]).all())
    if missing(got) or missing(want):
        return missing(got) and missing(want)
    if isinstance(got, (int, float, np.number)) and isinstance(want, (int, float, np.number)):
        return math.isclose(float(got), float(want), rel_tol=RTOL, abs_tol=ATOL)
    return bool(got == want) or str(got) == str(want)


def missing(value: Any) -> bool:
    """Tell whether a value is a null of any kind."""
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def tables_differ(got: Any, want: Any, foreign: frozenset[str] = frozenset()) -> str:
    """Say how two tables of the same rows differ, column by column where they have names, but for `foreign` ones."""
    if hasattr(got, "columns") and hasattr(want, "columns"):
        return _frames_differ(*(frame.loc[:, [name not in foreign for name in frame.columns]] for frame in (got, want)))
    agree = rows_agree(got, want)
    if agree.all():
        return ""
    got, want = table(got), table(want)
    if got.shape != want.shape:
        return f"it is {_shape(got)}, not {_shape(want)}"
    row = int(np.flatnonzero(~agree)[0])
    columns = [at for at in range(got.shape[1]) if not scalars_agree(got[row, at], want[row, at])]
    where = f"column {columns[0]}" if got.shape[1] > 1 and columns else "it"
    at = columns[0] if columns else 0
    return f"{where} differs: {_short(got[row, at])} instead of {_short(want[row, at])}"


def _frames_differ(got: Any, want: Any) -> str:
    lost = [name for name in want.columns if name not in got.columns]
    more = [name for name in got.columns if name not in want.columns]
    if lost or more:
        said = [f"column {lost[0]} is missing" if lost else "", f"column {more[0]} is new" if more else ""]
        return " and ".join(filter(None, said))
    for at, name in enumerate(want.columns):
        if not got.columns.is_unique or not want.columns.is_unique:
            one, other = got.iloc[:, at], want.iloc[:, at]
        else:
            one, other = got[name], want[name]
        agree = rows_agree(one, other)
        if not agree.all():
            row = int(np.flatnonzero(~agree)[0]) if len(agree) == len(other) else 0
            shown = f": {_short(one.iloc[row])} instead of {_short(other.iloc[row])}" if len(one) == len(other) else ""
            return f"column {name} differs{shown}"
    if list(got.columns) != list(want.columns):
        return "the columns are in another order"
    return ""


def _shape(value: np.ndarray) -> str:
    return " x ".join(map(str, value.shape))


def _short(value: Any) -> str:
    value = value.item() if isinstance(value, np.generic) else value
    text = f"{value:.6g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


# ---------------------------------------------------------------------- learned values


def learned_differ(got: Any, want: Any, depth: int = 0) -> str:  # noqa: C901 - one branch for each kind of value
    """Say how two learned values differ, be they plain, tables or fitted objects."""
    if depth > DEPTH or got is want:
        return ""
    if missing(got) or missing(want):
        return "" if missing(got) and missing(want) else f"{_short(got)} instead of {_short(want)}"
    if isinstance(want, (bool, int, float, np.number, np.bool_)):
        same = isinstance(got, (bool, int, float, np.number, np.bool_)) and scalars_agree(got, want)
        return "" if same else f"{_short(got)} instead of {_short(want)}"
    if isinstance(want, (str, bytes, type)):
        return (
            ""
            if got == want or (isinstance(want, type) and _named(got) == _named(want))
            else (f"{_short(got)} instead of {_short(want)}")
        )
    if isinstance(want, dict):
        return _dicts_differ(got, want, depth)
    if isinstance(want, (set, frozenset)):
        return "" if got == want else f"{_short(got)} instead of {_short(want)}"
    if isinstance(want, (pd.DataFrame, pd.Series, pd.Index, np.ndarray)) or hasattr(want, "toarray"):
        return _arrays_differ(got, want, depth)
    if isinstance(want, (list, tuple)):
        return _lists_differ(got, want, depth)
    if type(got).__name__ != type(want).__name__:
        return f"a {type(got).__name__} instead of a {type(want).__name__}"
    if callable(want) and hasattr(want, "__code__"):
        return "" if got.__code__.co_code == want.__code__.co_code else "another function"
    return _objects_differ(got, want, depth)


def _named(value: Any) -> str:
    return getattr(value, "__name__", "")


def _dicts_differ(got: Any, want: dict[Any, Any], depth: int) -> str:
    if not isinstance(got, dict):
        return f"a {type(got).__name__} instead of a dict"
    lost = [key for key in want if key not in got]
    more = [key for key in got if key not in want]
    if lost or more:
        return f"{_short((lost or more)[0])} is {'missing' if lost else 'new'}"
    for key, value in want.items():
        found = learned_differ(got[key], value, depth + 1)
        if found:
            return f"at {_short(key)}: {found}"
    return ""


def _lists_differ(got: Any, want: Any, depth: int) -> str:
    try:
        pairs = list(zip(got, want))  # noqa: B905 - lengths are compared
        if len(got) != len(want):
            return f"{len(got)} values instead of {len(want)}"
    except TypeError:
        return f"a {type(got).__name__} instead of a {type(want).__name__}"
    for at, (one, other) in enumerate(pairs):
        found = learned_differ(one, other, depth + 1)
        if found:
            return f"value {at}: {found}"
    return ""


def _arrays_differ(got: Any, want: Any, depth: int) -> str:
    if not hasattr(got, "__len__") and not hasattr(got, "toarray"):
        return f"a {type(got).__name__} instead of a {type(want).__name__}"
    for name in ("index", "columns"):
        if isinstance(want, (pd.DataFrame, pd.Series)) and hasattr(want, name) and hasattr(got, name):
            found = _lists_differ(list(getattr(got, name)), list(getattr(want, name)), depth)
            if found:
                return f"{name}: {found}"
    one, other = table(got), table(want)
    if other.dtype.names:
        return "" if one.tobytes() == other.tobytes() else "another structure"
    if one.shape != other.shape:
        return f"it is {_shape(one)}, not {_shape(other)}"
    if other.dtype == object:
        return _lists_differ(one.ravel().tolist(), other.ravel().tolist(), depth)
    agree = rows_agree(one, other)
    if agree.all():
        return ""
    row = int(np.flatnonzero(~agree)[0])
    at = next((at for at in range(one.shape[1]) if not scalars_agree(one[row, at], other[row, at])), 0)
    return f"value {row}: {_short(one[row, at])} instead of {_short(other[row, at])}"


def _objects_differ(got: Any, want: Any, depth: int) -> str:
    if isinstance(want, (types.ModuleType, np.dtype, np.random.RandomState, np.random.Generator)):
        return ""
    parts, others = _content(got), _content(want)
    if parts is None or others is None:
        if "__eq__" in vars(type(want)):
            return "" if got == want else f"{_short(got)} instead of {_short(want)}"
        raise UnknownError(f"a {type(want).__name__} cannot be compared")
    given = _parameters(want)
    for name, value in others.items():
        # What is made on demand (a summary, a cache) is there in one and not in the other.
        if name not in IGNORED and name not in given and (name in parts or str(name).endswith("_")):
            if name not in parts:
                return f"{name} is missing"
            found = learned_differ(parts[name], value, depth + 1)
            if found:
                return f"{name}: {found}"
    return ""


def _parameters(value: Any) -> frozenset[str]:
    """The constructor's arguments of an estimator that are objects: patterns, which fitting leaves as they were."""
    code = getattr(type(value).__init__, "__code__", None)
    if not hasattr(value, "get_params") or code is None:
        return frozenset()
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    plain = (str, int, float, bool, type(None))
    return frozenset(name for name in names if not isinstance(getattr(value, name, None), plain))


def _content(value: Any) -> dict[Any, Any] | None:
    state = getattr(value, "__dict__", None)
    if isinstance(state, dict) and state:
        return state
    try:
        state = value.__getstate__() if hasattr(value, "__getstate__") else None
        if state is None:
            reduced = value.__reduce_ex__(2)
            return dict(enumerate(reduced[1:3]))
    except Exception:  # an object of any library, that need not be picklable
        return None
    return state if isinstance(state, dict) else {"state": state}
