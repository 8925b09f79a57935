from __future__ import annotations

from conftest import WriteNotebook

from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

TEXT = """\
# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold

df = pd.read_csv("people.csv")
X, y = df[["age", "fare"]], df["y"]
fixed = LinearRegression().fit(X, y)
for fit_rows, test_rows in KFold(3).split(X, y):
    {body}
model = LinearRegression().fit(X, y)
y_pred = {pred}
"""


def test_the_request_is_the_part_of_every_fold(write_notebook: WriteNotebook) -> None:
    body = "X_train, X_test = X.iloc[fit_rows], X.iloc[test_rows]"
    text = TEXT.format(body=body, pred="model.predict(X_test)")
    code = generate(analyse(write_notebook(text), Options()), "people").texts["preprocessing"]
    served = code.partition("def preprocess")[2]
    assert "iloc" not in served and "for " not in served and 'return df[["age", "fare"]]\n' in served
