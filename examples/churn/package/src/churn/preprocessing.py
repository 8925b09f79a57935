"""Raw rows to features: the same code for training and for inference."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from churn.operations import learn_categories, with_categories

yes_no_cols = [
    "Partner",
    "Dependents",
    "PhoneService",
    "MultipleLines",
    "OnlineSecurity",
    "OnlineBackup",
    "TechSupport",
    "StreamingTV",
    "PaperlessBilling",
    "Churn",
]

cols_to_scale = ["tenure", "MonthlyCharges", "TotalCharges", "ChargePerMonth"]


@dataclass
class PreprocessingState:
    """What training learned from the rows, and inference recalls."""

    total_charges_median: Any = None  # cell 14
    df_categories: Any = None  # cell 24
    scaler: Any = None  # cell 27


def preprocess(df: pd.DataFrame, state: PreprocessingState) -> pd.DataFrame:
    """Turn raw rows into the features of the model. From cells 5, 11, 13, 14, 20, 21, 23, 24, 26 and 27."""
    df = cleaning(df, state)
    df, X = encode_categories(df, state)
    X_test = X
    X_test[cols_to_scale] = state.scaler.transform(X_test[cols_to_scale])
    return X_test


def cleaning(df: pd.DataFrame, state: PreprocessingState, *, fitting: bool = False) -> pd.DataFrame:
    """Cleaning. From cells 11, 13 and 14."""
    df.drop("customerID", axis=1, inplace=True)
    if fitting:
        df.dropna(subset=["PaymentMethod"], inplace=True)
    df["TotalCharges"] = pd.to_numeric(df["TotalCharges"], errors="coerce")
    if fitting:
        state.total_charges_median = df["TotalCharges"].median()
    df["TotalCharges"] = df["TotalCharges"].fillna(state.total_charges_median)
    return df


def encode_categories(
    df: pd.DataFrame, state: PreprocessingState, *, fitting: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Encode the categories. From cells 20, 21, 23, 24 and 26."""
    # --- Encoding
    # "No internet service" is just a No
    for col in ["OnlineSecurity", "OnlineBackup", "TechSupport", "StreamingTV"]:
        df[col] = df[col].replace("No internet service", "No")
    df["MultipleLines"] = df["MultipleLines"].replace("No phone service", "No")
    for col in yes_no_cols:
        df[col] = df[col].map({"Yes": 1, "No": 0})
    df["gender"] = df["gender"].map({"Female": 1, "Male": 0})
    # new feature
    df["ChargePerMonth"] = df["TotalCharges"] / (df["tenure"] + 1)
    df["n_services"] = df[
        ["PhoneService", "OnlineSecurity", "OnlineBackup", "TechSupport", "StreamingTV"]
    ].sum(axis=1)
    if fitting:
        state.df_categories = learn_categories(df, ["InternetService", "Contract", "PaymentMethod"])
    df = pd.get_dummies(
        with_categories(df, state.df_categories),
        columns=["InternetService", "Contract", "PaymentMethod"],
        drop_first=True,
    )
    # --- Split & scale
    X = df.drop("Churn", axis="columns")
    return df, X
