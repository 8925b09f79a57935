"""Training: the only place that fits."""

import numpy as np
import pandas as pd
from scipy.stats import skew
from sklearn.linear_model import Lasso
from sklearn.metrics import mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import RobustScaler

from house_prices.artifact import Fitted
from house_prices.preprocessing import (
    PreprocessingState,
    feature_enginering,
    fill_missing_values,
    skewed_columns,
)
from house_prices.saving import training_of


def fit(train: pd.DataFrame, test: pd.DataFrame, state: PreprocessingState) -> Fitted:
    """Fit the model as the notebook does, and score it. From cells 3 to 44."""
    scores = {}

    train.drop("Id", axis=1, inplace=True)
    train = train.drop(train[(train["GrLivArea"] > 4000) & (train["SalePrice"] < 300000)].index)
    train["SalePrice"] = np.log1p(train["SalePrice"])
    ntrain = train.shape[0]
    y_train = train.SalePrice.values
    test.drop("Id", axis=1, inplace=True)
    state.all_columns = list(pd.concat((train, test)).columns)
    all_data = pd.concat((train, test)).reset_index(drop=True)

    all_data = fill_missing_values(all_data, state, fitting=True)

    all_data = feature_enginering(all_data, state, fitting=True)
    numeric_feats = all_data.select_dtypes(include=[np.number]).columns
    skewed_feats = all_data[numeric_feats].apply(lambda x: skew(x.dropna())).sort_values(ascending=False)
    skewness = pd.DataFrame({"Skew": skewed_feats})
    skewness = skewness[abs(skewness["Skew"]) > 0.75]
    skewed_features = skewness.index
    state.skewed_features = skewed_features
    all_data = skewed_columns(all_data, state, fitting=True)
    train = all_data[:ntrain]

    lasso = make_pipeline(RobustScaler(), Lasso(alpha=0.0005, random_state=1, max_iter=20000))
    lasso.fit(train.values, y_train)
    lasso_train_pred = lasso.predict(train.values)
    rmse_result = np.sqrt(mean_squared_error(y_train, lasso_train_pred))
    scores["mse"] = np.sqrt(mean_squared_error(y_train, lasso_train_pred))

    scores["train_rmse"] = rmse_result
    return Fitted(model=lasso, metrics=scores)


train = training_of(fit)
