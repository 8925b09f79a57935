"""Each statement is labelled with what it is for."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook
from equivalence.processes import ROOT

from nb2prod.explain.account import outline
from nb2prod.explain.roles import LABEL_SETS, MEANINGS, ROLES, STRENGTH
from nb2prod.facts.vocabulary import Role
from nb2prod.reading.notebook import read_notebook

HEAD = """
# %%
import warnings
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import joblib
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("people.csv")
X, y = df[["age", "income"]], df["left"]
X_train, X_test, y_train, y_test = train_test_split(X, y)
forest = RandomForestClassifier()
forest.fit(X_train, y_train)
answers = forest.predict(X_test)
score = accuracy_score(y_test, answers)
# %%
"""

STATEMENTS = {
    "import re": "define",
    "seed = 7": "define",
    "np.random.seed(7)": "define",
    "warnings.filterwarnings('ignore')": "define",
    "pd.set_option('display.max_columns', 50)": "define",
    "other = pd.read_csv('other.csv')": "load",
    "df.head()": "look",
    "df": "look",
    "df['age'].value_counts()": "look",
    "df['age'].hist()": "look",
    "plt.show()": "look",
    "print(df.shape)": "look",
    "for c in df.columns:\n    print(df[df[c] > 1][c].mean())": "look",
    "assert df['age'].notnull().all()": "look",
    "df.dropna(inplace=True)": "clean",
    "df = df[df['age'] > 0]": "clean",
    "df['age'] = df['age'].fillna(df['age'].mean())": "clean",
    "df['age'] = pd.to_numeric(df['age'])": "clean",
    "df['age'] = df['age'].astype(float)": "clean",
    "df = df.drop('id', axis=1)": "clean",
    "df[['age']] = SimpleImputer().fit_transform(df[['age']])": "clean",
    "df['ratio'] = df['income'] / df['age']": "feature",
    "df['log'] = np.log(df['income'])": "feature",
    "df = pd.get_dummies(df, columns=['city'])": "feature",
    "if True:\n    df['sum'] = df['income'] + df['age']": "feature",
    "X_train[['age']] = StandardScaler().fit_transform(X_train[['age']])": "feature",
    "a, b = train_test_split(df)": "split",
    "model = RandomForestClassifier(n_estimators=10)": "fit",
    "RandomForestClassifier().fit(X_train, y_train)": "fit",
    "forest.predict(X_test)": "predict",
    "p = forest.predict_proba(X_test)[:, 1]": "predict",
    "forest.score(X_test, y_test)": "evaluate",
    "print(accuracy_score(y_test, answers))": "evaluate",
    "cross_val_score(forest, X, y)": "evaluate",
    "print('accuracy', score)": "evaluate",
    "df.to_csv('out.csv')": "save",
    "joblib.dump(forest, 'forest.pkl')": "save",
    "with open('notes.txt', 'w') as f:\n    joblib.dump(forest, f)": "save",
    "def clean(df):\n    return df.dropna()": "define",
}


@pytest.mark.parametrize(("code", "role"), STATEMENTS.items(), ids=STATEMENTS)
def test_statement_has_the_role(write_notebook: WriteNotebook, code: str, role: Role) -> None:
    explanation = outline(read_notebook(write_notebook(HEAD + code)))
    first = explanation.cells[1].statements[0]
    assert explanation.statements[first].roles[:1] == (role,)


def test_mean_that_is_used_is_a_feature_and_one_that_is_shown_is_a_look(write_notebook: WriteNotebook) -> None:
    used = "mean = df['age'].mean()\ndf['age'] = df['age'] - mean"
    shown = "mean = df['age'].mean()\nprint(mean)"
    found = [outline(read_notebook(write_notebook(HEAD + code))).cells[1].roles for code in (used, shown)]
    assert found == [("feature",), ("look",)]


def test_call_of_a_function_does_what_the_function_does(write_notebook: WriteNotebook) -> None:
    code = "def prepared(table):\n    table = table.dropna()\n    return table\n# %%\ndf = prepared(df)"
    assert outline(read_notebook(write_notebook(HEAD + code))).cells[2].roles == ("clean",)


def test_cell_has_the_roles_of_its_statements_strongest_first(write_notebook: WriteNotebook) -> None:
    explanation = outline(read_notebook(write_notebook(HEAD)))
    assert explanation.cells[0].roles == ("fit", "load", "split", "predict", "evaluate", "feature")


def test_every_role_has_a_meaning_a_strength_and_a_label_in_every_set() -> None:
    assert set(ROLES) == set(MEANINGS) == set(STRENGTH)
    assert all(set(labels) == set(ROLES) for labels in LABEL_SETS.values())


def test_documented_table_is_the_one_that_is_used() -> None:
    text = (ROOT / "docs" / "how-to" / "explain.md").read_text(encoding="utf-8")
    for role in ROLES:
        labels = [LABEL_SETS[name][role] for name in ("phases", "daswow", "coral")]
        assert f"| {role} | {MEANINGS[role]} | {' | '.join(labels)} |" in text
