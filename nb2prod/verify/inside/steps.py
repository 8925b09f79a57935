"""What the package computes on its way from raw rows to features, statement by statement.

`walk` answers rows with a function of the package and notes the tables that each statement of its modules leaves.
Input: the modules, the names of their step functions, the call. Output: the notes in order, and the fault that ended
the way, if one did.
"""

from __future__ import annotations

import ast
import copy
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .result import in_words

Key = tuple[str, str]
RETURNED = "return"
"""What a `return` gives back is noted under this name, which no variable has."""


@dataclass(frozen=True)
class Note:
    """A variable after a statement: the function, the statement's code, and the value."""

    function: str
    statement: str
    variable: str
    value: Any


@dataclass
class Way:
    """All notes of one call, its answer, or the fault and where it came from."""

    notes: list[Note] = field(default_factory=list)
    answer: Any = None
    fault: str = ""
    at: tuple[str, str] = ("", "")
    """Function and statement of the fault, the outermost of them."""
    through: frozenset[str] = frozenset()
    """All functions that the fault went through."""


@dataclass
class _Function:
    name: str
    lines: dict[int, ast.stmt]


def walk(modules: list[types.ModuleType], call: Callable[[], Any]) -> Way:
    """Make the call and note what each statement leaves."""
    functions = {}
    for module in modules:
        path = str(module.__file__)
        functions.update({(path, name, line): found for name, line, found in _functions(path)})
    way = Way()
    tracer = _Tracer(functions, way)
    before = sys.gettrace()
    sys.settrace(tracer.called)
    try:
        way.answer = call()
    except Exception as fault:  # the package's code may fail in any way
        way.fault = in_words(fault)
        way.at, way.through = tracer.last, frozenset(tracer.through)
    finally:
        sys.settrace(before)
    return way


def statements(path: Any) -> Iterator[str]:
    """The code of every statement of a module, as `walk` notes it."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    return (_code(node) for node in ast.walk(tree) if isinstance(node, ast.stmt))


def statements_of_functions(path: Path) -> Iterator[tuple[str, str, str]]:
    """Function, its docstring and code of each simple statement in it, in order."""
    for function in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(function, ast.FunctionDef):
            simple = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and not hasattr(node, "body")]
            for node in sorted(simple, key=lambda one: one.lineno):
                if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                    yield function.name, ast.get_docstring(function) or "", _code(node)


def _functions(path: str) -> list[tuple[str, int, _Function]]:
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            lines: dict[int, ast.stmt] = {}
            for statement in ast.walk(node):
                if isinstance(statement, ast.stmt) and statement is not node:
                    for line in range(statement.lineno, _own_end(statement) + 1):
                        lines[line] = statement
            found.append((node.name, node.lineno, _Function(node.name, lines)))
    return found


def _own_end(statement: ast.stmt) -> int:
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
        return max(statement.lineno, body[0].lineno - 1)
    return statement.end_lineno or statement.lineno


class _Tracer:
    def __init__(self, functions: dict[tuple[str, str, int], _Function], way: Way) -> None:
        self.functions = functions
        self.way = way
        self.at: dict[types.FrameType, ast.stmt] = {}
        self.last = ("", "")
        self.through: list[str] = []

    def called(self, frame: types.FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        function = self.functions.get((code.co_filename, code.co_name, code.co_firstlineno))
        if function is None:
            return None

        def inside(frame: types.FrameType, event: str, argument: Any) -> Any:
            self._step(function, frame, event, argument)
            return inside

        return inside

    def _step(self, function: _Function, frame: types.FrameType, event: str, argument: Any) -> None:
        if event == "exception":
            self.through.append(function.name)
            statement = function.lines.get(frame.f_lineno)
            if statement is not None:
                self.last = (function.name, _code(statement))
            self.at.pop(frame, None)
            return
        if event == "line":
            self.through.clear()  # an earlier fault was caught
        current = function.lines.get(frame.f_lineno) if event == "line" else None
        previous = self.at.get(frame)
        if previous is not None and (current is not previous or event == "return"):
            self._note(function, previous, {**frame.f_locals, RETURNED: argument})
        if current is not None:
            self.at[frame] = current
        elif event == "return":
            self.at.pop(frame, None)

    def _note(self, function: _Function, statement: ast.stmt, held: dict[str, Any]) -> None:
        for name in variables(statement):
            if name in held and _is_table(held[name]):
                value = copy.copy(held[name])
                value = value.copy() if hasattr(value, "copy") else value
                self.way.notes.append(Note(function.name, _code(statement), name, value))


def _code(statement: ast.stmt) -> str:
    return ast.unparse(statement)


def _is_table(value: Any) -> bool:
    return bool(getattr(value, "shape", ())) or (isinstance(value, list) and len(value) > 0)


def variables(statement: ast.stmt) -> list[str]:
    """The variables that a simple statement binds or changes, and `RETURNED` where it gives a value back."""
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Return):
        return [RETURNED]
    if isinstance(statement, ast.Assign):
        targets = list(statement.targets)
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        targets = [statement.target]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        targets = [statement.value.func]
    found: list[str] = []
    while targets:
        target = targets.pop(0)
        while isinstance(target, (ast.Attribute, ast.Subscript, ast.Call)):
            target = target.func if isinstance(target, ast.Call) else target.value
        if isinstance(target, (ast.Tuple, ast.List)):
            targets += target.elts
        elif isinstance(target, ast.Name):
            found.append(target.id)
    return list(dict.fromkeys(found))
