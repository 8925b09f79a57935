"""Raw rows to features: the same code for training and for inference."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from scipy.special import boxcox1p
from sklearn.preprocessing import LabelEncoder

from house_prices.operations import by_group, learn_categories, with_categories

# these have some kind of order, one number is enough. (alphabetical order, I know...)
cols = (
    "FireplaceQu",
    "BsmtQual",
    "ExterQual",
    "KitchenQual",
    "Functional",
    "BsmtExposure",
    "PoolQC",
    "LotShape",
    "Street",
    "Alley",
    "CentralAir",
    "MSSubClass",
    "OverallCond",
    "YrSold",
    "MoSold",
)

lam = 0.15


@dataclass
class PreprocessingState:
    """What training learned from the rows, and inference recalls."""

    all_columns: Any = None  # cell 16
    lot_frontage_median: Any = None  # cell 21
    mszoning_mode: Any = None  # cell 23
    mode: dict[Any, Any] = field(default_factory=dict)  # cell 23
    lbl: dict[Any, Any] = field(default_factory=dict)  # cell 27
    skewed_features: Any = None  # cell 31
    all_data_categories: Any = None  # cell 32


def preprocess(test: pd.DataFrame, state: PreprocessingState) -> pd.DataFrame:
    """Turn raw rows into the features of the model. From cells 3 to 33."""
    test.drop("Id", axis=1, inplace=True)
    all_data = test.reindex(columns=state.all_columns)
    all_data = fill_missing_values(all_data, state)
    all_data = feature_enginering(all_data, state)
    return skewed_columns(all_data, state)


def fill_missing_values(
    all_data: pd.DataFrame, state: PreprocessingState, *, fitting: bool = False
) -> pd.DataFrame:
    """Fill the gaps. From cells 16, 20, 21, 22 and 23."""
    # --- One big table
    all_data.drop(["SalePrice"], axis=1, inplace=True)
    # --- Missing values
    all_data["PoolQC"] = all_data["PoolQC"].fillna("None")
    all_data["Alley"] = all_data["Alley"].fillna("None")
    all_data["FireplaceQu"] = all_data["FireplaceQu"].fillna("None")
    if fitting:
        state.lot_frontage_median = all_data.groupby("Neighborhood")["LotFrontage"].agg(lambda x: x.median())
    # street front should be alike within a neighborhood, use the median of the neighbours
    all_data["LotFrontage"] = all_data["LotFrontage"].fillna(
        by_group(all_data, "Neighborhood", state.lot_frontage_median)
    )
    for col in ("GarageType", "BsmtQual", "BsmtExposure"):
        all_data[col] = all_data[col].fillna("None")
    for col in ("GarageArea", "GarageCars", "TotalBsmtSF"):
        all_data[col] = all_data[col].fillna(0)
    all_data["MasVnrArea"] = all_data["MasVnrArea"].fillna(0)
    if fitting:
        state.mszoning_mode = all_data["MSZoning"].mode()[0]
    all_data["MSZoning"] = all_data["MSZoning"].fillna(state.mszoning_mode)
    all_data = all_data.drop(["Utilities"], axis=1)  # always AllPub
    all_data["Functional"] = all_data["Functional"].fillna("Typ")  # the data description says so
    for col in ["Electrical", "KitchenQual", "SaleType"]:
        if fitting:
            state.mode[col] = all_data[col].mode()[0]
        all_data[col] = all_data[col].fillna(state.mode[col])
    return all_data


def feature_enginering(
    all_data: pd.DataFrame, state: PreprocessingState, *, fitting: bool = False
) -> pd.DataFrame:
    """Feature enginering. From cells 26, 27 and 28."""
    all_data["MSSubClass"] = all_data["MSSubClass"].apply(str)
    all_data["OverallCond"] = all_data["OverallCond"].astype(str)
    all_data["YrSold"] = all_data["YrSold"].astype(str)
    all_data["MoSold"] = all_data["MoSold"].astype(str)
    for c in cols:
        if fitting:
            lbl = LabelEncoder()
            lbl.fit(list(all_data[c].values))
            state.lbl[c] = lbl
        all_data[c] = state.lbl[c].transform(list(all_data[c].values))
    # area of everything
    all_data["TotalSF"] = all_data["TotalBsmtSF"] + all_data["1stFlrSF"] + all_data["2ndFlrSF"]
    return all_data


def skewed_columns(
    all_data: pd.DataFrame, state: PreprocessingState, *, fitting: bool = False
) -> pd.DataFrame:
    """Skewed columns. From cells 31 and 32."""
    for feat in state.skewed_features:
        all_data[feat] = boxcox1p(all_data[feat], lam)
    if fitting:
        state.all_data_categories = learn_categories(all_data)
    return pd.get_dummies(with_categories(all_data, state.all_data_categories))
