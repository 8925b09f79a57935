"""Few statements join the function beside them; a function that is all of the preprocessing is ``preprocess``."""

from __future__ import annotations

import re

import pytest
from conftest import WriteNotebook

from nb2prod.generation.aliases import without_alias
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

HEAD = """
# %%
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
df = pd.read_csv("people.csv")
"""
TAIL = """
# %% [markdown]
# # Model
# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = LinearRegression()
model.fit(X_train, y_train)
y_pred = model.predict(X_test)
print(r2_score(y_test, y_pred))
"""
GAPS = "\n# %% [markdown]\n# # Gaps\n# %%\ndf['age'] = df['age'].fillna(df['age'].mean())\n"
FARES = "\n# %% [markdown]\n# # Fares\n# %%\ndf['fare'] = np.log1p(df['fare'])\n"
TIPS = "\n# %% [markdown]\n# # Tips\n# %%\n" + "\n".join(f"df['t{n}'] = df['age'] * {n}" for n in range(4))
YEARS = "\n# %% [markdown]\n# # Years\n# %%\n" + "\n".join(f"df['y{n}'] = df['t{n}'] + {n}" for n in range(4))
TARGET = "\n# %% [markdown]\n# # Target\n# %%\ny = df['tip']\n"
FEATURES = "\n# %% [markdown]\n# # Features\n# %%\nX = df.drop('tip', axis=1)\n"


def texts(write_notebook: WriteNotebook, *parts: str) -> dict[str, str]:
    return generate(analyse(write_notebook("".join([HEAD, *parts, TAIL])), Options()), "people").texts


def functions(text: str) -> list[str]:
    """The functions of a module, in order."""
    return re.findall(r"^def (\w+)", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((FEATURES, TARGET), ["preprocess"]),
        ((TARGET, GAPS, FARES, FEATURES), ["preprocess"]),
        ((TARGET, TIPS, FEATURES), ["preprocess"]),
        ((TARGET, TIPS, YEARS, FEATURES), ["preprocess", "tips", "add_features"]),
        ((GAPS, FARES, TARGET, FEATURES), ["preprocess", "fill_missing_values"]),
    ],
    ids=["one", "few", "many and one", "many and many", "a statement of training between"],
)
def test_functions_hold_more_than_a_few_statements(
    write_notebook: WriteNotebook, parts: tuple[str, ...], expected: list[str]
) -> None:
    assert functions(texts(write_notebook, *parts)["preprocessing"]) == expected


def test_training_calls_preprocess_itself(write_notebook: WriteNotebook) -> None:
    made = texts(write_notebook, TARGET, GAPS, FEATURES)
    assert "X = preprocess(df, state, fitting=True)" in made["training"]
    assert (
        "def preprocess(df: pd.DataFrame, state: PreprocessingState, *, fitting: bool = False)" in made["preprocessing"]
    )


@pytest.mark.parametrize(
    ("between", "moved"),
    [
        ("y = df['tip']", True),
        ("y = KMeans(3).fit_predict(df[['tip']])", False),
        ("y = df['tip'] + np.random.rand(len(df))", False),
    ],
    ids=["plain", "fits", "draws"],
)
def test_statement_of_training_is_only_passed_if_it_does_not_learn(
    write_notebook: WriteNotebook, between: str, moved: bool
) -> None:
    cell = f"\n# %% [markdown]\n# # Target\n# %%\n{between}\n"
    features = "\n# %% [markdown]\n# # Features\n# %%\nX = df.drop('tip', axis=1)\nX = X * 2\n"
    text = texts(write_notebook, GAPS, cell, features)["training"]
    calls = re.findall(r"^    [\w, ]+ = \w+\((?:df|df, state)(?:, fitting=True)?\)$", text, re.MULTILINE)
    assert len(calls) == (1 if moved else 2)


def test_statement_that_changes_what_training_reads_is_not_moved(write_notebook: WriteNotebook) -> None:
    cell = "\n# %% [markdown]\n# # Target\n# %%\ny = df['tip'] + df['fare']\n"
    made = texts(write_notebook, GAPS, cell, FARES, FEATURES)
    text = made["training"]
    assert text.index("y = df['tip'] + df['fare']") < text.index("X = ")
    assert "np.log1p" not in made["preprocessing"].partition("def fill_age")[2].partition("def ")[0]


BODY = "clf = Forest()\nclf.fit(X, y)\nmodel = clf\n{after}"
GIVEN = "return Fitted(model=model, state=state)\n"


@pytest.mark.parametrize(
    ("after", "left_out"),
    [
        ("print(clf)\n", True),
        ("clf = Other()\n", False),
        ("score(model)\n", False),
        ("for clf in others:\n    clf.fit(X, y)\n", False),
        ("if late:\n    model = other\n", False),
    ],
    ids=["only returned", "bound again", "read", "bound in a loop", "bound twice"],
)
def test_alias_that_is_only_returned_is_left_out(after: str, left_out: bool) -> None:
    body, given = without_alias(BODY.format(after=after), GIVEN, "model")
    assert ("model = clf" not in body) is left_out
    assert given == ("return Fitted(model=clf, state=state)\n" if left_out else GIVEN)


SCALED = """
# %%
from sklearn.preprocessing import StandardScaler
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
scaler = StandardScaler()
X_train = scaler.fit(X_train).transform(X_train)
X_test = scaler.transform(X_test)
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
print(r2_score(y_test, y_pred))
"""


def test_one_statement_is_no_function_though_training_runs_it_twice(write_notebook: WriteNotebook) -> None:
    text = "".join([HEAD, GAPS, FARES, TARGET, FEATURES, SCALED])
    made = generate(analyse(write_notebook(text), Options()), "people").texts
    assert functions(made["preprocessing"]) == ["preprocess", "fill_missing_values"]
    assert "    return state.scaler.transform(X)\n" in made["preprocessing"]
    order = ["state.scaler = scaler\n", "X_test = scaler.transform(X_test)"]
    assert [made["training"].count(line) for line in order] == [1, 1]
    assert made["training"].index(order[0]) < made["training"].index(order[1])
