"""Statistics that a lambda computes of each column are kept for each column."""

from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row
from nb2prod.errors import Refusal

X = "\nX = df[['age', 'fare', 'visits']]"
NUMBERS = "df[['age', 'fare']] = df[['age', 'fare']].apply({})" + X
REWRITES = {
    "filled": ("lambda c: c.fillna(c.median())", "apply(lambda c: c.fillna(state.column_median[c.name]))"),
    "standardised": (
        "lambda c: (c - c.mean()) / c.std()",
        "(c - state.column_mean[c.name]) / state.column_std[c.name]",
    ),
    "between zero and one": (
        "lambda x: (x - x.min()) / (x.max() - x.min()), axis=0",
        "(x - state.column_min[x.name]) / (state.column_max_min[x.name])",
    ),
    "clipped": (
        "lambda c: c.clip(c.quantile(0.1), c.quantile(0.9))",
        "c.clip(state.column_quantile[c.name], state.column_quantile_2[c.name])",
    ),
    "by the type": (
        "lambda c: c * 2 if c.dtype == 'float64' else c",
        "lambda c: c * 2 if state.column_dtype_float64[c.name] else c",
    ),
}


@pytest.mark.parametrize(("function", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, function: str, expected: str) -> None:
    made = make(NUMBERS.format(function))
    assert expected.replace(" ", "") in made.code.replace(" ", "")
    assert_row_by_row(made)


@pytest.mark.parametrize("function", ["np.log1p", "pd.to_numeric", "pd.to_numeric, errors='coerce'"])
def test_leaves_alone_a_function_that_works_row_by_row(make: Make, function: str) -> None:
    made = make(f"df['fare'] = df['fare'].abs()\n{NUMBERS.format(function)}")
    assert f".apply({function})" in made.code
    assert_row_by_row(made)


OTHERS = {
    "ranks": "lambda c: c.rank()",
    "neighbours": "lambda c: c - c.shift()",
    "statistics of some columns only": "lambda c: c.fillna(c.mean()) if c.isna().any() else c",
    "codes": "lambda c: c.astype('category').cat.codes",
}


@pytest.mark.parametrize("function", OTHERS.values(), ids=OTHERS)
def test_refuses_what_is_no_statistic(make: Make, function: str) -> None:
    with pytest.raises(Refusal):
        make(NUMBERS.format(function))
