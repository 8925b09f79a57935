"""Do two groups of runs differ by more than chance? An exact permutation test, of several quantities at once.

If the package trains as the notebook does, its runs and the notebook's are draws from one distribution: which run is
whose is a label that could as well lie elsewhere. So the squared distances between all runs give, for every way to
halve the runs, how far the halves are apart (the pseudo-F of Anderson, "A new method for non-parametric multivariate
analysis of variance", Austral Ecology 26, 2001; for one number it is the square of Student's t). A quantity differs if
the halving into notebook and package is among the few that lie furthest apart. For several quantities each halving
counts with the one that is furthest apart, which bounds the chance of any false alarm (the single-step maxT of
Westfall and Young, "Resampling-Based Multiple Testing", 1993). Nothing is assumed of the distribution.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

LEVEL = 0.001
"""The chance of a false alarm; 8 and 8 runs can be halved in 6435 ways, 6 of which are within it."""
ROUNDING = 1e-9


@lru_cache
def halvings(runs: int) -> np.ndarray:
    """Every way to halve an even number of runs, one a row, the first half against the second as the first row."""
    rest = combinations(range(1, runs), runs // 2 - 1)
    chosen = np.array([(0, *others) for others in rest])
    found = np.zeros((len(chosen), runs))
    np.put_along_axis(found, chosen, 1.0, axis=1)
    return found


def separation(squares: np.ndarray, halves: np.ndarray) -> np.ndarray:
    """How far apart the halves lie, for each halving, in deviations from what is usual among them."""
    runs = len(squares)
    total = float(squares.sum()) / (2 * runs)
    if not total:
        return np.zeros(len(halves))
    within = sum(((half @ squares) * half).sum(axis=1) / runs for half in (halves, 1 - halves))
    ratio = np.sqrt(np.maximum(total - within, 0) / np.maximum(within, total * 1e-12))
    usual, deviation = float(ratio.mean()), float(ratio.std())
    return (ratio - usual) / deviation if deviation > ROUNDING * usual else np.zeros(len(halves))


def apart(distances: dict[Any, np.ndarray]) -> frozenset[Any]:
    """The quantities in which the first half of the runs differs from the second.

    Few runs cannot tell: a quantity is then suspected if no halving separates it more than the true one.
    """
    if not distances:
        return frozenset()
    halves = halvings(len(next(iter(distances.values()))))
    scores = {name: separation(squares, halves) for name, squares in distances.items()}
    if LEVEL * len(halves) < 1:
        return frozenset(name for name, score in scores.items() if 0 < score[0] >= score.max() - ROUNDING)
    highest = np.max(list(scores.values()), axis=0)
    return frozenset(
        name for name, score in scores.items() if score[0] > 0 and (highest >= score[0] - ROUNDING).mean() <= LEVEL
    )
