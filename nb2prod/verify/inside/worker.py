"""In the package's interpreter: train the package and compare it with what the notebook left.

Run as ``python -m nb2prod_inside.worker SPEC``. SPEC is a JSON file that names the package, its points, the recorded
runs of the notebook (the first is the one to reproduce, further ones show its own spread), further trainings of the
package, and the file for the results.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .ask import ask_rows, ask_schema
from .compare import UnknownError, learned_differ, rows_agree, table
from .locate import Spot, check_steps, fault_spot, first_spot, gone_spot, lonely_spot, wide
from .package import Package, at_home
from .recorded import Missing, Recorded
from .result import Results, in_words
from .rows import Lines, by_content, count, guesses, numbered, take
from .spread import ANSWERS, Quantities, Spread
from .steps import Way, walk

Spec = dict[str, Any]
ASKED = 1000
"""Raw rows, at most, that are asked of every run where training is random."""


class Comparison:
    """One package against one notebook."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.results = Results()
        self.package = Package.load(spec["package"])
        self.points: dict[str, Any] = spec["points"]
        self.runs = [Recorded.read(path, spec["flat"], spec["package"]) for path in spec["records"]]
        self.recorded = self.runs[0]
        self.spread = Spread([], [])
        self.learned = {asked["name"]: self.recorded.learned(asked) for asked in self.points["state"]}
        self.lines: Lines | None = None
        self.wanted = self._wanted(self.recorded)
        self.injected: Way = Way()

    def run(self) -> Results:
        """Compare everything."""
        known = not any(isinstance(value, Missing) for value in self.learned.values())
        if known:
            self._inference()
        else:
            for name, value in self.learned.items():
                if isinstance(value, Missing):
                    self.results.unknown("inference", name, value.reason)
        predictor, fitted = self._train()
        if predictor is not None and self.spec["trainings"] and not self.spec["train_rows"]:
            self.spread = self._spread(predictor)
            self.results.varies = self.spread.varies
        if fitted is not None and not self.spec["train_rows"]:
            self._metrics(fitted)
            self._state(fitted)
        if predictor is not None and not self.spec["train_rows"]:
            self._predictions(predictor)
        self._serving(predictor, known)
        self._locate(known)
        return self.results

    def _wanted(self, recorded: Recorded) -> Any:
        """The notebook's prediction."""
        if not self.points["by_model"]:
            return recorded.one("prediction")
        asked = next((one for one in self.points["state"] if one["final"]), None)
        model, features = recorded.learned(asked) if asked else Missing("no model"), recorded.one("features")
        if isinstance(model, Missing) or isinstance(features, Missing):
            return model if isinstance(model, Missing) else features
        return model.predict(features)

    # ------------------------------------------------------------------ inference with the notebook's objects

    def _answer(self, rows: Any) -> Any:
        """Answer raw rows with the notebook's own fitted objects, under labels as the package numbers them."""
        learned = copy.deepcopy({name: value for name, value in self.learned.items() if not _final(name)})
        model = copy.deepcopy(self.learned.get("model"))
        return self.package.inference.predict_rows(numbered(rows), self.package.state(learned), model)

    def _features(self, rows: Any) -> Any:
        learned = copy.deepcopy({name: value for name, value in self.learned.items() if not _final(name)})
        return self.package.preprocessing.preprocess(numbered(rows), self.package.state(learned))

    def _inference(self) -> None:
        if isinstance(self.wanted, Missing):
            self.results.unknown("inference", "predictions", self.wanted.reason)
            return
        wanted = table(self.wanted)
        self._find_rows(wanted)
        if self.lines is None:
            self.results.unknown("inference", "predictions", "the predicted rows are not found among the raw rows")
            return
        self.results.rows, self.results.how = len(wanted), self.lines.how
        self.results.add("inference", "predictions", _answers_differ(self.injected, wanted), self._cell("prediction"))
        self._steps()

    def _find_rows(self, wanted: np.ndarray) -> None:
        """Take the rows under which the answers agree; where none do, the first guess."""
        for lines in self._guesses(len(wanted)):
            way = walk(self._modules(), lambda lines=lines: self._answer(lines.rows))  # type: ignore[misc]
            right = not way.fault and bool(rows_agree(way.answer, wanted).all())
            if right or self.lines is None:
                self.lines, self.injected = lines, way
            if right:
                return

    def _guesses(self, wanted: int) -> Iterator[Lines]:
        yield from guesses(self.recorded, wanted)
        for exact in (True, False):
            found = by_content(self.recorded, self._features, exact)
            if found is not None:
                yield found

    def _steps(self) -> None:
        """Compare the tables on the way; they decide only where labels tell for certain which row is which."""
        assert self.lines is not None
        lines = wide(self.recorded, self.lines) if self.points["labels"] else self.lines
        way = self.injected
        if lines is not self.lines:
            way = walk(self._modules(), lambda: self._answer(lines.rows))
        foreign = frozenset(self.points["foreign"])
        checked = check_steps(self.points["steps"], self.recorded, lines, way, foreign)
        if not self.points["labels"] and not self.results.wrong("inference"):
            return
        for one in checked:
            if one.state in ("equal", "differs"):
                self.results.add("steps", f"{one.step['function']}: {one.step['variable']}", one.said, one.cell)
        if self.results.wrong("inference", "steps"):
            spot = first_spot(checked, way) or self._narrow_spot(lines, foreign) or self._gone_spot()
            self._name(spot or fault_spot(way) or self._answer_spot())

    def _narrow_spot(self, checked: Lines, foreign: frozenset[str]) -> Spot | None:
        """The step that differs on the predicted rows alone: it may learn from the rows that it is given."""
        if checked is self.lines or self.lines is None:
            return None
        narrow = check_steps(self.points["steps"], self.recorded, self.lines, self.injected, foreign)
        return first_spot(narrow, self.injected)

    def _gone_spot(self) -> Spot | None:
        return gone_spot(self.points["steps"], self._modules(), Path(self.spec["pristine"]))

    def _answer_spot(self) -> Spot:
        cell = self._cell("prediction") or self._cell("features")
        return Spot(f"cell {cell}: the answers differ, though the features do not", "predict_rows", cell)

    def _name(self, spot: Spot) -> None:
        self.results.first, self.results.function, self.results.cell = spot.said, spot.function, spot.cell

    def _modules(self) -> list[Any]:
        return [self.package.preprocessing, self.package.inference]

    def _cell(self, role: str) -> int:
        numbers = self.recorded.numbers(role)
        return int(self.recorded.points[numbers[0]]["cell"]) if numbers else 0

    # ------------------------------------------------------------------ training

    def _train(self) -> tuple[Any, Any]:
        fitted = None
        try:
            fitted, predictor = self.package.train(self.spec["artifacts"])
        except Exception as fault:  # the package's code may fail in any way
            self.results.add("training", "train", in_words(fault))
            return None, fitted
        self.results.add("training", "train", "")
        return predictor, fitted

    def _metrics(self, fitted: Any) -> None:
        flat = self.package.artifact.flat_numbers
        made = flat(fitted.metrics or {})
        for number in self.recorded.numbers("metric"):
            name, cell = self.recorded.points[number]["name"], self.recorded.points[number]["cell"]
            value = self.recorded.value(number)
            if isinstance(value, Missing):
                self.results.unknown("metrics", name, value.reason, cell)
                continue
            for part, wanted in flat({name: value}).items():
                self._add("metrics", part, learned_differ(made.get(part, "nothing"), wanted), cell)

    def _add(self, group: str, name: str, said: str, cell: int = 0) -> None:
        """Note a difference, or that it is no more than chance."""
        if said and self.spread.excuses(group, name):
            self.results.random(group, name, said, cell)
        else:
            self.results.add(group, name, said, cell)

    def _state(self, fitted: Any) -> None:
        for asked in self.points["state"]:
            name, cell, want = asked["name"], asked["cell"], self.learned[asked["name"]]
            if isinstance(want, Missing):
                self.results.unknown("state", name, want.reason, cell)
                continue
            got = fitted.model if asked["final"] else getattr(fitted.state, name, None)
            try:
                said = learned_differ(got, want)
            except UnknownError as fault:
                self.results.unknown("state", name, str(fault), cell)
                continue
            self._add("state", name, said, cell)

    def _predictions(self, predictor: Any) -> None:
        if self.lines is None or isinstance(self.wanted, Missing):
            self.results.unknown("predictions", "predictions", "the predicted rows are not known")
            return
        lines = self.lines
        way = walk([], lambda: predictor.predict(lines.rows))
        said = _answers_differ(way, table(self.wanted))
        if way.fault:
            self.results.add(*ANSWERS, said)
        else:
            self._add(*ANSWERS, said)

    # ------------------------------------------------------------------ where training is random

    def _spread(self, predictor: Any) -> Spread:
        """Ask every run of the notebook, and every training of the package, for the same quantities."""
        trained = [predictor, *(self.package.inference.Predictor.load(path) for path in self.spec["trainings"])]
        rows = self._asked_of_all()
        notebook = [self._of_notebook(run, rows) for run in self.runs]
        return Spread(notebook, [self._of_package(one.artifact, rows) for one in trained])

    def _asked_of_all(self) -> Any:
        """Raw rows of which none is special to one run, where each may have split them another way."""
        assert self.lines is not None
        places = np.unique(np.linspace(0, count(self.lines.raw) - 1, ASKED).round().astype(int))
        rows = take(self.lines.raw, places)
        way = walk([], lambda: self._answer(rows))
        return self.lines.rows if way.fault or len(table(way.answer)) != len(places) else rows

    def _of_notebook(self, run: Recorded, rows: Any) -> Quantities:
        learned = {asked["name"]: run.learned(asked) for asked in self.points["state"]}
        found: Quantities = {("state", name): value for name, value in learned.items()}
        for number in run.numbers("metric"):
            flat = self.package.artifact.flat_numbers({run.points[number]["name"]: run.value(number)})
            found.update({("metrics", part): value for part, value in flat.items()})
        if not any(isinstance(value, Missing) for value in learned.values()):
            state = self.package.state({name: value for name, value in learned.items() if not _final(name)})
            found[ANSWERS] = self._asked(rows, state, learned.get("model"))
        return found

    def _of_package(self, artifact: Any, rows: Any) -> Quantities:
        found: Quantities = {
            ("state", asked["name"]): artifact.model if asked["final"] else getattr(artifact.state, asked["name"], None)
            for asked in self.points["state"]
        }
        found.update({("metrics", part): value for part, value in artifact.metrics.items()})
        found[ANSWERS] = self._asked(rows, artifact.state, artifact.model)
        return found

    def _asked(self, rows: Any, state: Any, model: Any) -> Any:
        way = walk(
            [], lambda: self.package.inference.predict_rows(numbered(copy.copy(rows)), *copy.deepcopy((state, model)))
        )
        return Missing(way.fault) if way.fault else way.answer

    # ------------------------------------------------------------------ serving

    def _serving(self, predictor: Any, known: bool) -> None:
        if self.lines is None or (predictor is None and not known):
            return
        predict = predictor.predict if predictor is not None else self._answer
        ask_rows(predict, self.lines.raw, self.lines.places, self.results)
        if predictor is not None:
            ask_schema(predictor, self.lines.raw, self.lines.places, self.package.schema.SchemaError, self.results)

    def _locate(self, known: bool) -> None:
        """Where nothing else named a step: a row alone against the batch, then what training learned."""
        results = self.results
        if results.first or self.lines is None:
            return
        if known and results.wrong("rows", "training"):
            places = self.lines.places[:12]
            batch = walk(self._modules(), lambda: self._answer(take(self.lines.raw, places)))  # type: ignore[union-attr]
            alone = [self._alone(place) for place in places]
            spot = lonely_spot(self.points["steps"], alone, batch)
            if spot is not None:
                self._name(spot)
                return
        wrong = results.wrong("state", "metrics", "training", "predictions", "rows", "schema")
        gone = self._gone_spot() if wrong else None
        if gone is not None:
            self._name(gone)
        elif wrong:
            found = wrong[0]
            where = f"cell {found.cell}: " if found.cell else ""
            results.first, results.cell = f"{where}{found.what}: {found.said}", found.cell

    def _alone(self, place: int) -> Way:
        assert self.lines is not None
        raw = self.lines.raw
        return walk(self._modules(), lambda: self._answer(take(raw, np.array([place]))))


def _final(name: str) -> bool:
    return name == "model"


def _answers_differ(way: Way, wanted: Any) -> str:
    if way.fault:
        return way.fault
    agree = rows_agree(way.answer, wanted)
    if agree.all():
        return ""
    got = table(way.answer)
    if got.shape != wanted.shape:
        return f"{len(got)} answers, not {len(wanted)}"
    row = int(np.flatnonzero(~agree)[0])
    shown = f"row {row}: {got[row].tolist()[:3]} instead of {wanted[row].tolist()[:3]}"
    return f"{int((~agree).sum())} of {len(wanted)} rows differ, {shown}"


def main(path: str) -> None:
    """Compare and write the results."""
    spec = json.loads(Path(path).read_text(encoding="utf-8"))
    with at_home(spec):
        try:
            Package.load(spec["package"])
        except Exception as fault:  # the package's code may fail in any way
            results = Results(first=f"it cannot be imported: {in_words(fault)}")
            results.add("training", "import", in_words(fault))
        else:
            results = Comparison(spec).run()
    Path(spec["out"]).write_text(json.dumps(results.plain(), default=str), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
