"""Find out by experiment how the result of an expression relates to the rows of a table.

Three oracles together: a row alone, the rows in another order, the rows in two batches. One alone is not
enough: two batches, say, do not tell a statistic of four quarters from a row-wise value.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

Finding = Literal[
    "row-wise",
    "set-dependent",
    "order-dependent",
    "row filter",
    "set filter",
    "reordered",
    "more rows",
    "statistic",
    "constant",
]

ROWS: Final = 40
ALONE: Final = (0, 3, 7, 12, 19, 26, 33, 39)
PARTS: Final = (np.arange(20), np.arange(20, ROWS), *(np.array([position]) for position in ALONE))
"""Positions of the rows that are tried without the others: two batches, and single rows."""


def probe_frame() -> pd.DataFrame:
    """A table with numbers, gaps, categories, texts, dates and flags; the index tells position from label."""
    random = np.random.default_rng(7)
    words = np.array(["late red apple", "a green pear", "dear old tea pot", "eat", "head a"])
    frame = pd.DataFrame(
        {
            "a": random.normal(0.5, 1.0, ROWS),
            "b": random.lognormal(0.2, 0.6, ROWS).round(2),
            "c": random.normal(3.0, 1.0, ROWS),
            "k": random.choice(["w", "x", "z"], ROWS),
            "g": random.choice(["p", "q", "r"], ROWS),
            "t": words[random.integers(0, len(words), ROWS)],
            "d": pd.Timestamp("2021-03-01") + pd.to_timedelta(random.permutation(ROWS) * 17, unit="h"),
            "f": random.random(ROWS) > 0.4,
            "y": random.integers(0, 3, ROWS),
        },
        index=range(100, 100 + ROWS),
    )
    frame.loc[[102, 107, 119, 130], "c"] = np.nan
    return frame


def side_table() -> pd.DataFrame:
    """A second table with one row for every value of `k`."""
    return pd.DataFrame({"k": ["w", "x", "z"], "size": [1.0, 2.0, 3.0]})


def evaluate(expression: str, frame: pd.DataFrame) -> object:
    """Evaluate an example; `df` is the table, `X` and `N` are arrays of it, `side` is a second table."""
    names = {"df": frame.copy(), "side": side_table(), "np": np, "pd": pd}
    if "scipy." in expression:
        import scipy.sparse
        import scipy.special
        import scipy.stats

        names["scipy"] = scipy
    if "sklearn." in expression:
        import sklearn.preprocessing
        import sklearn.utils

        names["sklearn"] = sklearn
    names["X"] = frame[["a", "b"]].to_numpy()
    names["N"] = frame[["a", "c"]].to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(expression, names)


def find_relation(expression: str) -> Finding:
    """Try an expression on the whole table and on parts of it, and say how its result relates to the rows."""
    frame = probe_frame()
    whole = evaluate(expression, frame)
    if _is_aligned(whole, frame):
        return _of_aligned(expression, frame, whole)
    if isinstance(whole, pd.DataFrame | pd.Series) and set(whole.index) <= set(frame.index):
        return _of_filter(expression, frame, whole)
    if isinstance(whole, pd.DataFrame | pd.Series) and _same_rows(whole, frame):
        return "reordered"
    if isinstance(whole, pd.DataFrame | pd.Series | np.ndarray) and np.ndim(whole) and len(whole) > ROWS:
        return "more rows"
    same_everywhere = all(_gives(expression, frame.iloc[part], whole) for part in PARTS)
    return "constant" if same_everywhere else "statistic"


def _of_aligned(expression: str, frame: pd.DataFrame, whole: object) -> Finding:
    order = np.random.default_rng(1).permutation(ROWS)
    if not _gives(expression, frame.iloc[order], _take(whole, order)):
        return "order-dependent"
    fits = all(_gives(expression, frame.iloc[part], _take(whole, part)) for part in PARTS)
    return "row-wise" if fits else "set-dependent"


def _of_filter(expression: str, frame: pd.DataFrame, whole: pd.DataFrame | pd.Series) -> Finding:
    if len(whole) >= ROWS:
        return "reordered" if len(whole) == ROWS else "more rows"
    for part in PARTS:
        kept = whole[whole.index.isin(frame.index[part])]
        if not _gives(expression, frame.iloc[part], kept):
            return "set filter"
    return "row filter"


def _is_aligned(whole: object, frame: pd.DataFrame) -> bool:
    if isinstance(whole, pd.DataFrame | pd.Series):
        return len(whole) == ROWS and whole.index.equals(frame.index)
    if isinstance(whole, np.ndarray):
        return whole.ndim > 0 and len(whole) == ROWS
    return isinstance(whole, list | pd.Index | pd.Categorical) and len(whole) == ROWS


def _take(whole: object, positions: np.ndarray) -> object:
    if isinstance(whole, pd.DataFrame | pd.Series):
        return whole.iloc[positions]
    if isinstance(whole, list):
        return [whole[position] for position in positions]
    assert isinstance(whole, np.ndarray | pd.Index | pd.Categorical)
    return whole[positions]


def _gives(expression: str, part: pd.DataFrame, expected: object) -> bool:
    try:
        found = evaluate(expression, part)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, ZeroDivisionError, AssertionError):
        return False
    return same(found, expected)


def same(found: object, expected: object) -> bool:
    """Compare two results; numbers up to rounding, gaps equal gaps, category lists count."""
    for kind, compare in _COMPARISONS.items():
        if isinstance(expected, kind):
            return isinstance(found, kind) and bool(compare(found, expected))
    return _same_cells(found, expected)


def _same_frames(found: pd.DataFrame, expected: pd.DataFrame) -> bool:
    if list(found.columns) != list(expected.columns) or not found.index.equals(expected.index):
        return False
    columns = range(found.shape[1])
    return all(_same_columns(found.iloc[:, each], expected.iloc[:, each]) for each in columns)


def _same_columns(found: pd.Series, expected: pd.Series) -> bool:
    categorical = isinstance(expected.dtype, pd.CategoricalDtype)
    if categorical and not (isinstance(found.dtype, pd.CategoricalDtype) and found.dtype == expected.dtype):
        return False
    return found.index.equals(expected.index) and _same_values(_plain(found), _plain(expected))


def _plain(column: pd.Series) -> np.ndarray:
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    values: np.ndarray = column.to_numpy(float, na_value=np.nan) if numeric else column.to_numpy(object)
    return values


def _same_values(found: np.ndarray, expected: np.ndarray) -> bool:
    if found.shape != expected.shape:
        return False
    if found.dtype.kind in "fiub" and expected.dtype.kind in "fiub":
        return bool(np.allclose(found.astype(float), expected.astype(float), rtol=1e-9, equal_nan=True))
    pairs = zip(found.ravel().tolist(), expected.ravel().tolist(), strict=True)
    return all(_same_cells(one, other) for one, other in pairs)


def _same_cells(one: object, other: object) -> bool:
    if isinstance(one, _ARRAYS) or isinstance(other, _ARRAYS):
        return isinstance(other, _ARRAYS) and isinstance(one, _ARRAYS) and same(list(one), list(other))
    gaps = [value is None or value is pd.NaT or value is pd.NA or value != value for value in (one, other)]
    return all(gaps) or (not any(gaps) and bool(one == other))


def _same_rows(whole: pd.DataFrame | pd.Series, frame: pd.DataFrame) -> bool:
    """Say whether these are the values of the table's columns in another order or under other labels."""
    if len(whole) != ROWS:
        return False
    table = whole.to_frame() if isinstance(whole, pd.Series) else whole
    shared = [column for column in table.columns if column in frame.columns]
    found, known = (sorted(map(str, each[shared].itertuples(index=False))) for each in (table, frame))
    return bool(shared) and found == known


_ARRAYS: Final = (np.ndarray, list, pd.api.extensions.ExtensionArray)
_COMPARISONS: Final[dict[type, Callable[[Any, Any], bool]]] = {
    pd.DataFrame: _same_frames,
    pd.Series: _same_columns,
    np.ndarray: _same_values,
    float: lambda found, expected: _same_values(np.asarray(found), np.asarray(expected)),
    list: lambda found, expected: len(found) == len(expected) and all(map(same, found, expected)),
    tuple: lambda found, expected: len(found) == len(expected) and all(map(same, found, expected)),
    dict: lambda found, expected: same(list(found.items()), list(expected.items())),
    pd.Index: lambda found, expected: found.equals(expected),
    pd.Categorical: lambda found, expected: found.equals(expected),
}
