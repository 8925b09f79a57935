"""Write messages.csv, invented short messages in an old encoding, into the current folder."""

import numpy as np
import pandas as pd

MESSAGES = 900
HAM = """are we still on for {w}|running late, start without me|can u pick up some {f} on the way home|lol that was so funny|call me when you get this
happy birthday!! hope you have a great day|the meeting is moved to {t}|did you feed the cat?|thanks, talk soon :)|ok see you at {t}
i left my keys at your place|mum says hi|train is delayed again, be there at {t}|what do you want for dinner, {f}?|good luck with the exam {w}
sorry i missed your call, was in a meeting|how was the film?|pls send me the address again|no worries, {w} is fine too|i paid £{n} for the tickets, you owe me half"""
SPAM = """Lucky you!!! A prize of £{n}00 waits for you, ring {p} before midnight|ATTENTION your number came first in our £{n}000 raffle, ring {p} NOW
FREE scratch cards every week, send LUCK to {s}|Well done! A free {f} coupon is yours, print it at www.prize{n}.example|A voice message of {n} seconds is waiting, dial {p}
Money today, no questions asked. Send CASH to {s}|Your bank card was locked, unlock it at http://secure{n}.example|SUPER DEAL: endless texts for £{n} a month, send END to leave
New ringtones, first one FREE, send TONE to {s}. Adults only|PRIVATE for {p}: {n} bonus points run out today"""


def fill(rng, text):
    words = {
        "w": rng.choice(["tomorrow", "friday", "the weekend", "tonight", "monday"]),
        "f": rng.choice(["pizza", "milk", "bread", "pasta", "curry", "ice cream"]),
        "t": f"{rng.randint(1, 12)}:{rng.choice(['00', '15', '30', '45'])}",
        "n": str(rng.randint(2, 60)),
        "p": f"0{rng.randint(700000000, 999999999)}",
        "s": str(rng.randint(60000, 89999)),
    }
    return text.format(**words)


def message(rng, spam):
    pool = [line for block in (SPAM if spam else HAM).split("\n") for line in block.split("|")]
    strange = (HAM if spam else SPAM).replace("\n", "|").split("|")
    parts = [rng.choice(pool) for _ in range(rng.randint(1, 4))]
    if rng.uniform() < 0.08:
        parts[rng.randint(len(parts))] = rng.choice(strange)
    return fill(rng, ". ".join(parts))


def main():
    rng = np.random.RandomState(5574)
    labels = np.where(rng.uniform(size=MESSAGES) < 0.24, "spam", "ham")
    texts = [message(rng, label == "spam") for label in labels]
    frame = pd.DataFrame({"v1": labels, "v2": texts, "Unnamed: 2": None, "Unnamed: 3": None})
    frame.loc[[70, 410], "Unnamed: 2"] = [" and so on", ":-)"]
    frame.to_csv("messages.csv", index=False, encoding="latin-1", lineterminator="\n")


main()
