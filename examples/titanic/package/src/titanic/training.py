"""Training: the only place that fits."""

import pandas as pd
from sklearn.ensemble import RandomForestClassifier

from titanic.artifact import Fitted
from titanic.preprocessing import PreprocessingState, age, family, port, replace_age, title_out_of_the_name
from titanic.saving import training_of


def fit(train_df: pd.DataFrame, test_df: pd.DataFrame, state: PreprocessingState) -> Fitted:
    """Fit the model as the notebook does, and score it. From cells 4 to 51."""
    scores = {}

    train_df = train_df.drop(["Ticket", "Cabin"], axis=1)
    test_df = test_df.drop(["Ticket", "Cabin"], axis=1)

    train_df = title_out_of_the_name(train_df)
    # name is used up. keep the id in test, the submission wants it
    train_df = train_df.drop(["Name", "PassengerId"], axis=1)
    train_df["Sex"] = train_df["Sex"].map({"female": 1, "male": 0}).astype(int)

    test_df = title_out_of_the_name(test_df)
    test_df = test_df.drop(["Name"], axis=1)

    train_df = age(train_df, state, fitting=True)
    test_df["Sex"] = test_df["Sex"].map({"female": 1, "male": 0}).astype(int)
    # bands, only to find good edges
    train_df["AgeBand"] = pd.cut(train_df["Age"], 5)

    train_df = replace_age(train_df)
    train_df = train_df.drop(["AgeBand"], axis=1)

    test_df = age(test_df, state, fitting=True)

    test_df = replace_age(test_df)

    train_df = family(train_df)
    freq_port = train_df.Embarked.dropna().mode()[0]
    state.freq_port = freq_port
    train_df = port(train_df, state)

    test_df = family(test_df)

    test_df = port(test_df, state)
    state.fare_dropna_median = test_df["Fare"].dropna().median()
    train_df["FareBand"] = pd.qcut(train_df["Fare"], 4)
    train_df["Fare"] = pd.cut(train_df["Fare"], bins=[-1, 10, 20, 45, 1000], labels=[0, 1, 2, 3]).astype(int)

    train_df = train_df.drop(["FareBand"], axis=1)
    X_train = train_df.drop("Survived", axis=1)
    Y_train = train_df["Survived"]

    random_forest = RandomForestClassifier(n_estimators=100, random_state=7)
    random_forest.fit(X_train, Y_train)

    scores["acc_random_forest"] = round(random_forest.score(X_train, Y_train) * 100, 2)
    return Fitted(model=random_forest, metrics=scores)


train = training_of(fit)
