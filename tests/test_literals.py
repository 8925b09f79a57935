"""What expanded functions are given stands where they read it; what only has a second name keeps its first one."""

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

df = pd.read_csv("train.csv")

{steps}

# %%
model = LinearRegression().fit(df[["age", "fare"]], df["tip"])
pred = model.predict(df[["age", "fare"]])
print(pred)
"""


def code(write_notebook: WriteNotebook, steps: str) -> str:
    texts = generate(analyse(write_notebook(NOTEBOOK.format(steps=steps)), Options()), "people").texts
    return (texts["preprocessing"] + texts["training"]).replace("'", '"')


def expanded(*lines: str, call: str = "df = f(df, 'age')", given: str = "data, column") -> str:
    """A function that learns, so that its body stands where it is called."""
    return "\n    ".join([f"def f({given}):", *lines, "return data"]) + f"\n{call}"


LITERALS = {
    "a word": (
        expanded("low = data[column].min()", "data[column] = data[column] - low"),
        'df["age"] = df["age"] - state.low',
    ),
    "a number": (
        expanded("low = data.age.min()", "data['age'] = (data.age - low) / by", given="data, by", call="df = f(df, 3)"),
        'df["age"] = (df.age - state.low) / 3',
    ),
    "a default": (
        expanded("data['age'] = data.age.clip(data.age.quantile(by))", given="data, by=0.25", call="df = f(df)"),
        "df.age.quantile(0.25)",
    ),
    "handed on": (
        "def g(values, q):\n    return values.clip(values.quantile(q))\n"
        + expanded("data['age'] = g(data.age, by)", given="data, by", call="df = f(df, 0.5)"),
        "values.quantile(0.5)",
    ),
}
NAMES = {
    "in formatted text": (
        expanded("low = data.age.min()", "data[f'{column}_2'] = data.age - low"),
        'column = "age"',
    ),
    "compared with another word": (
        expanded("low = data.age.min()", "data['age'] = data.age - low * (column == 'age')"),
        'column = "age"',
    ),
    "a negative number": (
        expanded("low = data.age.min()", "data['age'] = data.age - low ** by", given="data, by", call="df = f(df, -3)"),
        "by = -3",
    ),
    "bound again": (
        expanded("low = data[column].min()", "column = column + ''", "data[column] = data[column] - low"),
        'column = "age"',
    ),
    "in the text of a query": (
        expanded(
            "low = data.age.min()", "data['age'] = data.age - low - data.query('age > @by').age.sum()",
            given="data, by", call="df = f(df, 3)",
        ),
        "by = 3",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "line"), LITERALS.values(), ids=LITERALS)
def test_literal_stands_where_the_function_reads_its_parameter(
    write_notebook: WriteNotebook, steps: str, line: str
) -> None:
    text = code(write_notebook, steps)
    assert line in text
    assert not re.search(r"^ *(column|by|q) = ", text, re.MULTILINE)


@pytest.mark.parametrize(("steps", "line"), NAMES.values(), ids=NAMES)
def test_parameter_stays_where_a_literal_would_not_do(write_notebook: WriteNotebook, steps: str, line: str) -> None:
    assert line in code(write_notebook, steps)


def test_second_name_of_a_parameter_is_left_out(write_notebook: WriteNotebook) -> None:
    lines = ["frame = data", "frame.columns = frame.columns", "low = frame.age.min()", "frame['age'] = frame.age - low"]
    text = code(write_notebook, expanded(*lines).replace("return data", "return frame"))
    assert "frame" not in text and "df = df" not in text
    assert 'df["age"] = df.age - state.low' in text


def test_second_name_that_is_bound_again_stays(write_notebook: WriteNotebook) -> None:
    lines = ["frame = data", "low = frame.age.min()", "frame = frame.copy()", "frame['age'] = frame.age - low"]
    text = code(write_notebook, expanded(*lines, "data['fare'] = data.fare - low"))
    assert "frame = df" in text


def test_function_that_leaves_nothing_is_no_function_of_the_package(write_notebook: WriteNotebook) -> None:
    steps = "def f(data):\n    kept = data\n    print(kept.shape)\n    return kept\ndf = f(df)\ndf['age'] = df.age * 2"
    text = code(write_notebook, steps)
    assert "def prepare" not in text and 'df["age"] = df.age * 2' in text
