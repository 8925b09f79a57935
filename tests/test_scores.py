"""Which numbers of a notebook are scores of its final model, and what they are called."""

from __future__ import annotations

import ast

import pytest
from conftest import WriteNotebook

from nb2prod.generation.package import generate
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
    "inside of a text": (
        "print(('test: %.3f'\n    % model.score(X_test, y_test)))",
        ["score"],
    ),
}


@pytest.mark.parametrize(("lines", "names"), SCORES.values(), ids=SCORES)
def test_names_the_scores_of_the_training_rows(write_notebook: WriteNotebook, lines: str, names: list[str]) -> None:
    analysis = analyse(write_notebook(HEAD + lines), Options())
    assert [metric.name for metric in analysis.fitting.metrics] == names


PLAIN = {
    "one expression": (
        "rmse = ((y_pred - y_test) ** 2).mean() ** 0.5",
        {"rmse": "((y_pred - y_test) ** 2).mean() ** 0.5"},
    ),
    "printed": ("print('right:', (y_pred == y_test).mean())", {"score": "(y_pred == y_test).mean()"}),
    "in two statements": (
        "wrong = y_pred != y_test\nrate = 1 - wrong.sum() / len(wrong)",
        {"rate": "1 - wrong.sum() / len(wrong)"},
    ),
    "from two sums": (
        "rest = ((y_test - y_pred) ** 2).sum()\nwhole = ((y_test - y_test.mean()) ** 2).sum()\nr2 = 1 - rest / whole",
        {"r2": "1 - rest / whole"},
    ),
    "by a function": (
        "def rate(truth, answer):\n    return (truth == answer).mean()\nright = rate(y_test, y_pred)",
        {"right": "rate(y_test, y_pred)"},
    ),
    "by the target's column": (
        "test = df.loc[X_test.index]\noff = np.abs(test['y'] - y_pred).mean()",
        {"off": "np.abs(test['y'] - y_pred).mean()"},
    ),
    "of the training rows": (
        "fit = (model.predict(X_train) == y_train).mean()",
        {"train_fit": "(model.predict(X_train) == y_train).mean()"},
    ),
    "the model's own, held": (
        "acc = round(model.score(X_test, y_test) * 100, 2)",
        {"acc": "round(model.score(X_test, y_test) * 100, 2)"},
    ),
    "known by name": ("mine = accuracy_score(y_test, y_pred)", {"accuracy": "accuracy_score(y_test, y_pred)"}),
    "no label": ("share = y_pred.mean()", {}),
    "no prediction": ("share = y_test.mean()", {}),
    "no number": ("wrong = y_test[y_pred != y_test]\nprint(wrong.head())", {}),
    "in a loop": ("for i in range(2):\n    rate = (y_pred == y_test).mean()", {}),
    "of another model": (
        "other = LogisticRegression(C=2).fit(X_train, y_train)\nrate = (other.predict(X_test) == y_test).mean()\n"
        "y_pred = model.predict(X_test)\nmodel_rate = (y_pred == y_test).mean()",
        {"model_rate": "(y_pred == y_test).mean()"},
    ),
}


@pytest.mark.parametrize(("lines", "scores"), PLAIN.values(), ids=PLAIN)
def test_finds_scores_that_are_plain_arithmetic(
    write_notebook: WriteNotebook, lines: str, scores: dict[str, str]
) -> None:
    analysis = analyse(write_notebook(f"{HEAD}import numpy as np\n{lines}"), Options())
    assert {metric.name: ast.unparse(metric.node) for metric in analysis.fitting.metrics} == scores


@pytest.mark.parametrize(("name", "together"), [("y_pred", True), ("score", False)], ids=["free", "taken"])
def test_function_gives_the_scores_of_training_unless_a_variable_has_its_name(
    write_notebook: WriteNotebook, name: str, together: bool
) -> None:
    text = (
        "# %%\nimport pandas as pd\nfrom sklearn.linear_model import LinearRegression\n"
        "from sklearn.metrics import mean_squared_error, r2_score\n"
        "df = pd.read_csv('flats.csv')\nX, y = df[['area']], df['price']\n"
        f"model = LinearRegression().fit(X, y)\n{name} = model.predict(X)\n"
        f"print(r2_score(y, {name}))\nprint(mean_squared_error(y, {name}))\n"
    )
    fit = generate(analyse(write_notebook(text), Options()), "flats").texts["training"].partition("def score")[0]
    assert (f"metrics=score(y, {name})" in fit) is together
    assert ("r2_score(y" in fit) is not together


def test_labels_recall_what_the_features_have_learned_in_a_loop(write_notebook: WriteNotebook) -> None:
    """A copy of each encoder for the labels would never be fitted."""
    text = (
        HEAD.replace("X_train", "from sklearn.preprocessing import LabelEncoder\nfor col in ['town', 'y']:\n"
        "    df[col] = LabelEncoder().fit_transform(df[col])\nX_train", 1).replace('"age", "fare"', '"age", "town"')
        + "model = LogisticRegression().fit(X_train, y_train)\n"
        "y_pred = model.predict(X_test)\nprint(accuracy_score(y_test, y_pred))\n"
    )  # fmt: skip
    made = generate(analyse(write_notebook(text), Options()), "people").texts
    assert made["preprocessing"].count("dict[Any, Any] = field") == 1
    assert "df = " in made["inference"].partition("def target_rows")[2]
