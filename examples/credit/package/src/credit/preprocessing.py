"""Raw rows to features: the same code for training and for inference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

SEED = 2024

N_FOLDS = 5

cat_cols = ["purpose", "housing", "region", "bankrupt"]

drop_cols = ["loan_id", "default", "first_credit", "monthly"]


@dataclass
class PreprocessingState:
    """What training learned from the rows, and inference recalls."""

    region_income: Any = None  # cell 9
    purpose_freq: Any = None  # cell 10
    cat_categories: dict[Any, Any] = field(default_factory=dict)  # cell 12
    model_2: dict[Any, Any] = field(default_factory=dict)  # cell 16
    features: Any = None  # cell 16
    best_threshold: Any = None  # cell 22


def preprocess(test: pd.DataFrame, state: PreprocessingState):
    """Turn raw rows into the features of the model. From cells 3, 8, 9, 10, 12 and 16."""
    test = add_features(test)
    test["income_vs_region"] = test["income"] / test["region"].map(state.region_income)
    test["purpose_freq"] = test["purpose"].map(state.purpose_freq)
    for c in cat_cols:
        test[c] = pd.Categorical(test[c], categories=state.cat_categories[c])
    test_pred = np.zeros(len(test))
    return test, test_pred


def years_employed(s):
    # '10+ years' -> 10, '< 1 year' -> 0
    if pd.isnull(s):
        return np.nan
    if s.startswith("<"):
        return 0
    return int("".join(ch for ch in s if ch.isdigit()))


def add_features(df):
    df["term"] = df["term"].str.extract(r"(\d+)")[0].astype(int)
    df["emp_length"] = df["emp_length"].apply(years_employed)
    df["utilisation"] = df["utilisation"].str.rstrip("%").astype(float) / 100
    df["first_credit"] = pd.to_datetime(df["first_credit"], format="%b-%Y")
    df["credit_years"] = (pd.Timestamp("2021-06-01") - df["first_credit"]).dt.days / 365.25
    df["n_missing"] = df.isnull().sum(axis=1)
    df["loan_to_income"] = df["amount"] / df["income"]
    df["monthly"] = df["amount"] / df["term"]
    df["monthly_share"] = df["monthly"] * 12 / df["income"]
    df["log_amount"] = np.log1p(df["amount"])
    return df


def cost(y, p, t):
    tn, fp, fn, tp = confusion_matrix(y, p >= t).ravel()
    return 5 * fn + fp
