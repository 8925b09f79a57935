"""Training calls the function of inference for its own table, where both do the same; elsewhere it keeps its code."""

from __future__ import annotations

import re

import pytest
from conftest import WriteNotebook

from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """
# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

train = pd.read_csv("train.csv")
test = pd.read_csv("test.csv")

# %% [markdown]
# ## Clean up

# %%
{steps}

# %% [markdown]
# ## Model

# %%
model = LinearRegression().fit(train[["age", "fare"]], train["tip"])
test["tip"] = model.predict(test[["age", "fare"]])
test.to_csv("submission.csv")
"""
LINES = ["{0}['fare'] = {0}['fare'] * 2", "{0}['age'] = {0}['age'].fillna(0)", "{0}['age'] = np.sqrt({0}['age'])"]
FUNCTION = "def scaled(table):\n    " + "\n    ".join(line.format("table") for line in LINES) + "\n    return table"
TWINS = {
    "line by line": "\n".join(line.format(name) for line in LINES for name in ("train", "test")),
    "one table after the other": "\n".join(line.format(name) for name in ("train", "test") for line in LINES),
    "a loop": "for table in [train, test]:\n    " + "\n    ".join(line.format("table") for line in LINES),
    "a function": f"{FUNCTION}\ntrain = scaled(train)\ntest = scaled(test)",
    "statistics of the training table": "mean = train['age'].mean()\n"
    + "\n".join(f"{name}['age'] = {name}['age'].fillna(mean)" for name in ("train", "test")),
}
STRANGERS = {
    "another number": "train['fare'] = train['fare'] * 2\ntest['fare'] = test['fare'] * 3",
    "another column": "train['fare'] = train['age'] * 2\ntest['fare'] = test['fare'] * 2",
    "a rate that has changed": "rate = train['fare'].max()\ntrain['fare'] = train['fare'] / rate\n"
    "rate = train['fare'].mean()\ntest['fare'] = test['fare'] / rate",
    "its own statistic for each table": "a = train['age'].mean()\nb = train['age'].median()\n"
    "train['age'] = train['age'].fillna(a)\ntest['age'] = test['age'].fillna(b)",
    "statistics of the second table are for the first": "test['age'] = test['age'].fillna(0)\n"
    "low = test['age'].min()\ntrain['age'] = train['age'].fillna(0) - low",
}


def texts(write_notebook: WriteNotebook, steps: str) -> dict[str, str]:
    return generate(analyse(write_notebook(NOTEBOOK.format(steps=steps)), Options()), "people").texts


def calls(text: str) -> list[str]:
    """The tables that are prepared by functions of preprocessing, in order."""
    return re.findall(r"^    (train|test) = \w+\(\1(?:, state)?(?:, fitting=True)?\)$", text, re.MULTILINE)


@pytest.mark.parametrize("steps", TWINS.values(), ids=TWINS)
def test_both_tables_go_through_one_function(write_notebook: WriteNotebook, steps: str) -> None:
    made = texts(write_notebook, steps)
    assert calls(made["training"]) == ["train"]
    assert "train = preprocess(train" in made["training"]
    assert "train['age'] =" not in made["training"]


@pytest.mark.parametrize("steps", STRANGERS.values(), ids=STRANGERS)
def test_other_code_stays(write_notebook: WriteNotebook, steps: str) -> None:
    assert "train" not in calls(texts(write_notebook, steps)["training"])


def test_statement_between_stays_between(write_notebook: WriteNotebook) -> None:
    steps = (
        TWINS["a loop"]
        + "\n    table['tax'] = 1\ntrain['fare'] = train['fare'] + train['tax']\n"
        + "\n".join(line.format(name) for name in ("train", "test") for line in LINES)
    )
    text = texts(write_notebook, steps)["training"]
    assert calls(text).count("train") == 2
    first, between, second = (m.start() for m in re.finditer(r"^    train(?: =|\['fare'\] =)", text, re.MULTILINE))
    assert first < between < second
    assert text[between:].startswith("    train['fare'] =")


def test_parameter_is_called_as_in_the_loop(write_notebook: WriteNotebook) -> None:
    assert "def preprocess(table: pd.DataFrame, " in texts(write_notebook, TWINS["a loop"])["preprocessing"]


def test_table_that_training_scores_goes_through_it_too(write_notebook: WriteNotebook) -> None:
    steps = TWINS["a loop"] + "\nprint(train['age'].corr(test['age']))"
    scored = NOTEBOOK.replace("test.to_csv", "print(np.mean((test['fare'] - test['tip']) ** 2))\ntest.to_csv")
    made = generate(analyse(write_notebook(scored.format(steps=steps)), Options()), "people").texts
    assert calls(made["training"])[:1] == ["train"]


def test_a_vector_of_the_length_of_a_table_is_no_table(write_notebook: WriteNotebook) -> None:
    steps = """known = np.zeros(len(train))
rest = np.zeros(len(test))
train['fare'] = known + train['fare']
test['fare'] = test['fare'] - rest"""
    assert "def clean_up" not in texts(write_notebook, steps)["preprocessing"]
