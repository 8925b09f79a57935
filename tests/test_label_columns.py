"""The target of a data set that stands beside the features: left out, held as gaps, or refused."""

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
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier

iris = load_iris()
{cell}
model = DummyClassifier().fit(X, iris.target)
y_pred = model.predict(X)
"""
STORED = "df = pd.DataFrame(iris.data, columns=iris.feature_names)\ndf['kind'] = iris.target\n"
NAMES = "columns=iris.feature_names + ['kind']"

LEFT_OUT = {
    "dropped by name": STORED + "X = df.drop(columns='kind')",
    "a list of names": STORED + "X = df[iris.feature_names]",
    "names that are picked": STORED + "X = df[[name for name in df.columns if name != 'kind']]",
}
GAPS = {
    "all but the last": STORED + "X = df.iloc[:, :-1]",
    "a mask": STORED + "X = df.loc[:, df.columns != 'kind']",
    "an array of all": STORED + "X = df.values[:, :-1]",
    "taken out": STORED + "y = df.pop('kind')\nX = df",
    "other labels": STORED + "df.columns = ['a', 'b', 'c', 'd', 'kind']\nX = df.drop(columns='kind')",
}
JOINED = {
    "columns of an array": f"df = pd.DataFrame(np.c_[iris.data, iris.target], {NAMES})\nX = df.drop(columns='kind')",
    "in two statements": (
        "both = np.hstack([iris.data, iris.target.reshape(-1, 1)])\n"
        f"df = pd.DataFrame(both, {NAMES})\nX = df.drop(columns='kind')"
    ),
    "tables side by side": (
        "df = pd.concat([pd.DataFrame(iris.data), pd.Series(iris.target, name='kind')], axis=1)\nX = df.iloc[:, :-1]"
    ),
    "assigned": "df = pd.DataFrame(iris.data).assign(kind=iris.target)\nX = df.drop('kind', axis=1)",
    "inserted": "df = pd.DataFrame(iris.data)\ndf.insert(4, 'kind', iris.target)\nX = df.drop('kind', axis=1)",
    "picked by names": f"df = pd.DataFrame(np.c_[iris.data, iris.target], {NAMES})\nX = df[iris.feature_names]",
    "a dict": "df = pd.DataFrame({'a': iris.data[:, 0], 'kind': iris.target})\nX = df[['a']]",
}
NEEDED = {
    "joined": f"X = pd.DataFrame(np.c_[iris.data, iris.target], {NAMES})",
    "computed with": "X = iris.data * iris.target.reshape(-1, 1)",
}


def _preprocessing(write_notebook: WriteNotebook, cell: str) -> str:
    texts = generate(analyse(write_notebook(TEXT.format(cell=cell)), Options()), "flowers").texts
    return texts["preprocessing"]


@pytest.mark.parametrize("cell", LEFT_OUT.values(), ids=LEFT_OUT)
def test_a_label_that_no_feature_needs_is_left_out(write_notebook: WriteNotebook, cell: str) -> None:
    text = _preprocessing(write_notebook, cell)
    assert "np.nan" not in text
    assert ".target" not in text


@pytest.mark.parametrize("cell", GAPS.values(), ids=GAPS)
def test_a_label_whose_column_keeps_a_place_becomes_gaps(write_notebook: WriteNotebook, cell: str) -> None:
    text = _preprocessing(write_notebook, cell)
    assert "df['kind'] = np.nan" in text
    assert ".target" not in text


@pytest.mark.parametrize("cell", JOINED.values(), ids=JOINED)
def test_a_label_joined_to_the_features_becomes_gaps(write_notebook: WriteNotebook, cell: str) -> None:
    text = _preprocessing(write_notebook, cell)
    assert "no_labels(rows)" in text
    assert ".target" not in text


@pytest.mark.parametrize("cell", NEEDED.values(), ids=NEEDED)
def test_features_that_need_the_label_are_refused(write_notebook: WriteNotebook, cell: str) -> None:
    with pytest.raises(Refusal, match="a row that is predicted has no label") as refused:
        analyse(write_notebook(TEXT.format(cell=cell)), Options())
    assert refused.value.code == "NB406"
