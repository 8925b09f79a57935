from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.pipeline import Options, analyse

HEAD = """\
# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split

df = pd.read_csv("people.csv")
X_train, X_test, y_train, y_test = train_test_split(df[["age", "fare"]], df["y"], random_state=0)
model = LogisticRegression().fit(X_train, y_train)
known = model.predict(X_train)
y_pred = model.predict(X_test)

# %%
"""
SCORES = {
    "of the test part": ("accuracy_score(y_test, y_pred)", ["accuracy"]),
    "of both parts": (
        "print(accuracy_score(y_train, known))\nprint(accuracy_score(y_test, y_pred))",
        ["train_accuracy", "accuracy"],
    ),
    "by the model itself": (
        "print(model.score(X_train, y_train), f1_score(y_test, y_pred))",
        ["train_score", "f1"],
    ),
}


@pytest.mark.parametrize(("lines", "names"), SCORES.values(), ids=SCORES)
def test_names_the_scores_of_the_training_rows(write_notebook: WriteNotebook, lines: str, names: list[str]) -> None:
    analysis = analyse(write_notebook(HEAD + lines), Options())
    assert [metric.name for metric in analysis.fitting.metrics] == names
