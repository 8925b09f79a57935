"""Rows that a notebook edits by their labels or places: done in training, reported, and not done to a request."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

TEXT = """\
# %%
import numpy as np
import pandas as pd
from sklearn.dummy import DummyRegressor

df = pd.read_csv("people.csv")
{line}
X = df[["age", "fare"]]
model = DummyRegressor().fit(X, df["left"])
y_pred = model.predict(X)
"""
BY_HAND = [
    "df.loc[61, 'age'] = 31",
    "df.at[61, 'age'] = 31",
    "df.iloc[-1, 2] = 31",
    "df.iat[61, 2] = 31",
    "df.loc[[5, 6], 'age'] = 31",
    "df.loc[10:12, 'age'] = 31",
    "df.iloc[-3:, 1] = 31",
    "df['age'][61] = 31",
]
BY_RULE = [
    "df.loc[df['age'] > 120, 'age'] = 31",
    "df.loc[~(df['age'] < 120), 'age'] = 31",
    "df.loc[:, 'age'] = df['age'] * 2",
    "df['age'] = np.where(df['age'] > 120, 31, df['age'])",
]


@pytest.mark.parametrize("line", BY_HAND)
def test_an_edit_by_hand_is_reported_and_done_in_training_alone(write_notebook: WriteNotebook, line: str) -> None:
    analysis = analyse(write_notebook(TEXT.format(line=line)), Options())
    assert "NB323" in {found.code for found in analysis.diagnostics}
    texts = generate(analysis, "people").texts
    assert "31" in texts["training"]
    assert "31" not in texts["preprocessing"]


@pytest.mark.parametrize("line", BY_RULE)
def test_an_edit_by_rule_is_done_to_every_request(write_notebook: WriteNotebook, line: str) -> None:
    analysis = analyse(write_notebook(TEXT.format(line=line)), Options())
    assert "NB323" not in {found.code for found in analysis.diagnostics}
    text = generate(analysis, "people").texts["preprocessing"]
    assert "31" in text or "* 2" in text
