"""Raw rows to features: the same code for training and for inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

title_codes = {"Mr": 1, "Miss": 2, "Mrs": 3, "Master": 4, "Rare": 5}


@dataclass
class PreprocessingState:
    """What training learned from the rows, and inference recalls."""

    age_median: Any = None  # cell 26
    freq_port: Any = None  # cell 36
    fare_dropna_median: Any = None  # cell 38


def preprocess(test_df: Any, state: PreprocessingState) -> Any:
    """Turn raw rows into the model's features. From cells 4 to 43."""
    test_df = cleaning(test_df)
    test_df = title_out_of_the_name(test_df)
    test_df = sex(test_df)
    test_df = age(test_df, state)
    test_df = family(test_df)
    test_df = port(test_df, state)
    test_df["Fare"] = test_df["Fare"].fillna(state.fare_dropna_median)
    test_df["Fare"] = pd.cut(test_df["Fare"], bins=[-1, 10, 20, 45, 1000], labels=[0, 1, 2, 3]).astype(int)
    X_test = test_df.drop("PassengerId", axis=1).copy()
    return X_test


def cleaning(test_df: Any) -> Any:
    """Cleaning. From cell 16."""
    test_df = test_df.drop(["Ticket", "Cabin"], axis=1)
    return test_df


def title_out_of_the_name(test_df: Any) -> Any:
    """Title out of the name. From cells 18, 19, 20 and 21."""
    test_df["Title"] = test_df.Name.str.extract(r", ([A-Za-z]+)\.", expand=False)
    test_df["Title"] = test_df["Title"].replace(
        ["Don", "Rev", "Dr", "Major", "Col", "Capt", "Sir", "Lady", "Countess"], "Rare"
    )
    test_df["Title"] = test_df["Title"].replace("Mlle", "Miss")
    test_df["Title"] = test_df["Title"].replace("Ms", "Miss")
    test_df["Title"] = test_df["Title"].replace("Mme", "Mrs")
    test_df["Title"] = test_df["Title"].map(title_codes)
    test_df["Title"] = test_df["Title"].fillna(0)
    test_df = test_df.drop(["Name"], axis=1)
    return test_df


def sex(test_df: Any) -> Any:
    """Sex -> 0/1. From cell 23."""
    test_df["Sex"] = test_df["Sex"].map({"female": 1, "male": 0}).astype(int)
    return test_df


def age(test_df: Any, state: PreprocessingState, *, fitting: bool = False) -> Any:
    """Age. From cells 26 and 28."""
    if fitting:
        state.age_median = test_df.groupby(["Pclass", "Sex"])["Age"].agg("median")
    test_df["Age"] = test_df["Age"].fillna(by_group(test_df, ["Pclass", "Sex"], state.age_median))
    test_df["Age"] = test_df["Age"].astype(int)
    test_df.loc[test_df["Age"] <= 16, "Age"] = 0
    test_df.loc[(test_df["Age"] > 16) & (test_df["Age"] <= 32), "Age"] = 1
    test_df.loc[(test_df["Age"] > 32) & (test_df["Age"] <= 48), "Age"] = 2
    test_df.loc[(test_df["Age"] > 48) & (test_df["Age"] <= 64), "Age"] = 3
    test_df.loc[test_df["Age"] > 64, "Age"] = 4
    return test_df


def family(test_df: Any) -> Any:
    """Family. From cells 30, 31, 32 and 33."""
    test_df["FamilySize"] = test_df["SibSp"] + test_df["Parch"] + 1
    test_df["IsAlone"] = 0
    test_df.loc[test_df["FamilySize"] == 1, "IsAlone"] = 1
    test_df = test_df.drop(["Parch", "SibSp", "FamilySize"], axis=1)
    test_df["Age*Class"] = test_df.Age * test_df.Pclass
    return test_df


def port(test_df: Any, state: PreprocessingState) -> Any:
    """Port. From cell 36."""
    test_df["Embarked"] = test_df["Embarked"].fillna(state.freq_port)
    test_df["Embarked"] = test_df["Embarked"].map({"S": 0, "C": 1, "Q": 2}).astype(int)
    return test_df


def by_group(frame: pd.DataFrame, keys: Any, table: pd.Series) -> pd.Series:
    """Look up each row's group in a table that training made; an unseen group gets a missing value."""
    names = list(keys) if isinstance(keys, (list, tuple)) else None
    if names is not None and len(names) > 1:
        groups: Any = pd.MultiIndex.from_frame(frame[names])
    else:
        key = names[0] if names else keys
        groups = pd.Index(frame[key] if isinstance(key, str) else key)
    return pd.Series(table.reindex(groups).to_numpy(), index=frame.index)
