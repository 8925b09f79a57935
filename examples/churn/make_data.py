"""Write churn.csv, the invented customers of a telephone company, into the current folder."""

import numpy as np
import pandas as pd

CUSTOMERS = 1400


def customers(rng, n):
    contract = rng.choice(["Month-to-month", "One year", "Two year"], n, p=[0.55, 0.21, 0.24])
    longest = np.where(contract == "Month-to-month", 40, 73)
    tenure = (longest * rng.uniform(size=n) ** np.where(contract == "Two year", 0.6, 1.3)).astype(int)
    internet = rng.choice(["DSL", "Fiber optic", "No"], n, p=[0.35, 0.44, 0.21])
    phone = np.where((rng.uniform(size=n) < 0.9) | (internet == "No"), "Yes", "No")
    partner = yes_no(rng, n, 0.48)
    frame = pd.DataFrame(
        {
            "customerID": [f"{a:04d}-{''.join(b)}" for a, b in zip(rng.randint(0, 10000, n), rng.choice(list("ABCDEFGHKLMNPQRSTVWXYZ"), (n, 5)))],
            "gender": rng.choice(["Female", "Male"], n),
            "SeniorCitizen": (rng.uniform(size=n) < 0.16).astype(int),
            "Partner": partner,
            "Dependents": np.where(partner == "Yes", yes_no(rng, n, 0.5), yes_no(rng, n, 0.1)),
            "tenure": tenure,
            "PhoneService": phone,
            "MultipleLines": np.where(phone == "No", "No phone service", yes_no(rng, n, 0.47)),
            "InternetService": internet,
            "OnlineSecurity": addon(rng, internet, 0.37),
            "OnlineBackup": addon(rng, internet, 0.44),
            "TechSupport": addon(rng, internet, 0.37),
            "StreamingTV": addon(rng, internet, 0.49),
            "Contract": contract,
            "PaperlessBilling": yes_no(rng, n, 0.59),
            "PaymentMethod": rng.choice(["Electronic check", "Mailed check", "Bank transfer (automatic)", "Credit card (automatic)"], n),
        }
    )
    charges = 18 + 27 * (internet == "DSL") + 52 * (internet == "Fiber optic") + 6 * (frame["MultipleLines"] == "Yes")
    for column in ["OnlineSecurity", "OnlineBackup", "TechSupport", "StreamingTV"]:
        charges = charges + 5.5 * (frame[column] == "Yes")
    charges = np.round((charges + rng.normal(0, 1.2, n)) * 20) / 20
    frame["MonthlyCharges"] = charges
    total = np.round(charges * tenure * rng.uniform(0.93, 1.07, n) * 20) / 20
    frame["TotalCharges"] = [f"{t:.2f}" if months else " " for t, months in zip(total, tenure)]
    frame["Churn"] = churned(rng, frame)
    return frame


def yes_no(rng, n, share):
    return np.where(rng.uniform(size=n) < share, "Yes", "No")


def addon(rng, internet, share):
    return np.where(internet == "No", "No internet service", yes_no(rng, len(internet), share))


def churned(rng, frame):
    push = -1.35 + 1.2 * (frame["Contract"] == "Month-to-month") - 0.9 * (frame["Contract"] == "Two year")
    push = push + 0.9 * (frame["InternetService"] == "Fiber optic") - 0.035 * frame["tenure"] + 0.3 * frame["SeniorCitizen"]
    push = push - 0.5 * (frame["TechSupport"] == "Yes") + 0.45 * (frame["PaymentMethod"] == "Electronic check")
    push = push + 1.5 * ((frame["tenure"] < 9) & (frame["MonthlyCharges"] > 60)) - 1.2 * (frame["MonthlyCharges"].between(35, 58))
    return np.where(rng.uniform(size=len(frame)) < 1 / (1 + np.exp(-1.3 * push)), "Yes", "No")


def main():
    frame = customers(np.random.RandomState(7043), CUSTOMERS)
    frame.loc[[45, 777, 1203], "PaymentMethod"] = None
    frame = pd.concat([frame, frame.iloc[[10, 500]]])
    frame.to_csv("churn.csv", index=False, lineterminator="\n")


main()
