"""What broke on real notebooks: each line of code here either makes modules that parse, or is refused with a reason."""

from __future__ import annotations

import ast
import textwrap

import pytest
from conftest import WriteNotebook

from nb2prod.errors import UserError
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse, trace_notebook
from nb2prod.reading.notebook import read_notebook

HEAD = """\
# %%
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LinearRegression
df = pd.read_csv("people.csv")
X, y = df[["age", "fare"]], df["y"]
"""


def modules(write_notebook: WriteNotebook, lines: str) -> str:
    """Make the modules of a package; the texts of those that do the work."""
    texts = generate(analyse(write_notebook(HEAD + textwrap.dedent(lines)), Options()), "people").texts
    for text in texts.values():
        ast.parse(text)
    return texts["preprocessing"] + texts["training"] + texts["inference"]


KEPT = {
    "labels made a column, which is dropped again": (
        """\
        df = df.dropna().reset_index()
        df = df.drop(columns=["index"])
        model = LinearRegression().fit(df[["age"]], y)
        y_pred = model.predict(df[["age"]])
        """,
        'errors="ignore"',
    ),
    "fitted values": (
        "import statsmodels.api as sm\nmodel = sm.OLS(y, X).fit()\nfitted = model.fittedvalues\n",
        ".predict(",
    ),
    "an import in a function": (
        """\
        def fitted(X, y):
            from sklearn.linear_model import LinearRegression
            return LinearRegression().fit(X, y)
        model = fitted(X, y)
        y_pred = model.predict(X)
        """,
        "LinearRegression().fit(",
    ),
    "a function with a name of the package's": (
        """\
        def preprocess(age):
            return age * 2
        df["twice"] = df["age"].apply(preprocess)
        model = LinearRegression().fit(df[["twice"]], y)
        y_pred = model.predict(df[["twice"]])
        """,
        "def preprocess_2(age)",
    ),
    "a lookup in a lambda": (
        """\
        towns = pd.read_csv("towns.csv")
        df["size"] = df["town"].apply(lambda t: towns[towns["town"] == t]["size"].max())
        model = LinearRegression().fit(df[["size"]], y)
        y_pred = model.predict(df[["size"]])
        """,
        "== t]",
    ),
    "tabs": (
        """\
        def scale(t):
        \tfor c in ["age"]:
        \t\t# no gaps
        \t\tt[c] = t[c].fillna(t[c].mean())
        \treturn t[["age", "fare"]]
        model = LinearRegression().fit(scale(df), y)
        y_pred = model.predict(scale(df))
        """,
        "fillna(state.",
    ),
}
REFUSED = {
    "fitted values of a series": (
        "from statsmodels.tsa.arima.model import ARIMA\nfitted = ARIMA(y, order=(1, 1, 1)).fit()\n"
        "f = fitted.fittedvalues\n",
        "NB404",
    ),
    "a split in one object": (
        """\
        split = train_test_split(X, y)
        (a, b, c, d) = split
        y_pred = LinearRegression().fit(a, c).predict(b)
        """,
        "NB406",
    ),
    "a name from a deleted cell": (
        """\
        model.fit(X, y)
        model = LinearRegression().fit(X / scale, y)
        y_pred = model.predict(X / scale)
        """,
        "NB206",
    ),
    "a model for each round": (
        """\
        from sklearn.linear_model import Ridge
        for alpha in [0.1, 1, 10]:
            model = Ridge(alpha=alpha).fit(X, y)
            y_pred = model.predict(X)
            print(alpha, abs(y - y_pred).mean())
        """,
        "NB203",
    ),
    "a model for each fold": (
        """\
        from sklearn.model_selection import KFold
        for train, test in KFold(5).split(X):
            model = LinearRegression().fit(X.iloc[train], y.iloc[train])
            y_pred = model.predict(X.iloc[test])
        """,
        "NB203",
    ),
    "no rows are read, and the answer is scaled back": (
        """\
        model = LinearRegression().fit(X, y)
        y_pred = np.exp(model.predict(pd.DataFrame({"age": [31.0], "fare": [7.5]})))
        """,
        "NB202",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), KEPT.values(), ids=KEPT)
def test_makes_modules(write_notebook: WriteNotebook, lines: str, expected: str) -> None:
    assert expected in modules(write_notebook, lines)


@pytest.mark.parametrize(("lines", "code"), REFUSED.values(), ids=REFUSED)
def test_refuses_with_a_reason(write_notebook: WriteNotebook, lines: str, code: str) -> None:
    with pytest.raises(UserError) as refused:
        modules(write_notebook, lines)
    assert refused.value.code == code


def test_rows_that_a_trial_of_a_function_made_belong_to_its_call(write_notebook: WriteNotebook) -> None:
    lines = """
import pandas as pd
df = pd.read_csv("people.csv")
def show(limit):
    few = df[df["age"] > limit]
    few = few[few["fare"] > limit]
    few = few.sample(2, random_state=limit)
    print(few)
    print(few.head())
for limit in range(3):
    show(limit)
"""
    trace = trace_notebook(read_notebook(write_notebook("# %%" + lines)))
    assert [rows.how for rows in trace.row_sets.values() if rows.step >= len(trace.steps)] == []
