"""After a seed, what is drawn for code that is dropped is drawn in training too: the later draws depend on it."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """
# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline

def report(model, X, y):
    print(cross_val_score(model, X, y).mean())

def glance(table):
    plt.plot(np.random.choice(table["age"], 5))

{seed}
df = pd.read_csv("people.csv")
X, y = df[["age", "visits"]], df["left"]
# %%
{dropped}
# %%
X_train, X_test, y_train, y_test = train_test_split(X, y{state})
model = LogisticRegression()
model.fit(X_train, y_train)
y_pred = model.predict(X_test)
"""
DRAWS = {
    "a look": ("print(df.sample(3))", "df.sample(3)"),
    "numpy": ("plt.plot(np.random.normal(size=3))", "np.random.normal(size=3)"),
    "a shuffle in place": ("order = np.arange(9)\nnp.random.shuffle(order)", "np.random.shuffle(order)"),
    "a split": ("a, b = train_test_split(df)", "train_test_split(df)"),
    "a model": ("forest = RandomForestClassifier()\nforest.fit(X, y)", "forest.fit(X, y)"),
    "a model in a pipeline": ("p = make_pipeline(RandomForestClassifier())\np.fit(X, y)", "p.fit(X, y)"),
    "labels of clusters": ("df['k'] = KMeans(3).fit_predict(X)", "KMeans(3).fit_predict(X)"),
    "a validation": ("cross_val_score(RandomForestClassifier(), X, y)", "cross_val_score(RandomForestClassifier()"),
    "folds": ("cross_val_score(LogisticRegression(), X, y, cv=KFold(3, shuffle=True))", "KFold(3, shuffle=True)"),
    "in a function": ("report(RandomForestClassifier(), X, y)", "cross_val_score("),
    "in a function that plots": ("glance(df)", "np.random.choice("),
}  # fmt: skip
QUIET = {
    "a look at the first": "print(df.head(3))",
    "a look with a state": "df.sample(3, random_state=1)",
    "a split with a state": "a, b = train_test_split(df, random_state=1)",
    "a split in order": "a, b = train_test_split(df, shuffle=False)",
    "a model without chance": "LogisticRegression().fit(X, y)",
    "a model with a state": "RandomForestClassifier(random_state=1).fit(X, y)",
    "a generator of its own": "rng = np.random.default_rng(1)\nrng.normal(size=3)",
    "folds in order": "cross_val_score(LogisticRegression(), X, y, cv=KFold(3))",
    "in a function": "report(LogisticRegression(), X, y)",
}
SEED = "np.random.seed(0)"


def training(write_notebook: WriteNotebook, dropped: str, seed: str = SEED, state: str = "") -> str:
    text = NOTEBOOK.format(seed=seed, dropped=dropped, state=state)
    return generate(analyse(write_notebook(text), Options()), "people").texts["training"]


@pytest.mark.parametrize(("dropped", "kept"), DRAWS.values(), ids=DRAWS)
def test_draw_before_a_draw_is_kept(write_notebook: WriteNotebook, dropped: str, kept: str) -> None:
    code = training(write_notebook, dropped)
    assert SEED in code
    assert kept in code
    assert code.index(kept) < code.index("train_test_split(X, y)")


@pytest.mark.parametrize("dropped", QUIET.values(), ids=QUIET)
def test_what_does_not_draw_is_dropped(write_notebook: WriteNotebook, dropped: str) -> None:
    assert training(write_notebook, dropped) == training(write_notebook, "1 + 1")


@pytest.mark.parametrize(("dropped", "_"), DRAWS.values(), ids=DRAWS)
@pytest.mark.parametrize(("seed", "state"), [("1", ""), (SEED, ", random_state=0")], ids=["no seed", "no draw later"])
def test_draw_that_nothing_depends_on_is_dropped(
    write_notebook: WriteNotebook, dropped: str, _: str, seed: str, state: str
) -> None:
    assert training(write_notebook, dropped, seed, state) == training(write_notebook, "1 + 1", seed, state)


def test_each_seed_begins_anew(write_notebook: WriteNotebook) -> None:
    code = training(write_notebook, f"df.sample(3)\n{SEED}\ndf.sample(4)")
    assert "df.sample(3)" not in code
    assert "df.sample(4)" in code


def test_only_the_draw_is_kept_of_what_shows_it(write_notebook: WriteNotebook) -> None:
    code = training(write_notebook, "for n in (2, 3):\n    plt.figure()\n    plt.plot(df.sample(n), np.zeros(n))")
    assert "for n in (2, 3):\n        df.sample(n)\n" in code
    assert "plt." not in code
    assert "print" not in training(write_notebook, "print(1, df.sample(2), end=str(np.random.rand()))")


def test_draw_that_cannot_be_followed_is_dropped(write_notebook: WriteNotebook) -> None:
    assert "sample" not in training(
        write_notebook, "def f(n):\n    yield n\nn = next(f(3))\nexec('n = 2')\ndf.sample(n)"
    )
