"""A list of columns that is changed after it was made: the change belongs to training, however the list was made."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """
# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("customers.csv")
columns = {made}
columns.remove("churn")
print(columns)

# %%
X = df.drop(columns="churn")
X[columns] = StandardScaler().fit_transform(X[columns])
model = LogisticRegression().fit(X, df["churn"])
answers = model.predict(X)
"""
MADE = [
    "df.columns.tolist()",
    "df.columns.to_list()",
    "list(df.columns)",
    "list(df)",
    "list(set(df.columns))",
    "set(df.columns)",
    "[*df.columns]",
    "[column for column in df.columns if column != 'id']",
    "df.select_dtypes(include=['int64', 'float64']).columns.tolist()",
    "list(df.select_dtypes('number').columns)",
    "df.dtypes[df.dtypes != 'object'].index.tolist()",
    "df.columns.difference(['id']).tolist()",
    "df.select_dtypes('number').keys().values.tolist()",
]


@pytest.mark.parametrize("made", MADE)
def test_change_of_a_list_is_kept(write_notebook: WriteNotebook, made: str) -> None:
    texts = generate(analyse(write_notebook(NOTEBOOK.format(made=made)), Options()), "people").texts
    text = texts["training"] + texts["preprocessing"]
    assert 'columns.remove("churn")' in text
