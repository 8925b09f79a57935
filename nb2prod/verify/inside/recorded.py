"""What one run of the notebook left, as values in the package's interpreter.

Input: the file of the recorder, the points, the package. Output: `Recorded`. Objects of classes that the notebook
defines are read as objects of the package's copies of these classes. A value that is not there is a `Missing` with
its reason.
"""

from __future__ import annotations

import importlib
import io
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .result import in_words

Point = dict[str, Any]


@dataclass(frozen=True)
class Missing:
    """There is no value, for a reason."""

    reason: str


NEVER = Missing("the notebook did not come by")


class Reader(pickle.Unpickler):
    """Finds the notebook's own classes in the package."""

    def __init__(self, data: bytes, package: str) -> None:
        super().__init__(io.BytesIO(data))
        self.package = package

    def find_class(self, module: str, name: str) -> Any:
        """Look a class up, those of the notebook in the package."""
        if module != "__main__":
            try:
                return super().find_class(module, name)
            except ImportError:  # a module that a cell wrote travels inside the package
                return super().find_class(f"{self.package}.{module}", name)
        for home in ("preprocessing", "training", "inference"):
            try:
                found = getattr(importlib.import_module(f"{self.package}.{home}"), name, None)
            except ImportError:
                continue
            if found is not None:
                return found
        raise pickle.UnpicklingError(f"{name} is not in the package")


@dataclass
class Recorded:
    """The values of one run."""

    points: list[Point]
    notes: list[list[dict[str, Any]]]
    splits: list[dict[str, Any]]
    package: str

    @classmethod
    def read(cls, path: str, points: list[Point], package: str) -> Recorded:
        """Read the file of one run."""
        content = pickle.loads(Path(path).read_bytes())
        return cls(points, content["notes"], content["splits"], package)

    def numbers(self, role: str) -> list[int]:
        """The points of a role, in order."""
        return [at for at, point in enumerate(self.points) if point["role"] == role]

    def runs(self, number: int) -> list[dict[str, Any]]:
        """The runs of a point's statement that are meant."""
        notes, point = self.notes[number], self.points[number]
        if point["of"] > 1 and notes and len(notes) % point["of"] == 0:
            size = len(notes) // point["of"]
            return notes[point["nth"] * size : (point["nth"] + 1) * size]
        return notes

    def value(self, number: int) -> Any:
        """The value of a point."""
        runs = self.runs(number)
        return self.load(runs[-1]) if runs else NEVER

    def values(self, number: int) -> list[Any]:
        """The values of all runs of a point."""
        return [self.load(run) for run in self.runs(number)]

    def load(self, note: dict[str, Any], part: str = "value") -> Any:
        """Read one recorded value."""
        if "fault" in note:
            return Missing(note["fault"])
        if note.get(part) is None:
            return None
        try:
            return Reader(note[part], self.package).load()
        except Exception as fault:  # objects of any library may refuse to come back
            return Missing(in_words(fault))

    def one(self, role: str) -> Any:
        """The value of the only point of a role."""
        numbers = self.numbers(role)
        return self.value(numbers[0]) if numbers else NEVER

    def index(self, role: str) -> Any:
        """The labels of the rows of a role's value, if it has any."""
        numbers = self.numbers(role)
        runs = self.runs(numbers[0]) if numbers else []
        return self.load(runs[-1], "index") if runs and "index" in runs[-1] else None

    def learned(self, asked: dict[str, Any]) -> Any:
        """A learned value in the form in which the package's state holds it."""
        number = next((n for n in self.numbers("state") if self.points[n]["name"] == asked["name"]), None)
        runs = self.runs(number) if number is not None else []
        if not runs:
            return NEVER
        if not asked["keyed"]:
            return self.load(runs[-1])
        found: dict[Any, Any] = {}
        for at, run in enumerate(runs):
            key = at if asked["folds"] else self.load(run, "key")
            value = self.load(run)
            if isinstance(value, Missing) or isinstance(key, Missing):
                return value if isinstance(value, Missing) else key
            found[key] = value
        return found
