"""Learn the input schema from the training rows, by asking the fitted model.

A column is required if another value in it, one that training saw, changes an answer; the others are optional
only if all of them can change at once. A column is nullable if rows without its value are answered. All of it
is measured on rows spread over the table; what cannot be measured is required.
"""

from __future__ import annotations

import json
import math
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from churn.schema import Column, Kind, Schema
from churn.serving import ServingError, agree, by_row, spread

POOL = 2_000  # rows that are looked at
BASE = 64  # rows whose values are replaced one by one
ALTERNATIVES = 6  # values that replace them, beside the most frequent one and null
FEW = 50  # distinct values that are listed as categories
BINS = 10  # of the training values of a number
ROWS = 20_000  # rows in one question to the model
CELLS = 4_000_000  # cells in one question to the model
STEADY = 0.9  # share of rows that get the same answer again; ties may fall either way
SECONDS = 15.0  # of asking; a column that a slow model leaves unmeasured is required
MOST = 400_000  # rows asked in all


class _SpentError(Exception):
    """There is no time for another question."""


class Trial(NamedTuple):
    """Rows of the pool in which one column takes its values from other rows."""

    column: int
    rows: np.ndarray
    values: np.ndarray


def learn_schema(
    rows: pd.DataFrame, *answers: Callable[[pd.DataFrame], Any], labels: Sequence[Any] = ()
) -> Schema:
    """Describe the raw rows, and measure which columns the answers depend on (hardly on the labels)."""
    probe = Probe(_pool(rows, answers), answers)
    needs_index = probe.needs_index()
    optional = probe.together([place for place, name in enumerate(rows.columns) if name in labels], [])
    nullable = [probe.is_nullable(place) for place in range(rows.shape[1])]
    optional = probe.optional(optional)
    columns = [
        describe(rows.iloc[:, place], probe.pool.iloc[:, place], place not in optional, nullable[place])
        for place in range(rows.shape[1])
    ]
    if not needs_index:
        return Schema(columns)
    index = rows.index.to_series()
    return Schema(columns, describe(index, index, required=True, nullable=False))


def describe(values: pd.Series, answered: pd.Series, required: bool, nullable: bool) -> Column:
    """Describe one column, with an example from a row that the model answered."""
    kind = _kind(values)
    present = values.dropna()
    usual = answered.dropna()
    nulls = values[values.isna()]
    has_range = kind in ("number", "integer", "datetime", "duration") and len(present) > 0
    categories = _categories(values, kind)
    edges, counts = _distribution(present, kind, categories)
    return Column(
        name=_json(values.name),
        kind=kind,
        dtype=str(values.dtype),
        required=required,
        nullable=nullable,
        categories=categories,
        ordered=kind == "category" and bool(values.cat.ordered),
        minimum=_json(present.min()) if has_range else None,
        maximum=_json(present.max()) if has_range else None,
        example=_json((usual if len(usual) else present).iloc[0]) if len(present) else None,
        null_is_none=len(nulls) > 0 and all(value is None for value in nulls),
        missing=round(len(nulls) / len(values), 6) if len(values) else 0.0,
        edges=edges,
        counts=counts,
    )


def _distribution(
    present: pd.Series, kind: Kind, categories: list[Any] | None
) -> tuple[list[float] | None, list[int] | None]:
    """Count the training values: in bins that hold about as many each, or by category."""
    if categories is not None:
        found = Counter(json.dumps(_json(value), default=str) for value in present)
        return None, [found[json.dumps(category, default=str)] for category in categories]
    if kind not in ("number", "integer"):
        return None, None
    numbers = present.to_numpy(dtype="float64")
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return None, None
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, BINS + 1), method="inverted_cdf"))
    places = np.searchsorted(edges, numbers, side="left")  # the first bin ends at the minimum
    return edges.tolist(), np.bincount(places, minlength=len(edges)).tolist()


class Probe:
    """A pool of rows that the model answers, and what it answers to changed ones."""

    def __init__(self, pool: pd.DataFrame, answers: tuple[Callable[[pd.DataFrame], Any], ...]) -> None:
        self.pool = pool
        self.answers = answers
        self.base = spread(len(pool), BASE)
        start = time.perf_counter()
        self.known = _ask(pool, answers)
        self.left = min(MOST, int(SECONDS * len(pool) / (time.perf_counter() - start)))
        self.steady = np.ones(len(pool), dtype=bool)
        order = np.random.default_rng(0).permutation(len(pool))
        self.steady[order] = self._agree(_ask(self._indexed(pool.take(order)), answers), order)

    def optional(self, known: list[int]) -> list[int]:
        """Give the places of the columns that cannot change an answer, those known among them."""
        rest = [place for place in range(self.pool.shape[1]) if place not in known]
        needed = self._changing([self._replaced(place) for place in rest])
        return self.together([place for place in rest if place not in needed], known)

    def together(self, places: list[int], known: list[int]) -> list[int]:
        """Add the columns that can change at once with those known, halving groups that cannot."""
        if not places or self.steady.mean() < STEADY:  # unsteady answers cannot be measured
            return known
        if not self._moves([*known, *places]):
            return [*known, *places]
        if len(places) == 1:
            return known
        half = len(places) // 2
        return self.together(places[half:], self.together(places[:half], known))

    def is_nullable(self, place: int) -> bool:
        """Tell whether rows without this value are answered, and leave the answers to other rows alone."""
        if self.pool.iloc[:, place].isna().any():
            return True
        rows = self.base[: 10 if self.pool.shape[1] < 100 else 4]
        hole = np.arange(len(rows)) % 2 == 0
        frame = self.pool.take(rows)
        frame.isetitem(place, frame.iloc[:, place].mask(hole))
        try:
            said = self._ask(frame)
        except _SpentError:
            return True
        except Exception:  # whatever stops the model, the value is needed
            return False
        gone = [pd.isna(answer).any(axis=1) for answer in said]
        return bool(self._agree(said, rows)[~hole].all()) and not any(empty[hole].any() for empty in gone)

    def needs_index(self) -> bool:
        """Tell whether the index of the rows matters."""
        if self.pool.index.equals(pd.RangeIndex(len(self.pool))):
            return False
        try:
            said = self._ask(self.pool.reset_index(drop=True))
        except Exception:  # whatever stops the model, the index is needed
            return True
        return not self._agree(said, np.arange(len(self.pool))).all()

    def _replaced(self, place: int) -> Trial:
        width = self.pool.shape[1]
        budget = max(8, min(BASE * (ALTERNATIVES + 2), ROWS // width, CELLS // width**2))
        values = _alternatives(self.pool.iloc[:, place], ALTERNATIVES)
        base = self.base[spread(len(self.base), max(1, budget // len(values)))]
        return Trial(place, np.tile(base, len(values)), np.repeat(values, len(base)))

    def _moves(self, places: list[int]) -> bool:
        """Tell whether an answer changes when these columns are permuted, or the same for all rows."""
        rows = spread(len(self.pool), CELLS // self.pool.shape[1] // 8 + 1)
        frame = self.pool.take(np.tile(rows, 2))
        for place in places:
            values = self.pool.iloc[:, place]
            usual = int(values.notna().argmax())
            permuted = np.random.default_rng(place).permutation(len(values))[: len(rows)]
            source = np.concatenate([permuted, np.full(len(rows), usual)])
            frame.isetitem(place, values.take(source).set_axis(frame.index))
        try:
            said = self._ask(frame)
        except Exception:  # whatever stops the model, a value is needed
            return True
        return not self._agree(said, np.tile(rows, 2)).all()

    def _changing(self, trials: list[Trial]) -> set[int]:
        size = min(ROWS, CELLS // self.pool.shape[1])
        changing: set[int] = set()
        batch: list[Trial] = []
        for trial in trials:
            if batch and sum(len(one.rows) for one in [*batch, trial]) > size:
                changing |= self._try(batch)
                batch = []
            batch.append(trial)
        return changing | self._try(batch) if batch else changing

    def _try(self, trials: list[Trial]) -> set[int]:
        rows = np.concatenate([trial.rows for trial in trials])
        try:
            said = self._ask(self._changed_rows(trials, rows))
        except Exception:  # find the columns that the model cannot do without, whatever it says
            if len(trials) == 1 or self.left < 0:
                return {trial.column for trial in trials}
            half = len(trials) // 2
            return self._try(trials[:half]) | self._try(trials[half:])
        ends = np.cumsum([len(trial.rows) for trial in trials])[:-1]
        parts = np.split(self._agree(said, rows), ends)
        return {trial.column for trial, part in zip(trials, parts, strict=True) if not part.all()}

    def _changed_rows(self, trials: list[Trial], rows: np.ndarray) -> pd.DataFrame:
        frame = self.pool.take(rows)
        start = 0
        for trial in trials:
            source = rows.copy()
            source[start : start + len(trial.rows)] = trial.values
            frame.isetitem(trial.column, self.pool.iloc[:, trial.column].take(source).set_axis(frame.index))
            start += len(trial.rows)
        return frame

    def _indexed(self, frame: pd.DataFrame) -> pd.DataFrame:
        default = self.pool.index.equals(pd.RangeIndex(len(self.pool)))
        return frame.reset_index(drop=True) if default else frame

    def _ask(self, frame: pd.DataFrame) -> list[np.ndarray]:
        self.left -= len(frame)
        if self.left < 0:
            raise _SpentError
        return _ask(self._indexed(frame), self.answers)

    def _agree(self, said: list[np.ndarray], rows: np.ndarray) -> Any:
        same = [
            agree(answer, known[rows], tolerance=1e-6) for answer, known in zip(said, self.known, strict=True)
        ]
        return np.logical_and.reduce(same) | ~self.steady[rows]


def _ask(rows: pd.DataFrame, answers: tuple[Callable[[pd.DataFrame], Any], ...]) -> list[np.ndarray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = [by_row(answer(rows.copy())) for answer in answers]
    if any(len(answer) != len(rows) for answer in said):
        raise ServingError(f"{len(rows)} rows get {len(said[0])} answers")
    return said


def _pool(rows: pd.DataFrame, answers: tuple[Callable[[pd.DataFrame], Any], ...]) -> pd.DataFrame:
    """Take rows spread over the table that the model can answer, fewer from a slow model."""
    default = rows.index.equals(pd.RangeIndex(len(rows)))
    if default:
        answers = tuple(_numbering(answer) for answer in answers)
    pool = _answerable(rows.iloc[spread(len(rows), BASE)], answers)
    start = time.perf_counter()
    _fault(pool, answers)
    count = int(SECONDS / 10 * len(pool) / (time.perf_counter() - start)) if len(pool) else POOL
    if count > BASE:
        pool = _answerable(rows.iloc[spread(len(rows), min(count, POOL))], answers)
    if pool.empty:
        fault = _fault(rows.iloc[:1], answers)
        raise ServingError(f"no training row can be predicted: {type(fault).__name__}: {fault}") from fault
    return pool.reset_index(drop=True) if default else pool


def _numbering(answer: Callable[[pd.DataFrame], Any]) -> Callable[[pd.DataFrame], Any]:
    """Number the rows of every question anew, as those of a request are."""
    return lambda rows: answer(rows.reset_index(drop=True))


def _answerable(pool: pd.DataFrame, answers: tuple[Callable[[pd.DataFrame], Any], ...]) -> pd.DataFrame:
    """Leave out the rows that training drops and the model cannot answer."""
    if _fault(pool, answers) is None:
        return pool
    patterns, member = np.unique(pool.isna().to_numpy(), axis=0, return_inverse=True)
    member = member.ravel()
    kept: list[int] = []
    for pattern in range(len(patterns)):
        places = np.flatnonzero(member == pattern)
        if any(_fault(pool.take([place]), answers) is None for place in places[:3]):
            kept += _bisect(pool, places, answers, 32)
    return pool.take(np.sort(np.array(kept, dtype=int)))


def _bisect(pool: pd.DataFrame, places: np.ndarray, answers: Any, most: int) -> list[int]:
    """Keep the parts that are answered; after a few halvings a part with a faulty row is left out whole."""
    if _fault(pool.take(places), answers) is None:
        return list(places)
    if len(places) == 1 or most <= 1:
        return []
    half = len(places) // 2
    return _bisect(pool, places[:half], answers, most // 2) + _bisect(pool, places[half:], answers, most // 2)


def _fault(rows: pd.DataFrame, answers: tuple[Callable[[pd.DataFrame], Any], ...]) -> Exception | None:
    try:
        _ask(rows, answers)
    except Exception as error:  # generated code may stop for any reason
        return error
    return None


def _alternatives(values: pd.Series, most: int) -> np.ndarray:
    """Give places of distinct values: the extremes, some between them, the most frequent one, and a null."""
    values = values.reset_index(drop=True)
    try:
        distinct = values.dropna().drop_duplicates()
        frequent = values.index[values.isin(values.value_counts().index[:1])][:1]
    except TypeError:  # lists, dicts
        return spread(len(values), most)
    try:
        distinct = distinct.sort_values()
    except TypeError:  # of mixed types
        distinct = distinct.sort_index()
    null = values.index[values.isna()][:1]
    chosen = distinct.index.to_numpy()[spread(len(distinct), most)]
    return np.unique(np.concatenate([chosen, frequent, null])).astype(int)


def _kind(values: pd.Series) -> Kind:
    types = pd.api.types
    if isinstance(values.dtype, pd.CategoricalDtype):
        plain = all(isinstance(_json(value), str | int | float) for value in values.cat.categories)
        dates = types.is_datetime64_any_dtype(values.cat.categories)
        return "category" if plain and not dates else "any"
    tests: list[tuple[Callable[[Any], bool], Kind]] = [
        (types.is_bool_dtype, "boolean"),
        (types.is_integer_dtype, "integer"),
        (types.is_float_dtype, "number"),
        (types.is_datetime64_any_dtype, "datetime"),
        (types.is_timedelta64_dtype, "duration"),
    ]
    for test, kind in tests:
        if test(values.dtype):
            return kind
    return "text" if types.infer_dtype(values, skipna=True) == "string" else "any"


def _categories(values: pd.Series, kind: Kind) -> list[Any] | None:
    if kind == "category":
        return [_json(value) for value in values.cat.categories]
    if kind not in ("text", "boolean", "any"):
        return None
    try:
        distinct = values.dropna().drop_duplicates()
    except TypeError:  # lists, dicts
        return None
    if len(distinct) > FEW:
        return None
    return sorted((_json(value) for value in distinct), key=lambda value: (str(type(value)), str(value)))


def _json(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, list | dict):
        return json.loads(json.dumps(value, default=str))
    if value is None or isinstance(value, bool | int | str | tuple):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
