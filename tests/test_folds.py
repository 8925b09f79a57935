from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.errors import Refusal
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


UNEVEN = {
    "a fold that is left out": "if fold == 1:\n        continue\n    m = LinearRegression().fit(X.iloc[a], y.iloc[a])\n"
    "    p += m.predict(X) * fold",
    "a fold that does not count": "m = LinearRegression().fit(X.iloc[a], y.iloc[a])\n    if fold > 0:\n"
    "        p += m.predict(X)",
}


@pytest.mark.parametrize("body", UNEVEN.values(), ids=UNEVEN)
def test_refuses_folds_that_learn_unevenly(write_notebook: WriteNotebook, body: str) -> None:
    loop = f"p = np.zeros(len(X))\nfor fold, (a, b) in enumerate(KFold(3).split(X, y)):\n    {body}\n"
    text = TEXT.partition("fixed =")[0] + loop + "print(p)\n"
    with pytest.raises(Refusal, match="only some of the folds"):
        analyse(write_notebook(text), Options())
