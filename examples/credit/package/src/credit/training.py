"""Training: the only place that fits."""

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from credit.artifact import Fitted
from credit.preprocessing import N_FOLDS, SEED, PreprocessingState, add_features, cat_cols, cost, drop_cols
from credit.saving import training_of


def fit(train: pd.DataFrame, test: pd.DataFrame, state: PreprocessingState) -> Fitted:
    """Fit the model as the notebook does, and score it. From cells 2, 3, 8, 9, 10, 12, 16, 19, 20 and 22."""
    scores = {}
    np.random.seed(SEED)

    train = add_features(train)

    # income compared with the people of the same region (from train only!)
    region_income = train.groupby("region")["income"].median()
    train["income_vs_region"] = train["income"] / train["region"].map(region_income)
    state.region_income = region_income
    # how common is the purpose
    purpose_freq = train["purpose"].value_counts(normalize=True)
    train["purpose_freq"] = train["purpose"].map(purpose_freq)
    state.purpose_freq = purpose_freq
    for c in cat_cols:
        train[c] = train[c].astype("category")
        state.cat_categories[c] = train[c].cat.categories
    features = [c for c in train.columns if c not in drop_cols]
    params = {
        "learning_rate": 0.06,
        "max_iter": 70,
        "max_leaf_nodes": 15,
        "min_samples_leaf": 25,
        "l2_regularization": 1.0,
        "categorical_features": "from_dtype",
        "random_state": SEED,
        #'early_stopping': True,
    }
    skf = StratifiedKFold(n_splits=N_FOLDS, shuffle=True, random_state=SEED)
    oof = np.zeros(len(train))

    state.features = features
    for fold, (trn_idx, val_idx) in enumerate(skf.split(train[features], train["default"])):  # noqa: B007
        X_trn, y_trn = train[features].iloc[trn_idx], train["default"].iloc[trn_idx]
        X_val, y_val = train[features].iloc[val_idx], train["default"].iloc[val_idx]  # noqa: F841
        model = HistGradientBoostingClassifier(**params)
        model.fit(X_trn, y_trn)
        oof[val_idx] = model.predict_proba(X_val)[:, 1]
        state.model_2[len(state.model_2)] = model

    scores["roc_auc"] = roc_auc_score(train["default"], oof)
    thresholds = np.arange(0.05, 0.6, 0.01)
    costs = [cost(train["default"], oof, t) for t in thresholds]
    best_threshold = thresholds[np.argmin(costs)]

    scores["f1"] = f1_score(train["default"], oof >= best_threshold)
    state.best_threshold = best_threshold

    return Fitted(model=None, metrics=scores)


train = training_of(fit)
