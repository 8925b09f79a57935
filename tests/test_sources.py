"""Tables that are read inside of a ``with``: loaded by ``load_data``, and opened by nothing else."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """
# %%
import zipfile
import pandas as pd
from sklearn.linear_model import LinearRegression

# %%
{reading}

# %%
model = LinearRegression().fit(df[["age"]], df["tip"])
print(model.predict(df[["age"]]))
"""
OPENED = {
    "a file": "with open('a.csv') as f:\n    df = pd.read_csv(f)",
    "a file and more": "with open('a.csv') as f:\n    df = pd.read_csv(f)\n    df['age'] = df['age'] * 2",
}
UNKNOWN = {
    "a member of an archive": "with zipfile.ZipFile('a.zip') as z:\n    with z.open('a.csv') as f:\n"
    "        df = pd.read_csv(f)",
}


def texts(write_notebook: WriteNotebook, reading: str) -> dict[str, str]:
    return generate(analyse(write_notebook(NOTEBOOK.format(reading=reading)), Options()), "people").texts


@pytest.mark.parametrize("reading", OPENED.values(), ids=OPENED)
def test_training_does_not_open_what_was_loaded(write_notebook: WriteNotebook, reading: str) -> None:
    found = texts(write_notebook, reading)
    assert "open(" not in found["training"] + found["preprocessing"]
    assert 'pd.read_csv(paths["source_rows"])' in found["data"]


@pytest.mark.parametrize("reading", UNKNOWN.values(), ids=UNKNOWN)
def test_loads_inside_of_what_it_opens(write_notebook: WriteNotebook, reading: str) -> None:
    found = texts(write_notebook, reading)
    assert "open(" not in found["training"] + found["preprocessing"]
    assert "pd.read_csv(f)" in found["data"]


CHUNKS = {
    "at once": "df = pd.concat(pd.read_csv('a.csv', chunksize=9))",
    "held": "reader = pd.read_csv('a.csv', chunksize=9)\ndf = pd.concat(reader)",
    "listed": "df = pd.concat([part for part in pd.read_csv('a.csv', chunksize=9)])",
    "appended": "parts = []\nfor part in pd.read_csv('a.csv', chunksize=9):\n    parts.append(part)\n"
    "df = pd.concat(parts)",
}


@pytest.mark.parametrize("reading", CHUNKS.values(), ids=CHUNKS)
def test_the_chunks_of_a_file_are_one_table(write_notebook: WriteNotebook, reading: str) -> None:
    found = texts(write_notebook, reading)
    assert "pd.concat(" in found["data"]
    assert "concat" not in found["training"]
