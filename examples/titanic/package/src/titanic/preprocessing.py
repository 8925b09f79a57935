"""Raw rows to features: the same code for training and for inference."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from titanic.operations import by_group

title_codes = {"Mr": 1, "Miss": 2, "Mrs": 3, "Master": 4, "Rare": 5}


@dataclass
class PreprocessingState:
    """What training learned from the rows, and inference recalls."""

    age_median: Any = None  # cell 26
    freq_port: Any = None  # cell 36
    fare_dropna_median: Any = None  # cell 38


def preprocess(test_df: pd.DataFrame, state: PreprocessingState) -> pd.DataFrame:
    """Turn raw rows into the features of the model. From cells 4 to 43."""
    test_df = test_df.drop(["Ticket", "Cabin"], axis=1)
    test_df = title_out_of_the_name(test_df)
    test_df = test_df.drop(["Name"], axis=1)
    test_df["Sex"] = test_df["Sex"].map({"female": 1, "male": 0}).astype(int)
    test_df = age(test_df, state)
    test_df = replace_age(test_df)
    test_df = family(test_df)
    test_df = port(test_df, state)
    test_df["Fare"] = test_df["Fare"].fillna(state.fare_dropna_median)
    test_df["Fare"] = pd.cut(test_df["Fare"], bins=[-1, 10, 20, 45, 1000], labels=[0, 1, 2, 3]).astype(int)
    return test_df.drop("PassengerId", axis=1).copy()


def title_out_of_the_name(dataset: pd.DataFrame) -> pd.DataFrame:
    """Title out of the name. From cells 18, 19 and 20."""
    dataset["Title"] = dataset.Name.str.extract(r", ([A-Za-z]+)\.", expand=False)
    dataset["Title"] = dataset["Title"].replace(
        ["Don", "Rev", "Dr", "Major", "Col", "Capt", "Sir", "Lady", "Countess"], "Rare"
    )
    dataset["Title"] = dataset["Title"].replace("Mlle", "Miss")
    dataset["Title"] = dataset["Title"].replace("Ms", "Miss")
    dataset["Title"] = dataset["Title"].replace("Mme", "Mrs")
    dataset["Title"] = dataset["Title"].map(title_codes)
    dataset["Title"] = dataset["Title"].fillna(0)
    return dataset


def age(dataset: pd.DataFrame, state: PreprocessingState, *, fitting: bool = False) -> pd.DataFrame:
    """Age. From cell 26."""
    if fitting:
        state.age_median = dataset.groupby(["Pclass", "Sex"])["Age"].agg("median")
    dataset["Age"] = dataset["Age"].fillna(by_group(dataset, ["Pclass", "Sex"], state.age_median))
    dataset["Age"] = dataset["Age"].astype(int)
    return dataset


def replace_age(dataset: pd.DataFrame) -> pd.DataFrame:
    """Age. From cell 28."""
    dataset.loc[dataset["Age"] <= 16, "Age"] = 0
    dataset.loc[(dataset["Age"] > 16) & (dataset["Age"] <= 32), "Age"] = 1
    dataset.loc[(dataset["Age"] > 32) & (dataset["Age"] <= 48), "Age"] = 2
    dataset.loc[(dataset["Age"] > 48) & (dataset["Age"] <= 64), "Age"] = 3
    dataset.loc[dataset["Age"] > 64, "Age"] = 4
    return dataset


def family(dataset: pd.DataFrame) -> pd.DataFrame:
    """Family. From cells 30, 31, 32 and 33."""
    dataset["FamilySize"] = dataset["SibSp"] + dataset["Parch"] + 1
    dataset["IsAlone"] = 0
    dataset.loc[dataset["FamilySize"] == 1, "IsAlone"] = 1
    dataset = dataset.drop(["Parch", "SibSp", "FamilySize"], axis=1)
    dataset["Age*Class"] = dataset.Age * dataset.Pclass
    return dataset


def port(dataset: pd.DataFrame, state: PreprocessingState) -> pd.DataFrame:
    """Port. From cell 36."""
    dataset["Embarked"] = dataset["Embarked"].fillna(state.freq_port)
    dataset["Embarked"] = dataset["Embarked"].map({"S": 0, "C": 1, "Q": 2}).astype(int)
    return dataset
