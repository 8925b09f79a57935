"""How well `check` and extracting again do: `python bench/upkeep.py [--changes N] [--looks N] [--merges N]`.

For each of the six examples, in the project's root: seeded changes of the notebook's code, no two alike, until N of
them have changed a prediction (`check` must report those); N seeded edits of its looks (`check` must be silent);
N random edits of the package merged with random extractions (nothing may be lost). Prints what came out, and each
seed that went wrong. Whether a prediction changes is known by running the changed notebook, cell by cell in a fork of
an interpreter that has the libraries loaded: about one second each, and about three of them for each that changes one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

TRIES = 40
"""Changes drawn, at most, for each one that is to change a prediction."""
ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from drift.mutations import cosmetic, stored  # noqa: E402 - found by the lines above
from drift.survival import plant_example, trial  # noqa: E402
from drift.truth import difference, draw, judge, looks, prepare  # noqa: E402
from equivalence.processes import WarmPython  # noqa: E402

from nb2prod.upkeep.check import check  # noqa: E402


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    for name in ("changes", "looks", "merges"):
        parser.add_argument(f"--{name}", type=int, default=100)
    parser.add_argument("examples", nargs="*")
    asked = parser.parse_args()
    names = asked.examples or sorted(path.parent.name for path in ROOT.glob("examples/*/notebook.ipynb"))
    print("changes of code:", dict(sum((changes(name, asked.changes) for name in names), Counter())), flush=True)
    print("edits of looks:", dict(sum((cosmetics(name, asked.looks) for name in names), Counter())), flush=True)
    print("merges:", {"lost": 0, **sum((merges(name, asked.merges) for name in names), Counter())}, flush=True)


def changes(name: str, wanted: int) -> Counter[str]:
    """Change the code, run it, check it, until so many changes, no two alike, have changed a prediction."""
    found: Counter[str] = Counter()
    python = WarmPython()
    with tempfile.TemporaryDirectory() as folder:
        ground = prepare(name, Path(folder), python.run)
        seen, seed = {""}, -1
        while found["reported"] + found["missed"] < wanted and seed < TRIES * wanted:
            seed += 1
            changed = draw(ground, seed)
            shown = difference(ground, changed)
            if shown in seen:
                continue
            seen.add(shown)
            verdict = judge(ground, changed, python.run)
            found[verdict] += 1
            if verdict in ("missed", "another order"):
                print(f"{name} seed {seed} is {verdict}:\n{shown}\n", flush=True)
    python.close()
    print(f"  {name}: {dict(found)}", flush=True)
    return found


def cosmetics(name: str, seeds: int) -> Counter[str]:
    """Change the looks, check them."""
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        folder = plant_example(name, Path(place)).folder
        path = folder / "notebook.ipynb"
        content, dropped = json.loads(path.read_text(encoding="utf-8")), looks(path, name)
        for seed in range(seeds):
            random = Random(seed)
            path.write_bytes(stored(cosmetic(content, dropped, random), random))
            said = [finding for one in check([place]) for finding in one.findings]
            found["reported" if said else "silent"] += 1
            if said:
                print(f"{name} seed {seed} is reported: {said[0].message}", flush=True)
    return found


def merges(name: str, seeds: int) -> Counter[str]:
    """Edit a package, change its notebook, extract again."""
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        planted = plant_example(name, Path(place))
        for seed in range(seeds):
            with tempfile.TemporaryDirectory() as scratch:
                outcome = trial(planted, Path(scratch), seed)
            found.update(trials=1, files_edited=outcome.edits, conflicts=outcome.conflicts, lost=len(outcome.lost))
            for said in outcome.lost:
                print(f"{name} seed {seed}: {said}", flush=True)
    return found


if __name__ == "__main__":
    main()
