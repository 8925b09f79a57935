"""Training: the only place that fits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.ensemble import RandomForestClassifier

from titanic import config
from titanic.artifact import Fitted, check_folder, save_artifact
from titanic.data import load_data
from titanic.inference import predict_proba_rows, predict_rows
from titanic.preprocessing import (
    PreprocessingState,
    age,
    cleaning,
    family,
    port,
    sex,
    title_codes,
    title_out_of_the_name,
)
from titanic.probe import learn_schema
from titanic.serving import check_serving


def fit(train_df: Any, test_df: Any) -> Fitted:
    """Fit the model as the notebook does, and score it. From cells 4 to 51."""
    raw = test_df.copy()
    state = PreprocessingState()
    scores: dict[str, Any] = {}

    train_df = train_df.drop(["Ticket", "Cabin"], axis=1)
    train_df["Title"] = train_df.Name.str.extract(r", ([A-Za-z]+)\.", expand=False)

    test_df = cleaning(test_df)
    train_df["Title"] = train_df["Title"].replace(
        ["Don", "Rev", "Dr", "Major", "Col", "Capt", "Sir", "Lady", "Countess"], "Rare"
    )
    train_df["Title"] = train_df["Title"].replace("Mlle", "Miss")
    train_df["Title"] = train_df["Title"].replace("Ms", "Miss")
    train_df["Title"] = train_df["Title"].replace("Mme", "Mrs")
    train_df["Title"] = train_df["Title"].map(title_codes)
    train_df["Title"] = train_df["Title"].fillna(0)
    train_df = train_df.drop(["Name", "PassengerId"], axis=1)
    train_df["Sex"] = train_df["Sex"].map({"female": 1, "male": 0}).astype(int)

    test_df = title_out_of_the_name(test_df)
    train_df["Age"] = train_df["Age"].fillna(train_df.groupby(["Pclass", "Sex"])["Age"].transform("median"))
    train_df["Age"] = train_df["Age"].astype(int)

    test_df = sex(test_df)
    train_df["AgeBand"] = pd.cut(train_df["Age"], 5)
    train_df.loc[train_df["Age"] <= 16, "Age"] = 0
    train_df.loc[(train_df["Age"] > 16) & (train_df["Age"] <= 32), "Age"] = 1
    train_df.loc[(train_df["Age"] > 32) & (train_df["Age"] <= 48), "Age"] = 2
    train_df.loc[(train_df["Age"] > 48) & (train_df["Age"] <= 64), "Age"] = 3
    train_df.loc[train_df["Age"] > 64, "Age"] = 4
    train_df = train_df.drop(["AgeBand"], axis=1)
    train_df["FamilySize"] = train_df["SibSp"] + train_df["Parch"] + 1

    test_df = age(test_df, state, fitting=True)
    train_df["IsAlone"] = 0
    train_df.loc[train_df["FamilySize"] == 1, "IsAlone"] = 1
    train_df = train_df.drop(["Parch", "SibSp", "FamilySize"], axis=1)
    train_df["Age*Class"] = train_df.Age * train_df.Pclass
    freq_port = train_df.Embarked.dropna().mode()[0]
    train_df["Embarked"] = train_df["Embarked"].fillna(freq_port)
    train_df["Embarked"] = train_df["Embarked"].map({"S": 0, "C": 1, "Q": 2}).astype(int)

    test_df = family(test_df)
    state.freq_port = freq_port
    test_df = port(test_df, state)
    state.fare_dropna_median = test_df["Fare"].dropna().median()
    train_df["FareBand"] = pd.qcut(train_df["Fare"], 4)
    train_df["Fare"] = pd.cut(train_df["Fare"], bins=[-1, 10, 20, 45, 1000], labels=[0, 1, 2, 3]).astype(int)

    train_df = train_df.drop(["FareBand"], axis=1)
    X_train = train_df.drop("Survived", axis=1)
    Y_train = train_df["Survived"]

    random_forest = RandomForestClassifier(n_estimators=100, random_state=7)
    random_forest.fit(X_train, Y_train)
    model = random_forest

    scores["score"] = round(random_forest.score(X_train, Y_train) * 100, 2)
    return Fitted(
        model=model,
        state=state,
        metrics=scores,
        rows=raw,
    )


def train(
    data: Mapping[str, str | Path] | None = None, artifacts: str | Path = config.ARTIFACTS
) -> dict[str, float | None]:
    """Fit as the notebook does, and save what it made; return the metrics."""
    check_folder(artifacts)
    return prove_and_save(fit(**load_data(data)), artifacts)


def prove_and_save(fitted: Fitted, artifacts: str | Path) -> dict[str, float | None]:
    """Learn the input schema, prove that the model can be served, save both; return the metrics."""

    def answer(rows: Any) -> Any:
        return predict_rows(rows, fitted.state, fitted.model)

    def probabilities(rows: Any) -> Any:
        return predict_proba_rows(rows, fitted.state, fitted.model)

    schema = learn_schema(fitted.rows, answer, probabilities, labels=["Survived"])
    check_serving(
        fitted,
        lambda rows: answer(schema.validate(rows)),
        lambda rows: probabilities(schema.validate(rows)),
    )
    return save_artifact(artifacts, fitted, schema)
