from __future__ import annotations

import pandas as pd
import pytest

from handlers.conftest import Make, assert_row_by_row

HELD = "df['code'] = df['visits'].astype(str)\ndf['note'] = df['code'].where(df['visits'] < 9, 'many')\n"
CHECKED = "X = df[['code']].assign(same=df['note'] == '3', twice=df['code'] * 2)"
LINES = {
    "lambda": ("df = df.apply(lambda x: pd.to_numeric(x, errors='ignore'))", "if column.name in state.numeric_columns"),
    "bare": ("df = df.apply(pd.to_numeric, errors='ignore')", "if column.name in state.numeric_columns"),
    "column": (
        "df['code'] = pd.to_numeric(df['code'], errors='ignore')\n"
        "df['note'] = pd.to_numeric(df['note'], errors='ignore')",
        "pd.to_numeric(df['code']) if state.code_is_numeric else df['code']",
    ),
}


@pytest.mark.skipif(int(pd.__version__.split(".")[0]) >= 3, reason="pandas 3 has no errors='ignore'")
@pytest.mark.filterwarnings("ignore:errors='ignore' is deprecated")
@pytest.mark.parametrize(("lines", "expected"), LINES.values(), ids=LINES)
def test_training_decides_which_columns_are_numeric(make: Make, lines: str, expected: str) -> None:
    made = make(f"{HELD}{lines}\n{CHECKED}")
    assert expected.replace("'", '"') in made.code.replace("'", '"')
    assert_row_by_row(made)
