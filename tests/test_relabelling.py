from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

TEXT = """\
# %%
import pandas as pd
from sklearn.dummy import DummyRegressor

df = pd.read_csv("people.csv")
other = pd.read_csv("names.csv")
{line}
X = df.drop(columns="y")
model = DummyRegressor().fit(X, df["y"])
y_pred = model.predict(X)
"""
AGAIN = {
    "methods of strings": "df.columns = df.columns.str.lower().str.replace(' ', '_')",
    "a comprehension": "df.columns = [name.strip() for name in df.columns]",
    "a map": "df.columns = df.columns.map(lambda name: name.lower())",
}
LEARNED = {
    "by a condition": "df.columns = [name for name in df.columns if name]",
    "by position": "df.columns = list(df.columns[:-1]) + ['y']",
    "of another table": "df.columns = other.columns.str.lower()",
}


@pytest.mark.parametrize("line", AGAIN.values(), ids=AGAIN)
def test_labels_made_one_by_one_are_made_again(write_notebook: WriteNotebook, line: str) -> None:
    plan = generate(analyse(write_notebook(TEXT.format(line=line)), Options()), "people")
    assert not plan.learned


@pytest.mark.parametrize("line", LEARNED.values(), ids=LEARNED)
def test_other_labels_are_learned(write_notebook: WriteNotebook, line: str) -> None:
    plan = generate(analyse(write_notebook(TEXT.format(line=line)), Options()), "people")
    assert len(plan.learned) == 1
