"""Each kind of leakage is reported with its code, and its clean twin is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from equivalence.cases import CASES, Case, read_cases
from equivalence.percent import parse_percent
from equivalence.processes import ROOT

from nb2prod.errors import Refusal
from nb2prod.pipeline import Options, analyse

HEAD = """# %%
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_curve
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler, TargetEncoder
from sklearn.utils import resample
from imblearn.over_sampling import SMOTE
from imblearn.under_sampling import RandomUnderSampler
from lightgbm import LGBMClassifier

df = pd.read_csv('people.csv')
# %%
"""
SPLIT = "X_train, X_test, y_train, y_test = train_test_split(df[['age', 'visits']], df['left'], random_state=0)\n"
SPLIT_ALL = "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\n"
VALIDATION = "X_fit, X_val, y_fit, y_val = train_test_split(X_train, y_train, random_state=1)\n"
FIT = "model = LogisticRegression().fit(X_train, y_train)\n"
FIT_PART = "model = LogisticRegression().fit(X_fit, y_fit)\n"
PREDICT = "y_pred = model.predict(X_test)\nprint(accuracy_score(y_test, y_pred))\n"
END = FIT + PREDICT
RATE = "rate = df.groupby('city')['left'].mean()\ndf['rate'] = df['city'].map(rate)\n"
RATE_X = "X, y = df[['age', 'rate']], df['left']\n"
COPIES = "few = df[df['left'] == 1]\ndf = pd.concat([df, {}])\n"
BEST = "best, top = None, 0\nfor m in [LogisticRegression(), LogisticRegression(C=9)]:\n"
SEEDS = "best, top = 0, 0\nfor seed in range(9):\n    A, B, c, d = train_test_split(X, y, random_state=seed)\n"
SEED_END = "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=best)\n" + END
WHOLE = "X, y = df[['age', 'visits']], df['left']\n"
STOP = "model = LGBMClassifier(early_stopping_rounds=5)\nmodel.fit({})\n"
FRAMES = "train, test = {}\nmodel = LogisticRegression().fit(train[['age']], train['left'])\n"
FRAMES_END = "y_pred = model.predict(test[['age']])\nprint(accuracy_score(test['left'], y_pred))\n"
THRESHOLD = "fpr, tpr, at = roc_curve({})\nt = at[np.argmax(tpr - fpr)]\n"
CUT = "y_pred = (model.predict_proba(X_test)[:, 1] > t).astype(int)\nprint(f1_score(y_test, y_pred))\n"

LEAKS = {
    "clean": ("", SPLIT + END),
    "statistic of the target": ("NB304", RATE + RATE_X + SPLIT_ALL + END),
    "statistic of the target, merged back": (
        "NB304",
        "g = df.groupby('city').agg(rate=('left', 'mean')).reset_index()\ndf = df.merge(g, on='city')\n"
        + RATE_X + SPLIT_ALL + END,
    ),
    "statistic of the train part's target": (
        "",
        "train, test = train_test_split(df)\nrate = train.groupby('city')['left'].mean()\n"
        "model = LogisticRegression().fit(train[['city']].replace(rate), train['left'])\n"
        "y_pred = model.predict(test[['city']].replace(rate))\n",
    ),
    "target encoder before the split": (
        "NB304",
        "y = df['left']\nX = TargetEncoder().fit_transform(df[['city']], y)\n" + SPLIT_ALL + END,
    ),
    "mean of another column": ("NB301", "df['age'] = df['age'].fillna(df['age'].mean())\n" + SPLIT + END),
    "scaler before the split": ("NB302", WHOLE + "X = StandardScaler().fit_transform(X)\n" + SPLIT_ALL + END),
    "labels encoded before the split": ("", WHOLE + "y = LabelEncoder().fit_transform(y)\n" + SPLIT_ALL + END),
    "names of categories before the split": (
        "",
        "codes = {c: i for i, c in enumerate(df['city'].unique())}\ndf['visits'] = df['city'].map(codes)\n"
        + SPLIT + END,
    ),
    "scaler fitted again": (
        "NB303",
        SPLIT + "sc = StandardScaler()\nX_train = sc.fit_transform(X_train)\nX_test = sc.fit_transform(X_test)\n" + END,
    ),
    "scaler applied again": (
        "",
        SPLIT + "sc = StandardScaler()\nX_train = sc.fit_transform(X_train)\nX_test = sc.transform(X_test)\n" + END,
    ),
    "encoder fitted again": (
        "NB303",
        "train, test = train_test_split(df)\ntrain, test = train.copy(), test.copy()\nenc = LabelEncoder()\n"
        "train['city'] = enc.fit_transform(train['city'])\ntest['city'] = enc.fit_transform(test['city'])\n"
        "model = LogisticRegression().fit(train[['city']], train['left'])\ny_pred = model.predict(test[['city']])\n",
    ),
    "encoder applied again": (
        "",
        "train, test = train_test_split(df)\ntrain, test = train.copy(), test.copy()\nenc = LabelEncoder()\n"
        "train['city'] = enc.fit_transform(train['city'])\ntest['city'] = enc.transform(test['city'])\n"
        "model = LogisticRegression().fit(train[['city']], train['left'])\ny_pred = model.predict(test[['city']])\n",
    ),
    "copies before the split": ("NB306", COPIES.format("few, few") + SPLIT + END),
    "drawn again before the split": ("NB306", COPIES.format("resample(few, n_samples=99)") + SPLIT + END),
    "SMOTE before the split": ("NB306", WHOLE + "X, y = SMOTE().fit_resample(X, y)\n" + SPLIT_ALL + END),
    "SMOTE of the train part": (
        "",
        SPLIT + "X_train, y_train = SMOTE().fit_resample(X_train, y_train)\n" + END,
    ),
    "rows left out before the split": (
        "",
        WHOLE + "X, y = RandomUnderSampler().fit_resample(X, y)\n" + SPLIT_ALL + END,
    ),
    "classes balanced by leaving out": (
        "",
        "df = pd.concat([df[df['left'] == 1].sample(50), df[df['left'] == 0].sample(50)])\n" + SPLIT + END,
    ),
    "model fitted on all rows": ("NB307", WHOLE + SPLIT_ALL + "model = LogisticRegression().fit(X, y)\n" + PREDICT),
    "target left in": ("NB308", "X, y = df.drop(columns=['id']), df['left']\n" + SPLIT_ALL + END),
    "target dropped in place": (
        "",
        "y = df['left']\ndf.drop(columns=['left'], inplace=True)\nX = df\n" + SPLIT_ALL + END,
    ),
    "target left out by the transformer": (
        "",
        "X_train, X_test, y_train, y_test = train_test_split(df, df['left'])\n"
        "pick = ColumnTransformer([('some', StandardScaler(), ['age', 'visits'])])\n"
        "X_train, X_test = pick.fit_transform(X_train), pick.transform(X_test)\n" + END,
    ),
    "target scaled, and left in": (
        "NB308",
        "X_train, X_test, y_train, y_test = train_test_split(df, df['left'])\nsc = StandardScaler()\n"
        "X_train, X_test = sc.fit_transform(X_train), sc.transform(X_test)\n" + END,
    ),
    "target popped": ("", "y = df.pop('left')\nX = df\n" + SPLIT_ALL + END),
    "target deleted": ("", "y = df['left']\ndel df['left']\nX = df.copy()\n" + SPLIT_ALL + END),
    "computed from the target": (
        "NB308",
        "df['share'] = df['left'] / df['visits']\nX, y = df[['age', 'share']], df['left']\n" + SPLIT_ALL + END,
    ),
    "source of the target": (
        "NB308",
        "df['y'] = (df['visits'] > 3).astype(int)\nX, y = df[['age', 'visits']], df['y']\n" + SPLIT_ALL + END,
    ),
    "two draws": ("NB309", FRAMES.format("df.sample(frac=.8), df.sample(frac=.2)") + FRAMES_END),
    "a draw and the rest": (
        "",
        "train = df.sample(frac=.8)\n" + FRAMES.format("train, df.drop(train.index)") + FRAMES_END,
    ),
    "overlapping slices": ("NB309", FRAMES.format("df[:90], df[80:]") + FRAMES_END),
    "neighbouring slices": ("", FRAMES.format("df[:90], df[90:]") + FRAMES_END),
    "threshold on the test part": (
        "NB305",
        SPLIT + FIT + THRESHOLD.format("y_test, model.predict_proba(X_test)[:, 1]") + CUT,
    ),
    "threshold on a validation part": (
        "",
        SPLIT + VALIDATION + FIT_PART + THRESHOLD.format("y_val, model.predict_proba(X_val)[:, 1]") + CUT,
    ),
    "winner on the test part": (
        "NB305",
        SPLIT + BEST + "    m.fit(X_train, y_train)\n    s = accuracy_score(y_test, m.predict(X_test))\n"
        "    if s > top:\n        best, top = m, s\ny_pred = best.predict(X_test)\n",
    ),
    "winner on a validation part": (
        "",
        SPLIT + VALIDATION + BEST + "    m.fit(X_fit, y_fit)\n    s = m.score(X_val, y_val)\n"
        "    if s > top:\n        best, top = m, s\ny_pred = best.predict(X_test)\n",
    ),
    "statistic of a column computed from the target": (
        "NB304",
        "df['t'] = (df['left'] == 1).astype(int)\nrate = df.groupby('city')['t'].mean()\n"
        "df['rate'] = df['city'].map(rate)\n" + RATE_X + SPLIT_ALL + END,
    ),
    "statistic of a column computed from the target, of the train part": (
        "",
        "df['t'] = (df['left'] == 1).astype(int)\ntrain, test = train_test_split(df, random_state=0)\n"
        "rate = train.groupby('city')['t'].mean()\ntrain['rate'] = train['city'].map(rate)\n"
        "test['rate'] = test['city'].map(rate)\nmodel = LogisticRegression().fit(train[['rate']], train['t'])\n"
        "y_pred = model.predict(test[['rate']])\nprint(accuracy_score(test['t'], y_pred))\n",
    ),
    "a scaler of the notebook's own": (
        "NB302",
        "class Own:\n    def fit(self, d):\n        self.m = d['age'].mean()\n        return self\n"
        "    def transform(self, d):\n        return d.assign(age=d['age'] - self.m)\n"
        "df = Own().fit(df).transform(df)\n" + SPLIT + END,
    ),
    "resampled before the split, and another table predicted": (
        "NB306",
        WHOLE + "X, y = SMOTE().fit_resample(X, y)\n" + SPLIT_ALL + FIT + "print(model.score(X_test, y_test))\n"
        "y_pred = model.predict(df[['age', 'visits']])\n",
    ),
    "setting by cross-validation": (
        "",
        SPLIT + "s = {c: cross_val_score(LogisticRegression(C=c), X_train, y_train).mean() for c in (1, 2)}\n"
        "model = LogisticRegression(C=max(s, key=s.get)).fit(X_train, y_train)\n" + PREDICT,
    ),
    "all models scored, none chosen": (
        "",
        SPLIT + "for m in [LogisticRegression(), LogisticRegression(C=9)]:\n    m.fit(X_train, y_train)\n"
        "    print(m.score(X_test, y_test))\n" + END,
    ),
    "seed by score": (
        "NB305",
        WHOLE + SEEDS + "    s = LogisticRegression().fit(A, c).score(B, d)\n    if s > top:\n"
        "        best, top = seed, s\n" + SEED_END,
    ),
    "rounds by the test part": (
        "NB305",
        SPLIT + STOP.format("X_train, y_train, eval_set=[(X_test, y_test)]") + PREDICT,
    ),
    "ranks among the predictions of the test part": (
        "NB303",
        SPLIT + FIT + "y_pred = pd.Series(model.predict_proba(X_test)[:, 1]).rank(pct=True)\nprint(y_pred.mean())\n",
    ),
    "rounds by a validation part": (
        "",
        SPLIT + VALIDATION + STOP.format("X_fit, y_fit, eval_set=[(X_val, y_val)]") + PREDICT,
    ),
}  # fmt: skip


def reported(path: Path) -> Iterator[str]:
    for found in analyse(path, Options()).diagnostics:
        if "leak" in found.message:
            assert found.place is not None and found.place.cell > 0 and found.place.line > 0
            yield found.code


@pytest.mark.parametrize(("code", "cells"), LEAKS.values(), ids=LEAKS)
def test_a_leak_has_its_code_and_a_clean_notebook_none(code: str, cells: str, write_notebook) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    assert set(reported(write_notebook(HEAD + cells))) == ({code} if code else set())


def marked() -> list[object]:
    return [pytest.param(case, id=case.name) for case in read_cases(CASES) if case.leakage is not None]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples").glob("*/notebook.ipynb")), ids=lambda path: path.parent.name
)
def test_a_finding_is_told_once(path: Path) -> None:
    told = [(one.code, one.place, one.message) for one in analyse(path, Options()).diagnostics]
    assert len(told) == len(set(told))


@pytest.mark.parametrize("case", marked())
def test_leaks_of_the_cases_are_those_that_they_have(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "case.ipynb"
    path.write_text(json.dumps(parse_percent(case.source)))
    try:
        found = set(reported(path))
    except Refusal:
        pytest.skip("refused")
    assert bool(found) == case.leakage, found
    assert all(re.fullmatch(r"NB30\d", code) for code in found)
