"""A transformer of the notebook's own that learns from the rows it transforms is refused; one that does not is kept."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.errors import Refusal
from nb2prod.pipeline import Options, analyse

FRAME = """\
# %%
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

df = pd.read_csv("people.csv")
X_train, X_test, y_train, y_test = train_test_split(df[["age", "fare"]], df["left"], random_state=0)
# %%
{cell}
# %%
pipe = Pipeline([("own", step), ("model", LogisticRegression())]).fit(X_train, y_train)
y_pred = pipe.predict(X_test)
"""
OWN = """\
class Own(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        self.mean_ = X.mean()
        return self
    def transform(self, X):
        {body}
step = Own()
"""
LEARNS = {
    "a lambda": "step = FunctionTransformer(lambda d: d - d.mean())",
    "a function": "def rank(d):\n    return d.rank()\nstep = FunctionTransformer(func=rank)",
    "a class": OWN.format(body="return (X - X.mean()) / X.std()"),
    "a class that refits": OWN.format(body="return self.fit(X).mean_ + X"),
}
ROW_BY_ROW = {
    "a lambda": "step = FunctionTransformer(lambda d: np.log1p(d) + len(d.columns))",
    "a function": "def total(d):\n    return d.sum(axis=1).to_frame()\nstep = FunctionTransformer(total)",
    "a class": OWN.format(body="return X.fillna(self.mean_) - self.mean_"),
    "a class that looks": OWN.format(body="print(X.mean())\n        return X"),
}


@pytest.mark.parametrize("cell", LEARNS.values(), ids=LEARNS)
def test_refuses_statistics_of_the_batch(write_notebook: WriteNotebook, cell: str) -> None:
    with pytest.raises(Refusal, match="of the rows that it transforms") as refused:
        analyse(write_notebook(FRAME.format(cell=cell)), Options())
    assert refused.value.place is not None and refused.value.place.cell == 2


@pytest.mark.parametrize("cell", ROW_BY_ROW.values(), ids=ROW_BY_ROW)
def test_keeps_what_works_row_by_row(write_notebook: WriteNotebook, cell: str) -> None:
    assert analyse(write_notebook(FRAME.format(cell=cell)), Options()).serving.captures
