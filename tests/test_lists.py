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


TYPED = """
# %%
import json
import pandas as pd
from sklearn.linear_model import LogisticRegression

base = ["age", "visits"]
groups = {{"x": ["age"]}}
named = dict(x=["age"])
several = [["age"], ["visits", "age"]]
df = pd.read_csv("customers.csv")
columns = {made}
{changed}

# %%
model = LogisticRegression().fit(df[columns], df["churn"])
answers = model.predict(df[columns])
"""
TYPED_MADE = [
    "base[:]",
    "base[1:]",
    "base + ['visits']",
    "list(('age', 'visits'))",
    "groups['x'][:]",
    "named['x']",
    "json.loads('[\"age\"]')",
    "sum(several, [])",
    "max(several, key=len)",
]


@pytest.mark.parametrize("made", TYPED_MADE)
def test_change_of_a_typed_list_is_kept(write_notebook: WriteNotebook, made: str) -> None:
    source = TYPED.format(made=made, changed="columns.append('income')")
    assert "columns.append(" in generate(analyse(write_notebook(source), Options()), "people").texts["preprocessing"]


CHANGED = [
    "alias = columns\nalias.append('income')",
    "def grow():\n    columns.append('income')\ngrow()",
    "def grow(held):\n    held['a'].append('income')\ngrow({'a': columns})",
]


@pytest.mark.parametrize("changed", CHANGED)
def test_change_in_another_way_is_kept(write_notebook: WriteNotebook, changed: str) -> None:
    source = TYPED.format(made="base[:]", changed=changed)
    assert ".append('income')" in generate(analyse(write_notebook(source), Options()), "people").texts["preprocessing"]


def test_name_added_to_a_set_is_kept(write_notebook: WriteNotebook) -> None:
    source = TYPED.format(made="set(df.select_dtypes('number').columns)", changed="columns.add('income')")
    source = source.replace("df[columns]", "df[sorted(columns)]")
    texts = generate(analyse(write_notebook(source), Options()), "people").texts
    assert "columns.add('income')" in texts["training"] + texts["preprocessing"]
