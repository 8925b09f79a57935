"""Functions of a package are annotated where the analysis knows what they are given, and not otherwise."""

from __future__ import annotations

import re

import pytest
from conftest import WriteNotebook

from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """
# %%
{head}
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("people.csv")
y = df['left']
# %%
{steps}
# %%
model = LogisticRegression()
model.fit(X, y)
y_pred = model.predict(X)
"""
PANDAS = "import pandas as pd"
TABLE = "df['age'] = df['age'].fillna(df['age'].mean())\nX = df[['age', 'income']]"
COLUMN = """age = df['age'].fillna(df['age'].mean())
def cap(values):
    return values.clip(upper=80)
X = cap(age).to_frame()"""
ARRAY = "scaler = StandardScaler()\nX = scaler.fit_transform(df[['age', 'income']])"
CHANGING = "X = df[['age', 'income']]\nX = X.fillna(X.mean())\nX = X.to_numpy()"


def heads(write_notebook: WriteNotebook, head: str, steps: str) -> str:
    """The head lines of all functions in the three modules that are read."""
    made = generate(analyse(write_notebook(NOTEBOOK.format(head=head, steps=steps)), Options()), "people").texts
    text = "\n".join(made[name] for name in ("preprocessing", "training", "inference"))
    return "\n".join(re.findall(r"^def .*", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("steps", "returned"),
    [(TABLE, " -> pd.DataFrame"), (COLUMN, " -> pd.DataFrame"), (ARRAY, ""), (CHANGING, "")],
    ids=["table", "column", "array", "a table that becomes an array"],
)
def test_tables_are_annotated(write_notebook: WriteNotebook, steps: str, returned: str) -> None:
    found = heads(write_notebook, PANDAS, steps)
    assert re.search(rf"^def preprocess\(df: pd.DataFrame, state: PreprocessingState.*\){returned}:$", found, re.M)
    assert "def fit(df: pd.DataFrame, state: PreprocessingState) -> Fitted:" in found
    assert "def predict_rows(df: pd.DataFrame, state: PreprocessingState, model):" in found


@pytest.mark.parametrize(
    "head", [f"{PANDAS}\nfrom os import path as pd\n{PANDAS}", f"{PANDAS}\nimport pandas\npd = pandas"]
)
def test_nothing_is_annotated_where_pd_is_something_else(write_notebook: WriteNotebook, head: str) -> None:
    assert "pd." not in heads(write_notebook, head, TABLE)


def test_pandas_need_not_be_called_pd(write_notebook: WriteNotebook) -> None:
    text = NOTEBOOK.format(head="import pandas as pn", steps=TABLE).replace("pd.read_csv", "pn.read_csv")
    made = generate(analyse(write_notebook(text), Options()), "people").texts
    assert "def preprocess(df: pd.DataFrame" in made["preprocessing"]
    assert "import pandas as pd" in made["preprocessing"]
