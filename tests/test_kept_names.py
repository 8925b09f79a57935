"""Cells of which nothing is kept have no say in the names of the generated code."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """
# %%
import pandas as pd
from sklearn.linear_model import LinearRegression

def scaled(table, column):
    rate = 2
    found = table[column] * rate
    return found + rate * table[column].mean()

df = pd.read_csv("people.csv")

# %%
{looked}

# %%
df["age"] = scaled(df[df.columns], "age")
df["fare"] = scaled(df[df.columns], "fare")
model = LinearRegression().fit(df[["age", "fare"]], df["tip"])
df["answer"] = model.predict(df[["age", "fare"]])
df.to_csv("answers.csv")
"""
LOOKS = {
    "calls the function": "print(scaled(df[df.columns], 'age'))",
    "calls it in a loop": "for name in ['age', 'fare']:\n    print(scaled(df[df.columns], name))",
    "has the name of a local": "rate = 3\nprint(rate)",
    "has the name of a result": "scaled_result = 3\nscaled_result_2 = 4\nprint(scaled_result)",
    "defines a function of that name": "def table(rate):\n    return rate\nprint(table(1))",
    "imports something of that name": "import math as rate\nprint(rate.pi)",
    "does nothing": "1 + 1",
}


def texts(write_notebook: WriteNotebook, looked: str) -> dict[str, str]:
    return generate(analyse(write_notebook(NOTEBOOK.format(looked=looked)), Options()), "people").texts


@pytest.mark.parametrize("looked", LOOKS.values(), ids=LOOKS)
def test_cell_that_is_dropped_numbers_nothing(write_notebook: WriteNotebook, looked: str) -> None:
    assert texts(write_notebook, looked) == texts(write_notebook, "")


def test_names_of_what_is_kept_stay_apart(write_notebook: WriteNotebook) -> None:
    code = texts(write_notebook, "")["preprocessing"]
    assert {"rate", "rate_2", "scaled_result", "scaled_result_2"} & set(code.replace("=", " ").split())


CLASS = """
# %%
import pandas as pd
from sklearn.linear_model import *
from sklearn.preprocessing import *

class Tips:
    def __init__(self):
        self.scaler, self.model = StandardScaler(), LinearRegression()

    def prepared(self, table, fit=False, by=pd.Series.mean):
        if fit:
            self.middle = by(table["age"])
        table = table.fillna(self.middle)
        return self.scaler.fit_transform(table) if fit else self.scaler.transform(table)

    def fit(self, table, tips):
        self.model.fit(self.prepared(table, True), tips)
        return self

    def predict(self, table):
        return self.model.predict(self.prepared(table))

df = pd.read_csv("people.csv")
model = Tips().fit(df[["age", "fare"]], df["tip"])
df["answer"] = model.predict(df[["age", "fare"]])
"""


def test_class_keeps_the_names_of_its_parameters_and_what_it_imports(write_notebook: WriteNotebook) -> None:
    code = generate(analyse(write_notebook(CLASS), Options()), "people").texts["preprocessing"]
    assert "def prepared(self, table, fit=False, by=pd.Series.mean):" in code
    assert "if fit:" in code
    assert "from sklearn.linear_model import *" in code
    assert "from sklearn.preprocessing import *" in code
