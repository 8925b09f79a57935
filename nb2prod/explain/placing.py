"""Where statements went: the lines of the rendered package, by the program line that they come from.

Input: a plan and its program. Output: the modules' final texts and, for each program line, its destinations.
"""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nb2prod.explain.records import Destination
from nb2prod.generation.origins import lines_of
from nb2prod.generation.package import context_of
from nb2prod.generation.plan import Plan
from nb2prod.generation.render import render_package
from nb2prod.reading.syntax import Program

ORDER = ("data", "preprocessing", "operations", "training", "inference", "config")
"""The modules that came from the notebook, in the order of reading."""


@dataclass(frozen=True)
class Placing:
    """The final modules and the links from program lines into them."""

    modules: tuple[tuple[str, str], ...]
    homes: dict[str, dict[int, str]]
    """Module -> line -> function or class."""
    by_program_line: dict[int, tuple[Destination, ...]]
    written: frozenset[str]
    """Modules that the notebook wrote itself and that the package took along."""

    def destinations(self, module: str, lines: Iterable[int]) -> tuple[Destination, ...]:
        """Group lines of a module by the functions that they are in."""
        found: dict[str, list[int]] = {}
        for line in sorted(lines):
            found.setdefault(self.homes[module].get(line, ""), []).append(line)
        return tuple(Destination(module, home, tuple(inside)) for home, inside in found.items())


def place(plan: Plan, program: Program) -> Placing:
    """Render a package and find the statements of the notebook in it."""
    texts = _render(plan)
    links: dict[int, dict[str, set[int]]] = {}
    for module in plan.modules:
        origins = lines_of(module.text, module.origins, texts[module.name], program)
        for line, program_lines in origins.items():
            for program_line in program_lines:
                links.setdefault(program_line, {}).setdefault(module.name, set()).add(line)
    placing = Placing(
        tuple(texts.items()), {name: _homes(text) for name, text in texts.items()}, {}, frozenset(plan.written)
    )
    for program_line, modules in links.items():
        found = [one for name in ORDER if name in modules for one in placing.destinations(name, modules[name])]
        placing.by_program_line[program_line] = tuple(found)
    return placing


def _render(plan: Plan) -> dict[str, str]:
    """The final text of each module that came from the notebook."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / plan.package
        folder.mkdir()
        render_package(context_of(plan), folder)
        sources = folder / "src" / plan.package
        paths = {name: sources / f"{name}.py" for name in ORDER}
        return {name: path.read_text(encoding="utf-8") for name, path in paths.items() if path.is_file()}


def _homes(text: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.update(dict.fromkeys(range(node.lineno, (node.end_lineno or node.lineno) + 1), node.name))
    return found
