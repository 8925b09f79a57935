"""In the notebook's kernel: record the values at the points, and change nothing else.

`watch` installs a transformer of the cells' syntax trees. A point that is an expression is wrapped, so that the value
is recorded as the notebook computes it; a point before or after a statement is evaluated there, with the state of the
random generators put back. Values are pickled at once, because notebooks change objects in place. `write` gives
the file that the comparison reads. A point that cannot be recorded holds the reason instead of a value.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import json
import pickle
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zlib import crc32

NAME = "__nb2prod__"
RUNS = 2_000
"""Recorded runs of one point."""
BUDGET = 600_000_000
"""Bytes for the variables on the way; the rest of the points is recorded whatever it takes."""

Point = dict[str, Any]


class Recorder:
    """Holds what was recorded: for each point, the runs with their keys and pickled values."""

    def __init__(self, points: list[Point], cells: list[tuple[int, str]]) -> None:
        self.points = points
        self.cells = cells
        self.at = -1
        self.running = False
        self.notes: list[list[dict[str, Any]]] = [[] for _ in points]
        self.waiting: dict[int, Any] = {}
        self.splits: list[dict[str, Any]] = []
        self.spent = 0

    @property
    def cell(self) -> int:
        """The number of the cell that runs."""
        return self.cells[self.at][0] if self.running else 0

    def enter(self, info: Any) -> None:
        """Note which cell starts; code that a magic runs on its own is part of the cell around it."""
        following = self.at + 1
        if not self.running and following < len(self.cells) and info.raw_cell == self.cells[following][1]:
            self.at, self.running = following, True

    def leave(self, result: Any) -> None:
        """Note that a cell ends."""
        if self.running and result.info.raw_cell == self.cells[self.at][1]:
            self.running = False

    def value(self, number: int, value: Any) -> Any:
        """Record the value of an expression and pass it on."""
        if self.points[number].get("late"):
            self.waiting[number] = value
        else:
            self._keep(number, lambda: value, None)
        return value

    def settle(self, number: int, keys: Any = None) -> None:
        """Record an object as it is after its statement."""
        if number in self.waiting:
            value = self.waiting.pop(number)
            self._keep(number, lambda: value, keys)

    def note(self, number: int, compute: Callable[[], Any], keys: Any = None) -> None:
        """Evaluate a point at its statement."""
        before = _random_states()
        try:
            self._keep(number, compute, keys)
        finally:
            _restore(before)

    def _keep(self, number: int, compute: Callable[[], Any], keys: Any) -> None:
        point = self.points[number]
        if len(self.notes[number]) >= RUNS or (point["role"] == "step" and self.spent > BUDGET):
            return
        found: dict[str, Any] = {}
        try:
            if keys is not None:
                found["key"] = pickle.dumps(keys())
            value = compute()
            found["value"] = pickle.dumps(eval("value" + point.get("then", ""), {"value": value}))
            found["index"] = _labels(value)
        except Exception as fault:  # whatever the notebook's own code or objects say
            found = {"fault": f"{type(fault).__name__}: {fault}"[:300]}
        self.spent += len(found.get("value", b"")) if point["role"] == "step" else 0
        self.notes[number].append(found)


def _labels(value: Any) -> bytes | None:
    index = getattr(value, "index", None)
    return pickle.dumps(index) if hasattr(index, "get_indexer") else None


def _random_states() -> tuple[Any, Any]:
    numpy = sys.modules.get("numpy")
    return random.getstate(), numpy.random.get_state() if numpy is not None else None


def _restore(states: tuple[Any, Any]) -> None:
    numpy = sys.modules.get("numpy")
    random.setstate(states[0])
    if numpy is not None and states[1] is not None:
        numpy.random.set_state(states[1])


# ---------------------------------------------------------------------- the transformer


class Probes(ast.NodeTransformer):
    """Puts the recorder's calls into the tree of one cell."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.wrapped: dict[ast.AST, list[int]] = {}
        self.before: dict[ast.AST, list[int]] = {}
        self.after: dict[ast.AST, list[int]] = {}

    def visit(self, node: ast.AST) -> Any:
        """Take a whole cell: find its points, then put the calls in."""
        if isinstance(node, (ast.Module, ast.Interactive)):
            self._find(node)
            return ast.fix_missing_locations(self._inserted(node))
        return self._inserted(node)

    def _find(self, tree: ast.AST) -> None:
        self.wrapped, self.before, self.after = {}, {}, {}
        nodes = list(ast.walk(tree))
        for number, point in enumerate(self.recorder.points):
            if point["cell"] != self.recorder.cell:
                continue
            statement = _nearest(nodes, point)
            if statement is None:
                continue
            if point["when"] == "value":
                self._find_value(statement, number, point)
            else:
                (self.before if point["when"] == "before" else self.after).setdefault(statement, []).append(number)

    def _find_value(self, statement: ast.AST, number: int, point: Point) -> None:
        node = _expression(statement, point)
        if node is not None:
            self.wrapped.setdefault(node, []).append(number)
            if point.get("late"):
                self.after.setdefault(statement, []).append(number)

    def _inserted(self, node: ast.AST) -> Any:
        for name, content in ast.iter_fields(node):
            if isinstance(content, list):
                setattr(node, name, [made for item in content for made in self._around(item)])
            elif isinstance(content, ast.AST):
                setattr(node, name, self._inserted(content))
        if node in self.wrapped and isinstance(node, ast.expr):
            made: ast.expr = node
            for number in self.wrapped[node]:
                made = _call("value", [ast.Constant(number), made], node)
            return made
        return node

    def _around(self, item: Any) -> list[Any]:
        if not isinstance(item, ast.AST):
            return [item]
        before = [self._note(number, item) for number in self.before.get(item, [])]
        after = [self._note(number, item) for number in self.after.get(item, [])]
        return [*before, self._inserted(item), *after]

    def _note(self, number: int, statement: ast.AST) -> ast.stmt:
        point = self.recorder.points[number]
        keys = point.get("keys") or []
        arguments: list[ast.expr] = [ast.Constant(number)]
        if point["when"] == "value":
            method = "settle"
        else:
            method = "note"
            arguments.append(_delayed(point["code"]))
        if keys:
            text = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
            arguments.append(_delayed(text))
        return ast.copy_location(ast.Expr(_call(method, arguments, statement)), statement)


def _delayed(code: str) -> ast.expr:
    return ast.parse(f"lambda: ({code})", mode="eval").body


def _call(method: str, arguments: list[ast.expr], at: ast.AST) -> ast.expr:
    function = ast.Attribute(ast.Name(NAME, ast.Load()), method, ast.Load())
    call = ast.Call(function, arguments, [])
    for node in ast.walk(function):
        ast.copy_location(node, at)
    return ast.copy_location(call, at)


def _expression(statement: ast.AST, point: Point) -> ast.expr | None:
    """The expression of a point: at its place, or (in an f-string, whose places are inexact) by its text."""
    shift = getattr(statement, "lineno", 0) - point["line"]
    first, column, last, end = point["span"]
    alike = None
    for node in ast.walk(statement):
        if not isinstance(node, ast.expr) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            continue
        span = (node.lineno - shift, node.col_offset, (node.end_lineno or 0) - shift, node.end_col_offset)
        if span == (first, column, last, end):
            return node
        if alike is None and ast.unparse(node) == point["code"]:
            alike = node
    return alike


def _nearest(nodes: list[ast.AST], point: Point) -> ast.AST | None:
    """The statement of a point, known by its text: magics above it may have moved it by some lines."""
    found = [
        node
        for node in nodes
        if isinstance(node, ast.stmt)
        and type(node).__name__ == point["kind"]
        and node.col_offset == point["column"]
        and abs(node.lineno - point["line"]) <= 3
    ]

    def unlike(node: ast.stmt) -> tuple[bool, int]:
        return crc32(ast.unparse(node).encode()) != point["text"], abs(node.lineno - point["line"])

    return min(found, key=unlike, default=None)


# ---------------------------------------------------------------------- start and end


def watch(spec: str) -> None:
    """Start recording in this shell."""
    shell = _shell()
    asked = json.loads(Path(spec).read_text(encoding="utf-8"))
    for point in asked["points"]:
        if point["when"] == "value" and point.get("keys"):
            point["late"] = True
    recorder = Recorder(asked["points"], [(number, source) for number, source in asked["cells"]])
    setattr(builtins, NAME, recorder)
    _recipes(asked["recipes"])
    _watch_splits(recorder)
    shell.events.register("pre_run_cell", recorder.enter)
    shell.events.register("post_run_cell", recorder.leave)
    shell.ast_transformers.append(Probes(recorder))


def write(target: str) -> None:
    """Write everything that was recorded."""
    recorder: Recorder = getattr(builtins, NAME)
    found = {"notes": recorder.notes, "splits": recorder.splits}
    Path(target).write_bytes(pickle.dumps(found))


def _shell() -> Any:
    return importlib.import_module("IPython").get_ipython()


def _recipes(recipes: dict[str, list[str]]) -> None:
    """Functions that a learned value is computed with in training, where the notebook's own names do not hide them."""
    space: dict[str, Any] = {}
    lines = ["from __future__ import annotations", "from typing import Any", *recipes["imports"]]
    for name in ("numpy as np", "pandas as pd"):
        lines.append(f"import {name}")
    if recipes["sources"] or recipes["imports"]:
        exec("\n\n".join([*lines, *recipes["sources"]]), space)
    for name, value in space.items():
        if not name.startswith("__") and not hasattr(builtins, name):
            setattr(builtins, name, value)


def _watch_splits(recorder: Recorder) -> None:
    """Have train_test_split split the rows' numbers along: the same call, so the same parts."""
    try:
        selection: Any = importlib.import_module("sklearn.model_selection")
        numpy = importlib.import_module("numpy")
    except ImportError:
        return
    real = selection.train_test_split

    def train_test_split(*arrays: Any, **options: Any) -> Any:
        if not arrays or not hasattr(arrays[0], "__len__"):
            return real(*arrays, **options)
        shape = getattr(arrays[0], "shape", None)
        count = shape[0] if shape else len(arrays[0])
        *parts, train, test = real(*arrays, numpy.arange(count), **options)
        labels = next((array.index for array in arrays if hasattr(getattr(array, "index", None), "get_indexer")), None)
        recorder.splits.append({"count": count, "labels": labels, "parts": [train, test]})
        return parts

    train_test_split.__doc__ = real.__doc__
    selection.train_test_split = train_test_split
