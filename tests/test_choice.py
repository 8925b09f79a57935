from __future__ import annotations

import ast
import re

import pytest
from conftest import WriteNotebook

from nb2prod.errors import Refusal
from nb2prod.generation.package import generate
from nb2prod.interpretation.dataflow import trace_program
from nb2prod.pipeline import Options, analyse
from nb2prod.reading.notebook import read_notebook
from nb2prod.reading.syntax import read_program
from nb2prod.slicing.choice import choose

HEAD = """\
# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

df = pd.read_csv("people.csv")
X_train, X_test, y_train, y_test = train_test_split(df[["age", "fare"]], df["y"], random_state=0)
linear = LogisticRegression().fit(X_train, y_train)
forest = RandomForestClassifier().fit(X_train, y_train)
linear_pred = linear.predict(X_test)
forest_pred = forest.predict(X_test)

# %%
"""
FINAL = {
    "a blend of probabilities after the labels": (
        "chances = (linear.predict_proba(X_test)[:, 1] + forest.predict_proba(X_test)[:, 1]) / 2",
        "(linear.predict_proba(X_test)[:, 1] + forest.predict_proba(X_test)[:, 1]) / 2",
    ),
    "a weighted sum over the models of a dict": (
        "models = {'a': linear, 'b': forest}\n"
        "chances = sum(w * models[k].predict_proba(X_test)[:, 1] for k, w in zip('ab', [1, 2]))",
        "sum((w * models[k].predict_proba(X_test)[:, 1] for k, w in zip('ab', [1, 2])))",
    ),
    "probabilities added up in a loop": (
        "chances = np.zeros(len(X_test))\nfor w, k in zip([1, 2], 'ab'):\n"
        "    chances += w * {'a': linear, 'b': forest}[k].predict_proba(X_test)[:, 1]\nprint(chances)",
        "chances",
    ),
    "probabilities cut at a threshold": (
        "yes = (forest.predict_proba(X_test)[:, 1] > 0.3).astype(int)",
        "(forest.predict_proba(X_test)[:, 1] > 0.3).astype(int)",
    ),
    "probabilities cut into bands": (
        "band = np.digitize(forest.predict_proba(X_test)[:, 1], [0.3, 0.7])",
        "np.digitize(forest.predict_proba(X_test)[:, 1], [0.3, 0.7])",
    ),
    "a model that only gives probabilities": (
        "last = LogisticRegression(C=2).fit(X_train, y_train)\nchances = last.predict_proba(X_test)[:, 1]",
        "last.predict_proba(X_test)[:, 1]",
    ),
    "probabilities for a curve beside the labels": (
        "chances = forest.predict_proba(X_test)[:, 1]\nprint(chances)",
        "forest.predict(X_test)",
    ),
    "thresholds that a loop tries out": (
        "chances = forest.predict_proba(X_test)[:, 1]\nfor t in (0.3, 0.6, 0.7, 0.8, 0.9):\n    yes = chances > t",
        "forest.predict(X_test)",
    ),
    "clipped in place": ("np.clip(forest_pred, 0, 1, out=forest_pred)\nprint(forest_pred)", "forest_pred"),
    "scaled in place": ("forest_pred *= 2\nprint(forest_pred)", "forest_pred"),
    "changed by a function": (
        "def cap(found):\n    found[found > 1] = 1\ncap(forest_pred)\nprint(forest_pred)",
        "forest_pred",
    ),
    "the mean of predictions in a list": (
        "found = []\nfor model in [linear, forest]:\n    found.append(model.predict(X_test))\n"
        "mean = sum(found) / len(found)",
        "sum(found) / len(found)",
    ),
    "labels by position": (
        "labels = df['y'].unique()\nnames = labels[forest_pred]",
        "labels[forest_pred]",
    ),
    "the last prediction": ("print(accuracy_score(y_test, forest_pred))", "forest.predict(X_test)"),
    "several predictions in a list are no prediction": (
        "for title, found in [('linear', linear_pred), ('forest', forest_pred)]:\n    print(title, found)",
        "forest.predict(X_test)",
    ),
    "an array of the same size as the prediction": (
        "wrong = np.zeros_like(forest_pred)\nwrong[abs(y_test - forest_pred) > 0.5] = 1\nprint(wrong.mean())",
        "forest.predict(X_test)",
    ),
    "decoded": (
        "names = ['yes' if p == 1 else 'no' for p in forest_pred]",
        "['yes' if p == 1 else 'no' for p in forest_pred]",
    ),
    "a table that is written again with the predictions of another model": (
        "import joblib\njoblib.dump(linear, 'linear.pkl')\nsent = pd.read_csv('sent.csv')\n"
        "sent['y'] = linear.predict(X_test)\nsent['y'] = forest_pred\nsent.to_csv('out.csv')",
        "linear.predict(X_test)",
    ),
    "another column of the table that holds it": (
        "df['mark'] = forest.predict(df[['age', 'fare']])\ny = df['fare']",
        "forest.predict(df[['age', 'fare']])",
    ),
    "another attribute of a copy of the table that holds it": (
        "df['mark'] = forest.predict(df[['age', 'fare']])\ncopy = df.copy()\ny = copy.fare * 2",
        "forest.predict(df[['age', 'fare']])",
    ),
    "the column that holds it": (
        "df['mark'] = forest.predict(df[['age', 'fare']])\ny = df['mark'].map({0: 'no', 1: 'yes'})",
        "df['mark'].map({0: 'no', 1: 'yes'})",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), FINAL.values(), ids=FINAL)
def test_chooses(write_notebook: WriteNotebook, lines: str, expected: str) -> None:
    program = read_program(read_notebook(write_notebook(HEAD + lines)))
    answer = choose(trace_program(program))
    assert ast.unparse(answer.node) == expected


SCALED = HEAD.replace("import pandas", "import numpy as np\nimport pandas") + (
    "y_log = np.log(df['y'])\n"
    "A_train, A_test, log_train, log_test = train_test_split(df[['age', 'fare']], y_log, random_state=0)\n"
    "scaled = LogisticRegression().fit(A_train, log_train)\n"
)


@pytest.mark.parametrize(
    "lines",
    ["print(scaled.score(A_test, log_test), forest.score(X_test, y_test))", "log_pred = scaled.predict(A_test)"],
    ids=["both scored", "both predict"],
)
def test_asks_which_of_two_scales_is_meant(write_notebook: WriteNotebook, lines: str) -> None:
    trace = trace_program(read_program(read_notebook(write_notebook(SCALED + lines))))
    with pytest.raises(Refusal, match="predict the same target on different scales"):
        choose(trace)
    assert choose(trace, model="forest").event.model_node is not None


def test_takes_the_model_whose_answer_is_scaled_back(write_notebook: WriteNotebook) -> None:
    lines = "y_pred = np.exp(scaled.predict(A_test))"
    trace = trace_program(read_program(read_notebook(write_notebook(SCALED + lines))))
    assert ast.unparse(choose(trace).node) == "np.exp(scaled.predict(A_test))"


UNFOLLOWED = {
    "a class": (
        "class Flow:\n    def run(self):\n        self.model.fit(self.X, self.y)\n"
        "        return self.model.predict(self.X)\nFlow().run()",
        "by a method of Flow",
    ),
    "a table that is typed in rounds": (
        "import pandas as pd\nfrom sklearn.tree import DecisionTreeClassifier\nparts = []\nfor n in range(2):\n"
        "    d = pd.read_csv(f'{n}.csv')\n    parts.append(d[d['a'] > 1])\n"
        "t = pd.concat(parts)\nm = DecisionTreeClassifier().fit(t[['a']], t['b'])\n"
        "p = m.predict(t[['a']])",
        "cannot be followed back",
    ),
    "rows that the notebook types": (
        "import pandas as pd\nfrom sklearn.tree import DecisionTreeClassifier\n"
        "t = pd.DataFrame({'a': [1, 2], 'b': [0, 1]})\nm = DecisionTreeClassifier()\nm.fit(t[['a']], t['b'])\n"
        "p = m.predict([[3]])",
        "m.fit(t[['a']], t['b']): the rows cannot be followed back",
    ),
    "rows that a module of the author's gives": (
        "from readers import people\nfrom sklearn.cluster import KMeans\np = KMeans(2).fit_predict(people('p.csv'))",
        "fit_predict(people('p.csv')): the rows cannot be followed back",
    ),
    "transformers and no model": (
        "import pandas as pd\nfrom sklearn.preprocessing import LabelEncoder\nfrom sklearn.decomposition import PCA\n"
        "t = pd.read_csv('people.csv')\nt['a'] = LabelEncoder().fit_transform(t['a'])\n"
        "p = PCA(2).fit_transform(t)",
        "fits transformers only",
    ),
    "a model after which a transformer is fitted": (
        "import pandas as pd\nfrom sklearn.preprocessing import StandardScaler\n"
        "from sklearn.tree import DecisionTreeClassifier\nt = pd.read_csv('people.csv')\n"
        "m = DecisionTreeClassifier()\nm.fit(t[['a']], t['b'])\nz = StandardScaler().fit_transform(t[['a']])",
        "a model is fitted, but nothing is predicted",
    ),
    "a name that no cell defines": (
        "from sklearn.tree import DecisionTreeClassifier\nt = pd.read_csv('people.csv')\n"
        "m = DecisionTreeClassifier()\nm.fit(t[['a']], t['b'])\np = m.predict(t[['a']])",
        "no cell defines 'pd'",
    ),
}


@pytest.mark.parametrize(("lines", "says"), UNFOLLOWED.values(), ids=UNFOLLOWED)
def test_says_what_could_not_be_followed(write_notebook: WriteNotebook, lines: str, says: str) -> None:
    trace = trace_program(read_program(read_notebook(write_notebook("# %%\n" + lines))))
    with pytest.raises(Refusal, match=re.escape(says)):
        choose(trace)


TRIES = {
    "the prediction before the loop, which has a name of its own": (
        "for c in [1, 10]:\n    linear = LogisticRegression(C=c).fit(X_train, y_train)\n"
        "    scores.append(accuracy_score(y_test, linear.predict(X_test)))",
        "forest.predict(X_test)",
    ),
    "folds that only measure": (
        "for at, _ in KFold(3).split(X_train):\n"
        "    fold = LogisticRegression().fit(X_train.iloc[at], y_train.iloc[at])\n"
        "    fold_pred = fold.predict(X_test)\n    scores.append(accuracy_score(y_test, fold_pred))",
        "forest.predict(X_test)",
    ),
    "the loop writes over the last prediction, and leaves an earlier one": (
        "for n in [1, 10]:\n    forest = RandomForestClassifier(n).fit(X_train, y_train)\n"
        "    forest_pred = forest.predict(X_test)\n    print(accuracy_score(y_test, forest_pred))",
        "",
    ),
    "the loop writes over the last prediction": (
        "for n in [1, 10]:\n    forest = RandomForestClassifier(n).fit(X_train, y_train)\n"
        "    forest_pred = linear_pred = forest.predict(X_test)\n    print(accuracy_score(y_test, forest_pred))",
        "",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), TRIES.values(), ids=TRIES)
def test_what_a_loop_tries_out_is_no_final_model(write_notebook: WriteNotebook, lines: str, expected: str) -> None:
    path = write_notebook(f"{HEAD}from sklearn.model_selection import KFold\nscores = []\n{lines}\n")
    if not expected:
        with pytest.raises(Refusal, match="each round of a loop over n"):
            analyse(path, Options())
        return
    assert ast.unparse(analyse(path, Options()).answer.node) == expected


FITTED = """\
# %%
import joblib
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("homes.csv")
X = df[["area", "rooms"]]
model = LinearRegression()
model.fit(X, df["price"])
"""
ASKED = {
    "a row that is typed": ("print(model.predict([[120, 3]]))", "model.predict([[120, 3]])"),
    "a model that is saved": ("joblib.dump(model, 'model.joblib')", "model()"),
    "a selection of columns that is saved": (
        "from sklearn.feature_selection import SelectKBest\nbest = SelectKBest(k=1)\nbest.fit(X, df['price'])\n"
        "joblib.dump(best, 'best.joblib')",
        "",
    ),
    "an answer that is scaled back": (
        "scaler = StandardScaler().fit(df[['price']])\nscaler.inverse_transform([model.predict([[120, 3]])])",
        "",
    ),
    "a table that has changed since": ("X = df[['rooms']]\nprint(model.predict([[120, 3]]))", ""),
    "a loop over typed rows": ("for area in [80, 120]:\n    print(model.predict([[area, 3]]))", ""),
}


@pytest.mark.parametrize(("lines", "expected"), ASKED.values(), ids=ASKED)
def test_a_model_that_is_asked_about_no_row_that_is_read(
    write_notebook: WriteNotebook, lines: str, expected: str
) -> None:
    path = write_notebook(f"{FITTED}{lines}\n")
    if not expected:
        with pytest.raises(Refusal, match="nothing is predicted with it"):
            analyse(path, Options())
        return
    found = analyse(path, Options())
    assert ast.unparse(found.answer.node) == expected
    assert "model.predict(preprocess(" in generate(found, "homes").texts["inference"]
