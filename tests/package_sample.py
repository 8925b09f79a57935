"""Hand-written contexts of the package template: a churn table, an array of measurements, a list of texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

CONFIG = '''
"""Paths and constants of the notebook. From churn.ipynb."""

from __future__ import annotations

from pathlib import Path

DATA: dict[str, str] = {"df": "data/churn.csv"}
ARTIFACTS = Path("artifacts")
SEED = 42
'''

DATA = '''
"""Reading the sources of the notebook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from churn import config

Paths: TypeAlias = Mapping[str, str | Path]


def load_data(data: Paths | None = None) -> dict[str, Any]:
    """Read the customers. From cell 2."""
    paths = {**config.DATA, **(data or {})}
    return {"df": pd.read_csv(paths["df"], sep=";")}
'''

PREPROCESSING = '''
"""Features of the customers, one body for training and inference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sklearn.preprocessing import LabelEncoder, StandardScaler


@dataclass
class PreprocessingState:
    """What training learned from the rows and inference recalls."""

    age_median: Any = None  # cell 4
    encoders: dict[Any, Any] = field(default_factory=dict)  # cell 5
    cities: Any = None  # cell 6
    scaler: Any = None  # cell 7


def preprocess(df: pd.DataFrame, state: PreprocessingState, *, fitting: bool = False) -> pd.DataFrame:
    """Make the features of the model. From cells 4 to 7."""
    df = df.copy()
    if fitting:
        state.age_median = df["age"].median()
    df["age"] = df["age"].fillna(state.age_median)
    for col in ["plan", "active"]:
        if fitting:
            state.encoders[col] = LabelEncoder().fit(df[col])
        df[col] = state.encoders[col].transform(df[col])
    if fitting:
        state.cities = sorted(df["city"].dropna().unique().tolist())
    df["city"] = pd.Categorical(df["city"], categories=state.cities)
    df["days"] = (pd.Timestamp("2024-01-01") - pd.to_datetime(df["since"])).dt.days
    df["charges"] = pd.to_numeric(df["charges"], errors="coerce").fillna(0)
    df = pd.get_dummies(df.drop(columns=["id", "since", "note", "churn"]), columns=["city"])
    if fitting:
        state.scaler = StandardScaler().fit(df[["age", "days"]])
    df[["age", "days"]] = state.scaler.transform(df[["age", "days"]])
    return df
'''

TRAINING = '''
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split

from churn import config
from churn.preprocessing import PreprocessingState, preprocess


def fit(df: pd.DataFrame, state: PreprocessingState) -> Fitted:
    """Fit the forest. From cells 8 to 10."""
    X = preprocess(df, state, fitting=True)
    y = df["churn"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=config.SEED)
    model = RandomForestClassifier(n_estimators=15, random_state=config.SEED)
    model.fit(X_train, y_train)
    y_pred = model.predict(X_test)
    metrics = score(y_test, y_pred)
    return Fitted(model=model, metrics=metrics, served=(X_test.index, y_pred))


def score(y_true: np.ndarray, y_pred: np.ndarray) -> dict[str, float]:
    """Score predictions. From cell 10."""
    return {"accuracy": accuracy_score(y_true, y_pred), "f1": f1_score(y_true, y_pred)}
'''

INFERENCE = '''
from typing import Any

import pandas as pd

from churn.preprocessing import PreprocessingState, preprocess


def predict_rows(df: pd.DataFrame, state: PreprocessingState, model: Any) -> Any:
    """Predict whether the customers leave. From cell 10."""
    X = preprocess(df, state)
    y_pred = model.predict(X)
    return y_pred


def predict_proba_rows(df: pd.DataFrame, state: PreprocessingState, model: Any) -> Any:
    """Give the class probabilities. From cell 10."""
    return model.predict_proba(preprocess(df, state))


def target_rows(df: pd.DataFrame, state: PreprocessingState) -> Any:
    """Give the label of raw rows. From cell 8."""
    return df["churn"]
'''


def churn_context(**changes: object) -> dict[str, Any]:
    """A table with gaps, text, dates, a boolean, an unused column and a label."""
    context = {
        "package": "churn",
        "title": "Predicts whether a customer leaves",
        "notebook": "churn.ipynb",
        "notebook_digest": "sha256:0000",
        "nb2prod_version": "0.1.0",
        "requires_python": ">=3.11",
        "dependencies": ["scikit-learn>=1.5", "pandas>=2.2"],
        "source_names": ["df"],
        "raw_source": "df",
        "source_kind": "table",
        "proba": True,
        "target_columns": ["churn"],
        "modules": {
            "config": CONFIG,
            "data": DATA,
            "preprocessing": PREPROCESSING,
            "training": TRAINING,
            "inference": INFERENCE,
        },
        "functions": [
            {
                "module": "preprocessing",
                "name": "preprocess",
                "cells": [4, 5, 6, 7],
                "summary": "Make the features",
            },
            {"module": "training", "name": "fit", "cells": [8, 9, 10], "summary": "Fit the forest"},
        ],
        "limits": ["An unseen plan is refused: the label encoder knows two."],
        "warnings": ["NB302 cell 4: the median of age is computed over train and test rows (leakage)"],
        "dropped": [{"cell": 3, "reason": "plot"}],
        "state": [{"name": "age_median", "cell": 4, "meaning": "median of age"}],
        "has_preprocessing": True,
        "has_operations": False,
        "evaluate": True,
        "read_options": '{"sep": ";"}',
    }
    return {**context, **changes}


def churn_rows(count: int = 240) -> pd.DataFrame:
    """Customers whose leaving depends on age, plan, city, charges, activity and date."""
    random = np.random.default_rng(0)
    age = random.integers(18, 80, count).astype(float)
    plan = random.choice(["basic", "gold"], count)
    city = random.choice(["Rome", "Oslo", "Bern"], count).astype(object)
    charges = random.integers(100, 999, count) / 10
    active = random.random(count) < 0.5
    days = random.integers(0, 1500, count)
    risk = sum([age < 40, plan == "basic", city == "Oslo", charges > 50, ~active, days < 500], np.zeros(count))
    frame = pd.DataFrame(
        {
            "id": np.arange(count) + 1000,
            "age": age,
            "plan": plan,
            "city": city,
            "charges": charges.astype(str),
            "visits": random.integers(0, 30, count),
            "active": active,
            "since": pd.Timestamp("2023-12-31") - pd.to_timedelta(days, unit="D"),
            "note": "n",
            "churn": (risk + random.normal(0, 0.5, count) > 3).astype(int),
        }
    )
    frame["since"] = frame["since"].dt.strftime("%Y-%m-%d")
    frame.loc[::9, "age"] = np.nan
    frame.loc[::11, "city"] = None
    frame.loc[::50, "charges"] = " "
    return frame


def write_churn_data(folder: Path) -> Path:
    """Write the customers where the notebook reads them."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    churn_rows().to_csv(folder / "data" / "churn.csv", sep=";", index=False)
    return folder


ARRAY_MODULES = {
    "config": '''
"""Constants of the notebook."""

from __future__ import annotations

from pathlib import Path

DATA: dict[str, str] = {}
ARTIFACTS = Path("artifacts")
''',
    "data": '''
"""The source of the notebook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from sklearn.datasets import load_iris

Paths: TypeAlias = Mapping[str, str | Path]


def load_data(data: Paths | None = None) -> dict[str, Any]:
    """Load the flowers. From cell 1."""
    iris = load_iris()
    return {"X": iris.data, "y": iris.target}
''',
    "preprocessing": "",
    "training": '''
"""Fit the nearest neighbours."""

import numpy as np
from sklearn.neighbors import KNeighborsClassifier


def fit(X: np.ndarray, y: np.ndarray) -> Fitted:
    """Fit the neighbours. From cell 2."""
    model = KNeighborsClassifier().fit(X, y)
    return Fitted(model=model, metrics={"accuracy": model.score(X, y)}, rows=X)
''',
    "inference": '''
from typing import Any


def predict_rows(X: Any, state: None, model: Any) -> Any:
    """Predict the species. From cell 3."""
    return model.predict(X)
''',
}


def array_context() -> dict[str, Any]:
    """An array source, nothing learned beside the model, nothing to evaluate."""
    return churn_context(
        package="iris",
        title="Predicts the species of a flower",
        modules=ARRAY_MODULES,
        source_names=[],
        raw_source="X",
        source_kind="array",
        proba=False,
        has_preprocessing=False,
        evaluate=False,
        read_options="{}",
        functions=[],
        state=[],
    )


LIST_MODULES = {
    **ARRAY_MODULES,
    "config": ARRAY_MODULES["config"].replace("{}", '{"texts": "texts.txt"}'),
    "data": '''
"""The source of the notebook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from mood import config

Paths: TypeAlias = Mapping[str, str | Path]


def load_data(data: Paths | None = None) -> dict[str, Any]:
    """Read the texts. From cell 1."""
    paths = {**config.DATA, **(data or {})}
    return {"texts": Path(paths["texts"]).read_text().splitlines()}
''',
    "training": '''
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline


def fit(texts: list[str]) -> Fitted:
    """Fit the bag of words. From cell 2."""
    model = make_pipeline(CountVectorizer(), MultinomialNB())
    model.fit(texts, ["good" if "good" in text else "bad" for text in texts])
    return Fitted(model=model, metrics={}, rows=texts)
''',
}


def list_context() -> dict[str, Any]:
    """A list of texts."""
    return {
        **array_context(),
        "package": "mood",
        "modules": LIST_MODULES,
        "source_names": ["texts"],
        "raw_source": "texts",
        "source_kind": "list",
    }
