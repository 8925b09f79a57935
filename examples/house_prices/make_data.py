"""Write train.csv and test.csv, an invented housing market, into the current folder."""

import numpy as np
import pandas as pd

TRAIN, TEST = 460, 240
NEIGHBORHOODS = ["Harbor", "OldTown", "Millside", "Crestview", "Parkway", "Riverbend", "Sawmill", "Hilltop", "Meadow", "Union"]
GRADES = ["Po", "Fa", "TA", "Gd", "Ex"]


def grade(rng, quality, shift=0.0):
    level = np.clip(np.round(quality / 2.2 + shift + rng.normal(0, 0.6, len(quality))), 0, 4).astype(int)
    return np.array(GRADES)[level]


def houses(rng, n):
    where = rng.choice(len(NEIGHBORHOODS), n, p=[0.18, 0.15, 0.13, 0.12, 0.1, 0.1, 0.08, 0.06, 0.05, 0.03])
    quality = np.clip(np.round(rng.normal(5 + where / 4, 1.3)), 1, 10).astype(int)
    built = np.clip(np.round(rng.normal(1955 + 4 * quality, 18)), 1890, 2010).astype(int)
    remod = np.where(rng.uniform(size=n) < 0.5, built, np.minimum(2010, built + rng.randint(5, 60, n)))
    first = np.round(np.exp(rng.normal(6.75 + 0.05 * quality, 0.25)))
    second = np.where(rng.uniform(size=n) < 0.42, np.round(first * rng.uniform(0.4, 1.1, n)), 0)
    basement = np.where(rng.uniform(size=n) < 0.04, 0, np.round(first * rng.uniform(0.7, 1.05, n)))
    lot = np.round(np.exp(rng.normal(9.0 + 0.02 * where, 0.45)))
    cars = np.clip(np.round(rng.normal(0.6 + quality / 4, 0.6)), 0, 4).astype(int)
    stories = np.where(second > 0, "2Story", np.where(rng.uniform(size=n) < 0.2, "1.5Fin", "1Story"))
    frame = pd.DataFrame(
        {
            "MSSubClass": np.where(second > 0, rng.choice([60, 70, 160], n), rng.choice([20, 30, 120], n)),
            "MSZoning": rng.choice(["RL", "RM", "FV", "RH", "C (all)"], n, p=[0.76, 0.15, 0.05, 0.02, 0.02]),
            "LotFrontage": np.round(np.sqrt(lot) * rng.uniform(0.55, 0.9, n)),
            "LotArea": lot.astype(int),
            "Street": rng.choice(["Pave", "Grvl"], n, p=[0.98, 0.02]),
            "Alley": rng.choice(["Grvl", "Pave"], n),
            "LotShape": rng.choice(["Reg", "IR1", "IR2", "IR3"], n, p=[0.62, 0.32, 0.04, 0.02]),
            "Utilities": "AllPub",
            "Neighborhood": np.array(NEIGHBORHOODS)[where],
            "BldgType": rng.choice(["1Fam", "TwnhsE", "Duplex", "Twnhs"], n, p=[0.83, 0.09, 0.05, 0.03]),
            "HouseStyle": stories,
            "OverallQual": quality,
            "OverallCond": np.clip(np.round(rng.normal(5.6, 1.1, n)), 1, 9).astype(int),
            "YearBuilt": built,
            "YearRemodAdd": remod,
            "MasVnrArea": np.where(rng.uniform(size=n) < 0.6, 0, np.round(np.exp(rng.normal(5.2, 0.6, n)))),
            "ExterQual": grade(rng, quality),
            "BsmtQual": grade(rng, quality),
            "BsmtExposure": rng.choice(["No", "Av", "Gd", "Mn"], n, p=[0.66, 0.16, 0.09, 0.09]),
            "TotalBsmtSF": basement,
            "CentralAir": np.where(rng.uniform(size=n) < 0.93, "Y", "N"),
            "Electrical": rng.choice(["SBrkr", "FuseA", "FuseF"], n, p=[0.92, 0.06, 0.02]),
            "1stFlrSF": first.astype(int),
            "2ndFlrSF": second.astype(int),
            "GrLivArea": (first + second).astype(int),
            "FullBath": np.clip(np.round(rng.normal(0.6 + (first + second) / 1500, 0.4)), 1, 3).astype(int),
            "BedroomAbvGr": np.clip(np.round(rng.normal(1.6 + (first + second) / 1200, 0.6)), 1, 6).astype(int),
            "KitchenQual": grade(rng, quality),
            "Functional": rng.choice(["Typ", "Min1", "Min2", "Maj1"], n, p=[0.93, 0.03, 0.03, 0.01]),
            "Fireplaces": rng.poisson(0.1 + quality / 12),
            "FireplaceQu": grade(rng, quality, -0.3),
            "GarageType": rng.choice(["Attchd", "Detchd", "BuiltIn"], n, p=[0.63, 0.29, 0.08]),
            "GarageCars": cars.astype(float),
            "GarageArea": np.round(cars * rng.uniform(210, 300, n)),
            "PoolQC": rng.choice(["Gd", "Ex", "Fa"], n),
            "MoSold": rng.randint(1, 13, n),
            "YrSold": rng.randint(2006, 2011, n),
            "SaleType": rng.choice(["WD", "New", "COD"], n, p=[0.87, 0.09, 0.04]),
            "SaleCondition": rng.choice(["Normal", "Partial", "Abnorml", "Family"], n, p=[0.83, 0.08, 0.07, 0.02]),
        }
    )
    frame["SalePrice"] = price(rng, frame, where)
    return punch_holes(rng, frame)


def price(rng, frame, where):
    area = frame["GrLivArea"] + 0.5 * frame["TotalBsmtSF"]
    log = 7.35 + 0.52 * np.log(area) + 0.085 * frame["OverallQual"] + 0.02 * where + 0.0016 * (frame["YearBuilt"] - 1950)
    log = log + 0.05 * frame["GarageCars"] + 0.04 * (frame["CentralAir"] == "Y") + 0.03 * frame["Fireplaces"]
    log = log - 0.1 * (frame["SaleCondition"] == "Abnorml") + rng.normal(0, 0.09, len(frame))
    return (np.round(np.exp(log) / 100) * 100).astype(int)


def punch_holes(rng, frame):
    n = len(frame)
    frame.loc[rng.uniform(size=n) < 0.17, "LotFrontage"] = np.nan
    frame.loc[rng.uniform(size=n) < 0.93, "Alley"] = None
    frame.loc[rng.uniform(size=n) < 0.985, "PoolQC"] = None
    frame.loc[frame["Fireplaces"] == 0, "FireplaceQu"] = None
    frame.loc[frame["GarageCars"] == 0, "GarageType"] = None
    frame.loc[frame["TotalBsmtSF"] == 0, ["BsmtQual", "BsmtExposure"]] = None
    frame.loc[rng.uniform(size=n) < 0.01, "MasVnrArea"] = np.nan
    for column in ["MSZoning", "Functional", "Electrical", "KitchenQual", "SaleType"]:
        frame.loc[rng.uniform(size=n) < 0.006, column] = None
    return frame


def main():
    everything = houses(np.random.RandomState(2011), TRAIN + TEST)
    everything.insert(0, "Id", np.arange(1, len(everything) + 1))
    train, test = everything[:TRAIN].copy(), everything[TRAIN:].drop(columns="SalePrice")
    train.loc[[97, 311], ["GrLivArea", "1stFlrSF", "SalePrice"]] = [[4676, 4676, 184700], [5642, 5642, 160000]]
    test.loc[TRAIN + 33, ["GarageCars", "GarageArea", "GarageType"]] = [np.nan, np.nan, None]
    test.loc[TRAIN + 101, "TotalBsmtSF"] = np.nan
    train.to_csv("train.csv", index=False, lineterminator="\n")
    test.to_csv("test.csv", index=False, lineterminator="\n")


main()
