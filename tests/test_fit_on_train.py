"""``--fit-on train``: what is learned, is learned from the train rows alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import WriteNotebook

from nb2prod.errors import Refusal
from nb2prod.extract import Request, extract_package
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

TRAIN = Options(fit_on="train")
HEAD = """\
# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("people.csv")
"""
LEAKY = (
    HEAD
    + """
df = df.dropna(subset=["fare"])
df["age"] = df["age"].fillna(df["age"].median())
df["town"] = df["town"].map(df["town"].value_counts())
X, y = df[["age", "fare", "town"]], df["y"]
scaler = StandardScaler()
X[["age", "fare"]] = scaler.fit_transform(X[["age", "fare"]])
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=1, stratify=y)
model = LogisticRegression(C=0.3)
model.fit(X_train, y_train)
y_pred = model.predict(X_test)
print(accuracy_score(y_test, y_pred))
"""
)
HONEST = (
    HEAD
    + """
train, test = train_test_split(df.dropna(subset=["fare"]), test_size=0.3, random_state=1,
                               stratify=df.dropna(subset=["fare"])["y"])
age, towns = train["age"].median(), train["town"].value_counts()
train, test = [
    part.assign(age=part["age"].fillna(age), town=part["town"].map(towns)) for part in (train, test)
]
names = ["age", "fare", "town"]
X_train, X_test = train[names].astype(float), test[names].astype(float)
scaler = StandardScaler().fit(X_train[["age", "fare"]])
X_train[["age", "fare"]] = scaler.transform(X_train[["age", "fare"]])
X_test[["age", "fare"]] = scaler.transform(X_test[["age", "fare"]])
model = LogisticRegression(C=0.3).fit(X_train, train["y"])
right = accuracy_score(test["y"], model.predict(X_test))
coefficients = model.coef_.ravel().tolist()
"""
)


def people(folder: Path) -> None:
    rng = np.random.default_rng(8)
    rows = pd.DataFrame({
        "age": rng.normal(40, 12, 80), "fare": rng.gamma(2, 20, 80), "town": rng.choice(["a", "a", "a", "b", "c"], 80)
    })  # fmt: skip
    rows["y"] = (rows["age"] + rng.normal(0, 9, 80) > 42).astype(int)
    rows.loc[rng.choice(80, 20, replace=False), "age"] = np.nan
    rows.loc[[3, 30], "fare"] = np.nan
    rows.to_csv(folder / "people.csv", index=False)


def in_package(folder: Path, package: Path, code: str, *arguments: str) -> Any:  # noqa: ANN401 - what the code prints
    environment = {**os.environ, "PYTHONPATH": str(package / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


ARRAYS = {
    'df = df.dropna(subset=["fare"])': 'df["fare"] = df["fare"].fillna(0)',
    "train_test_split(X, y,": "train_test_split(X.values, y,",
    'df.dropna(subset=["fare"])': "df.fillna({'fare': 0})",
}


def of_arrays(text: str) -> str:
    for old, new in ARRAYS.items():
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("leaky", "honest_text"),
    [
        pytest.param(LEAKY, HONEST, id="tables"),
        pytest.param(of_arrays(LEAKY), of_arrays(HONEST), id="arrays"),
    ],
)
def test_learns_and_scores_as_if_the_split_had_come_first(
    write_notebook: WriteNotebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaky: str, honest_text: str
) -> None:
    people(tmp_path)
    extract_package(Request(write_notebook(leaky), tmp_path / "package", "people", fit_on="train"))
    trained = in_package(
        tmp_path, tmp_path / "package",
        "import json, joblib\nfrom people.training import fit\nfrom people.data import load_data\n"
        "from people.saving import run_training\n"
        "found = run_training(fit, load_data())\n"
        "print(json.dumps([found.metrics, found.model.coef_.ravel().tolist(), len(found.rows)]))",
    )  # fmt: skip
    monkeypatch.chdir(tmp_path)
    honest: dict[str, Any] = {}
    exec(compile(honest_text, "honest", "exec"), honest)
    metrics, coefficients, rows = trained
    assert metrics == {"accuracy": honest["right"]}
    assert coefficients == pytest.approx(honest["coefficients"], abs=1e-9)
    assert rows == len(honest["train"])


def test_evaluates_rows_that_the_notebook_changes_in_place(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    people(tmp_path)
    extract_package(Request(write_notebook(LEAKY), tmp_path / "package", "people", fit_on="train"))
    code = "import sys\nfrom people.__main__ import main\nsys.exit(main(sys.argv[1:]) or 0)"
    package = tmp_path / "package"
    assert set(in_package(tmp_path, package, code, "train")) == {"accuracy"}
    assert 0.6 < in_package(tmp_path, package, code, "evaluate")["accuracy"] <= 1


def test_reports_no_leakage_that_it_mends(write_notebook: WriteNotebook) -> None:
    notebook = write_notebook(LEAKY)
    assert {"NB301", "NB302"} <= {found.code for found in analyse(notebook, Options()).diagnostics}
    assert not {"NB301", "NB302"} & {found.code for found in analyse(notebook, TRAIN).diagnostics}


def test_gives_way_to_variables_of_the_notebook(write_notebook: WriteNotebook) -> None:
    text = LEAKY.replace("X_test", "test_rows")
    training = generate(analyse(write_notebook(text), TRAIN), "people").texts["training"]
    assert "train_rows_, test_rows_ = split_rows(" in training


SPLIT = 'X_train, X_test, y_train, y_test = train_test_split(df[["age", "fare"]], df["y"], random_state=0)\n'
FIT = "model = LogisticRegression().fit(X_train, y_train)\ny_pred = model.predict(X_test)\n"
REFUSED = {
    "no split": (
        'model = LogisticRegression().fit(df[["age", "fare"]], df["y"])\ny_pred = model.predict(df[["age", "fare"]])',
        "not fitted on the train part",
    ),
    "fitted on all rows in the end": (
        f'{SPLIT}X = df[["age", "fare"]]\nmodel = LogisticRegression().fit(X, df["y"])\ny_pred = model.predict(X_test)',
        "not fitted on the train part",
    ),
    "arrays": (
        "df = df.dropna()\nX, y = df[['age', 'fare']].values, df['y'].values\n"
        f"X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\n{FIT}",
        "lost the labels",
    ),
    "numbered anew": (f"df = df.dropna().reset_index(drop=True)\n{SPLIT}{FIT}", "lost the labels"),
    "labels of its own": (f"df = df.dropna()\ndf.index = df['age']\n{SPLIT}{FIT}", "lost the labels"),
    "other rows": (
        f"df = df.merge(pd.read_csv('towns.csv'), on='town')\nX, y = df[['age', 'fare']].values, df['y'].values\n"
        f"X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\n{FIT}",
        "lost the labels",
    ),
    "a split of another table": (
        f"{SPLIT}model = LogisticRegression().fit(X_train, y_train)\ntest = pd.read_csv('test.csv')\n"
        "pd.DataFrame({'y': model.predict(test[['age', 'fare']])}).to_csv('submission.csv')",
        "of another table",
    ),
    "in a loop": (
        f"for seed in range(1):\n    {SPLIT}{FIT}",
        "not one statement",
    ),
    "reads the test part": (
        f"{SPLIT}X_train['age'] = X_train['age'] - X_test['age'].mean()\n"
        f"X_test['age'] = X_test['age'] - X_test['age'].mean()\n{FIT}",
        "belongs to the test part",
    ),
}


@pytest.mark.parametrize(("lines", "reason"), REFUSED.values(), ids=REFUSED)
def test_refuses_rows_that_cannot_be_told(write_notebook: WriteNotebook, lines: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason) as found:
        analyse(write_notebook(HEAD + lines), TRAIN)
    assert found.value.code == "NB209"
