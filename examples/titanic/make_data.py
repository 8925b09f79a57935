"""Write train.csv and test.csv, an invented passenger list, into the current folder."""

import numpy as np
import pandas as pd

TRAIN, TEST = 480, 220
SURNAMES = "Abbott Barlow Carver Dahl Ekman Fraser Gill Hansen Irwin Jensen Keane Larsson Moor Nolan Olsen Pratt Quinn Rice Strand Turner Ulrich Vance Webb York"
MEN = "Albert Bertil Charles Daniel Edwin Frank George Harald Ivan John Karl Leo Martin Nils Oscar Peter"
WOMEN = "Ada Beatrice Clara Dora Edith Freda Greta Hilda Ida Jane Kate Lena Mary Nora Olga Rose"


def passengers(rng, n):
    pclass = rng.choice([1, 2, 3], n, p=[0.24, 0.21, 0.55])
    female = rng.uniform(size=n) < 0.36
    age = np.clip(rng.normal(40 - 5 * pclass, 13.5, n), 0.42, 80)
    child = age < 14
    sibsp = np.minimum(rng.poisson(0.35 + 0.9 * child, n), 5)
    parch = np.minimum(rng.poisson(0.2 + 0.9 * child, n), 4)
    fare = np.exp(rng.normal(4.9 - 0.95 * pclass, 0.45, n)) * (1 + 0.25 * (sibsp + parch))
    embarked = rng.choice(["S", "C", "Q"], n, p=[0.72, 0.19, 0.09])
    lift = 2.5 * female - 1.0 * (pclass - 2) + 1.3 * child - 0.5 * (sibsp + parch > 3) + 0.3 * (embarked == "C") - 0.9
    survived = (rng.uniform(size=n) < 1 / (1 + np.exp(-lift))).astype(int)
    frame = pd.DataFrame(
        {
            "Survived": survived,
            "Pclass": pclass,
            "Name": names(rng, female, age, pclass),
            "Sex": np.where(female, "female", "male"),
            "Age": [f"{a:.2f}" if a < 1 else f"{a:.0f}" for a in age],
            "SibSp": sibsp,
            "Parch": parch,
            "Ticket": [f"{p}{t}" for p, t in zip(rng.choice(["", "", "PC ", "A/5 ", "CA. "], n), rng.randint(1000, 400000, n))],
            "Fare": np.round(fare, 4),
            "Cabin": [f"{deck}{no}" for deck, no in zip(rng.choice(list("ABCDE"), n), rng.randint(2, 130, n))],
            "Embarked": embarked,
        }
    )
    frame.loc[rng.uniform(size=n) < 0.2, "Age"] = None
    frame.loc[rng.uniform(size=n) < np.where(pclass == 1, 0.25, 0.95), "Cabin"] = None
    return frame


def names(rng, female, age, pclass):
    surnames, men, women = SURNAMES.split(), MEN.split(), WOMEN.split()
    rare = ["Dr", "Rev", "Col", "Major", "Don", "Sir", "Capt"]
    out = []
    for is_female, years, grade in zip(female, age, pclass):
        surname, luck = surnames[rng.randint(len(surnames))], rng.uniform()
        first = (women if is_female else men)[rng.randint(16)]
        if is_female:
            title = "Miss" if years < 16 or luck < 0.45 else "Mrs"
            title = {0: "Ms", 1: "Mlle", 2: "Mme", 3: "Lady", 4: "Countess"}.get(int(luck * 200), title) if grade < 3 else title
        else:
            title = "Master" if years < 14 else "Mr"
            title = rare[int(luck * 100)] if years > 25 and luck < 0.07 else title
        out.append(f"{surname}, {title}. {first}")
    return out


def main():
    everyone = passengers(np.random.RandomState(1912), TRAIN + TEST)
    everyone.insert(0, "PassengerId", np.arange(1, len(everyone) + 1))
    train, test = everyone[:TRAIN].copy(), everyone[TRAIN:].drop(columns="Survived")
    train.loc[[61, 340], "Embarked"] = None
    test.loc[TRAIN + 152, "Fare"] = None
    train.to_csv("train.csv", index=False, lineterminator="\n")
    test.to_csv("test.csv", index=False, lineterminator="\n")


main()
