"""The groups of comparisons, in the order in which they are shown, and how often the random ones are repeated."""

from __future__ import annotations

GROUPS = {
    "inference": "answers with the notebook's own objects",
    "steps": "steps on the way to the features",
    "training": "training",
    "metrics": "metrics of training",
    "state": "learned values",
    "predictions": "answers of the trained package",
    "rows": "alone, in a batch, shuffled, without a category",
    "schema": "nulls and unseen categories",
}

FIRST_LOOK = 3
RUNS = 8
"""Runs of each side where training is random: three can show that nothing is amiss, eight tell that something is."""
