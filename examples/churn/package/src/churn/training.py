"""Training: the only place that fits."""

import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

from churn.artifact import Fitted
from churn.preprocessing import PreprocessingState, cleaning, cols_to_scale, encode_categories
from churn.saving import training_of


def fit(df: pd.DataFrame, state: PreprocessingState) -> Fitted:
    """Fit the model as the notebook does, and score it.

    From cells 5, 11, 13, 14, 20, 21, 23, 24, 26, 27, 34 and 41.
    """
    scores = {}

    df.drop_duplicates(inplace=True)

    df = cleaning(df, state, fitting=True)

    df, X = encode_categories(df, state, fitting=True)
    y = df["Churn"]
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=6, stratify=y)
    scaler = MinMaxScaler()
    X_train[cols_to_scale] = scaler.fit_transform(X_train[cols_to_scale])
    gb = GradientBoostingClassifier(n_estimators=60, learning_rate=0.1, max_depth=3, random_state=5)
    gb.fit(X_train, y_train)
    state.scaler = scaler
    X_test[cols_to_scale] = scaler.transform(X_test[cols_to_scale])
    y_pred_gb = gb.predict(X_test)
    gb_proba = gb.predict_proba(X_test)[:, 1]

    scores["accuracy"] = accuracy_score(y_test, y_pred_gb)

    scores["roc_auc"] = roc_auc_score(y_test, gb_proba)
    # does it load?
    loaded = gb
    return Fitted(model=loaded, metrics=scores)


def score(y_true, y_pred):
    """Score predictions as the notebook does. From cell 34."""
    return {"accuracy": accuracy_score(y_true, y_pred)}


train = training_of(fit)
