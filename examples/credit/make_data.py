"""Write train.csv and test.csv, invented loan applications, into the current folder."""

import numpy as np
import pandas as pd

TRAIN, TEST = 1500, 500
REGIONS = ["north", "south", "east", "west", "centre", "islands"]
PURPOSES = ["car", "debt consolidation", "home", "education", "medical", "business", "wedding"]
YEARS = ["< 1 year", "1 year", "2 years", "3 years", "4 years", "5 years", "6 years", "7 years", "8 years", "9 years", "10+ years"]


def applications(rng, n):
    income = np.round(np.exp(rng.normal(10.5, 0.5, n)), -2)
    amount = np.round(np.exp(rng.normal(8.9, 0.7, n)), -2).clip(500, 60000)
    worked = rng.randint(0, 11, n)
    purpose = rng.choice(PURPOSES, n, p=[0.22, 0.33, 0.14, 0.11, 0.1, 0.07, 0.03])
    housing = rng.choice(["rent", "own", "mortgage"], n, p=[0.42, 0.2, 0.38])
    opened = pd.Timestamp("1985-01-01") + pd.to_timedelta(rng.randint(0, 12500, n), unit="D")
    utilisation = np.round(rng.beta(2, 3, n) * 100, 1)
    defaults = rng.poisson(0.25, n)
    term = rng.choice([36, 60], n, p=[0.7, 0.3])
    push = -2.2 + 1.6 * (amount / income > 0.35) + 0.02 * (utilisation - 40) + 0.7 * defaults + 0.5 * (term == 60)
    push = push + 0.8 * (purpose == "business") - 0.5 * (purpose == "car") - 0.5 * (housing == "mortgage") - 0.06 * worked
    frame = pd.DataFrame(
        {
            "loan_id": [f"L{number:06d}" for number in rng.permutation(10 * n)[:n]],
            "amount": amount.astype(int),
            "term": [f" {months} months" for months in term],
            "purpose": purpose,
            "income": income,
            "emp_length": np.array(YEARS)[worked],
            "housing": housing,
            "region": rng.choice(REGIONS, n, p=[0.25, 0.2, 0.2, 0.15, 0.15, 0.05]),
            "first_credit": opened.strftime("%b-%Y"),
            "utilisation": [f"{share}%" for share in utilisation],
            "open_accounts": rng.poisson(6, n) + 1,
            "past_defaults": defaults,
            "bankrupt": np.where(rng.uniform(size=n) < 0.03, "yes", "no"),
            "default": (rng.uniform(size=n) < 1 / (1 + np.exp(-1.4 * push))).astype(int),
        }
    )
    for column, share in {"income": 0.05, "emp_length": 0.08, "utilisation": 0.03, "housing": 0.02, "purpose": 0.02}.items():
        frame.loc[rng.uniform(size=n) < share, column] = None
    return frame


def main():
    everything = applications(np.random.RandomState(36), TRAIN + TEST)
    everything[:TRAIN].to_csv("train.csv", index=False, lineterminator="\n")
    everything[TRAIN:].drop(columns="default").to_csv("test.csv", index=False, lineterminator="\n")


main()
