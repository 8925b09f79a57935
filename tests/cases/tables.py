"""The invented tables that the cases share: each function gives the same frame for the same arguments everywhere."""

import numpy as np
import pandas as pd

CITIES = ["Arlen", "Bree", "Corby", "Dover", "Elgin", "Fleet"]


def people(rows=300, seed=1):
    """Customers of a gym, with gaps, a skewed income, and whether they left."""
    rng = np.random.RandomState(seed)
    age = np.round(rng.normal(40, 12, rows).clip(18, 80))
    income = np.round(np.exp(rng.normal(7.6, 0.55, rows)), 2)
    city = rng.choice(CITIES, rows, p=[0.34, 0.26, 0.18, 0.12, 0.07, 0.03])
    plan = rng.choice(["basic", "plus", "pro"], rows, p=[0.5, 0.3, 0.2])
    visits = rng.poisson(3 + 2 * (plan == "pro") + 1.5 * (age < 35))
    joined = pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.randint(0, 1400, rows), unit="D")
    push = 1.6 - 0.45 * visits - 0.5 * (plan == "pro") + 0.9 * (city == "Bree") + 0.02 * (age - 40) + (income < 1500)
    left = rng.uniform(size=rows) < 1 / (1 + np.exp(-1.4 * push))
    frame = pd.DataFrame(
        {
            "id": np.arange(1001, 1001 + rows),
            "age": age,
            "income": income,
            "city": city,
            "plan": plan,
            "visits": visits,
            "smoker": np.where(rng.uniform(size=rows) < 0.3, "Yes", "No"),
            "joined": joined.strftime("%Y-%m-%d"),
            "left": np.where(left, "Yes", "No"),
        }
    )
    frame.loc[rng.uniform(size=rows) < 0.12, "age"] = np.nan
    frame.loc[rng.uniform(size=rows) < 0.06, "income"] = np.nan
    frame.loc[rng.uniform(size=rows) < 0.05, "plan"] = None
    return frame


def full_people(rows=300, seed=1):
    """The same without gaps."""
    frame = people(rows, seed)
    rng = np.random.RandomState(seed + 1000)
    frame["age"] = frame["age"].fillna(pd.Series(rng.randint(20, 70, rows), dtype=float))
    frame["income"] = frame["income"].fillna(pd.Series(np.round(rng.uniform(900, 4000, rows), 2)))
    return frame.fillna({"plan": "basic"})


def flats(rows=300, seed=2):
    """Flats and their prices, with gaps that mean something."""
    rng = np.random.RandomState(seed)
    area = np.round(np.exp(rng.normal(4.2, 0.35, rows)), 1)
    quality = rng.choice(["poor", "fair", "good", "fine"], rows, p=[0.15, 0.4, 0.3, 0.15])
    district = rng.choice(["North", "South", "East", "West", "Old Town"], rows, p=[0.3, 0.25, 0.2, 0.15, 0.1])
    year = rng.randint(1900, 2020, rows)
    garden = np.where(rng.uniform(size=rows) < 0.6, 0.0, np.round(np.exp(rng.normal(3.5, 0.9, rows)), 1))
    level = 7.2 + 0.95 * np.log(area) + 0.12 * (quality == "fine") - 0.1 * (quality == "poor")
    level = level + 0.15 * (district == "Old Town") + 0.001 * (year - 1960) + 0.0004 * garden
    frame = pd.DataFrame(
        {
            "id": np.arange(1, rows + 1),
            "area": area,
            "rooms": np.clip(np.round(area / 25 + rng.normal(0, 0.6, rows)), 1, 8).astype(int),
            "year": year,
            "district": district,
            "quality": quality,
            "garden": garden,
            "lift": np.where(rng.uniform(size=rows) < 0.4, "Y", "N"),
            "balcony": rng.choice(["small", "large"], rows),
            "price": np.round(np.exp(level + rng.normal(0, 0.12, rows)), -2),
        }
    )
    frame.loc[rng.uniform(size=rows) < 0.4, "balcony"] = None
    frame.loc[rng.uniform(size=rows) < 0.1, "garden"] = np.nan
    frame.loc[rng.uniform(size=rows) < 0.08, "rooms"] = np.nan
    return frame


def sales(days=320, seed=3):
    """One shop's sales, day by day."""
    rng = np.random.RandomState(seed)
    day = np.arange(days)
    promo = (rng.uniform(size=days) < 0.25).astype(int)
    wave = 80 + 15 * np.sin(day * 2 * np.pi / 7) + 10 * np.sin(day * 2 * np.pi / 90)
    return pd.DataFrame(
        {
            "date": (pd.Timestamp("2021-01-01") + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d"),
            "temperature": np.round(12 + 9 * np.sin(day * 2 * np.pi / 365) + rng.normal(0, 3, days), 1),
            "promo": promo,
            "sold": np.round(wave + 25 * promo + rng.normal(0, 6, days)).astype(int),
        }
    )


def messages(rows=260, seed=4):
    """Short messages, some of them unwanted."""
    rng = np.random.RandomState(seed)
    good = "see you at lunch|running late sorry|can you call me back|the meeting moved to {n}|happy birthday!|did you feed the cat?|thanks, talk soon|train leaves at {n}:15".split("|")
    bad = "WIN £{n} cash NOW|free entry, text WIN to {n}|URGENT! your account {n} is blocked|claim your prize at http://win{n}.example|lowest loan rates, call {n}|hot singles, reply YES {n}".split("|")
    kind = np.where(rng.uniform(size=rows) < 0.35, "spam", "ham")
    texts = [" ".join(rng.choice(bad if (k == "spam") != (rng.uniform() < 0.08) else good, 2)) for k in kind]
    return pd.DataFrame({"label": kind, "text": [t.replace("{n}", str(rng.randint(10, 9999))) for t in texts]})


def write(frame, path, **options):
    """Write a CSV file whose bytes are the same on every machine."""
    frame.to_csv(path, index=options.pop("index", False), lineterminator="\n", **options)
