"""Names that newer versions of a library have lost are written as all versions know them."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.facts import load_facts
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """
# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

# %%
df = pd.read_csv("a.csv")
df["age"] = {step}

# %%
model = LinearRegression().fit(df[["age"]], df["tip"])
print(model.predict(df[["age"]]))
"""
OLD = {
    "df['age'].replace(0, np.NaN).fillna(1)": "replace(0, np.nan).fillna(1)",
    "df['age'].astype(np.float).abs()": "astype(np.float64)",
    "df['age'].astype(np.int)": "astype(np.int_)",
    "df['age'].replace(np.Inf, 1).astype(np.float_)": "replace(np.inf, 1).astype(np.float64)",
}


@pytest.mark.parametrize(("step", "written"), OLD.items())
def test_writes_the_name_of_today(write_notebook: WriteNotebook, step: str, written: str) -> None:
    texts = generate(analyse(write_notebook(NOTEBOOK.format(step=step)), Options()), "people").texts
    assert written in texts["preprocessing"]


SCORED = (
    NOTEBOOK.replace("{step}", "df['age'].abs()")
    + """
# %%
from sklearn.metrics import log_loss, mean_squared_error

y_pred = model.predict(df[["age"]])
print({score})
"""
)
GONE = {
    "mean_squared_error(df['tip'], y_pred, squared=False)": "mean_squared_error(df['tip'], y_pred) ** 0.5",
    "mean_squared_error(df['tip'], y_pred, squared=True)": "mean_squared_error(df['tip'], y_pred)",
    "log_loss(df['tip'], y_pred, eps=1e-15, normalize=True)": "log_loss(df['tip'], y_pred, normalize=True)",
}


@pytest.mark.parametrize(("score", "written"), GONE.items())
def test_leaves_out_the_arguments_of_old(write_notebook: WriteNotebook, score: str, written: str) -> None:
    texts = generate(analyse(write_notebook(SCORED.format(score=score)), Options()), "people").texts
    assert written.replace("'", '"') in texts["training"].replace("'", '"')
    assert "squared=" not in texts["training"]


def test_names_of_today_are_known_and_not_old() -> None:
    facts = load_facts()
    old = [(owner, fact.now) for owner, rows in facts.rows.facts.items() for fact in rows.values() if fact.now]
    assert old
    assert [pair for pair in old if (now := facts.lookup(".".join(pair))) is None or now.legacy] == []
