"""The last look at the generated modules: every name that they read is defined, or the extraction is refused.

Input: module texts and the trace. Refuses a name that no cell of the notebook defines (it came from a cell that was
deleted, or from a kernel that was kept alive), and a name that the slices would need but cannot have.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Iterator, Mapping

from nb2prod.errors import Refusal
from nb2prod.generation.plan import Module
from nb2prod.interpretation.trace import Step, Trace
from nb2prod.slicing.rowless import no_cell_defines

KNOWN = frozenset({*dir(builtins), "Fitted", "__name__", "__file__", "__doc__"})
"""Builtins, and what the templates import."""


def undefined_names(text: str, own: frozenset[str] = frozenset()) -> list[str]:
    """The names that a module's text reads and nothing binds, in alphabetical order.

    A star import may bind any of them, but not those that are the notebook's ``own``.
    """
    table = symtable.symtable(text, "module", "exec")
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    read = {name for scope in _scopes(table) for name in _globals_of(scope)}
    return sorted((read & own if "import *" in text else read) - bound - KNOWN)


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


def _globals_of(scope: symtable.SymbolTable) -> Iterator[str]:
    for symbol in scope.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or scope.get_type() == "module"):
            yield symbol.get_name()


def refuse_undefined(trace: Trace, modules: Iterable[Module], tables: Mapping[str, ast.AST] | None = None) -> None:
    """Refuse to write modules that would stop at a name; `tables` are where the tables are read, by name."""
    own = _own_names(trace)
    names = list(dict.fromkeys(name for module in modules for name in undefined_names(module.text, own)))
    found = [(name, *_reader(trace, name)) for name in names]
    for name in (name for name in names if name in (tables or {})):
        raise Refusal(
            "a table is read inside of another statement",
            code="NB406",
            place=trace.program.place((tables or {})[name]),
            why="the package reads its tables first, in a function of their own",
            do="read the table in a statement of its own: df = pd.read_csv(...)",
        )
    for name, written, step in found:
        inside = step is not None and written in _made_inside(step.node)
        if not inside and not any(written in other.binds or name in other.binds for other in trace.steps):
            raise no_cell_defines(written, trace.program.place(step.node) if step is not None else None)
    for _, written, step in found:
        raise Refusal(
            f"the package would need {written!r} where it is not known",
            code="NB406",
            place=trace.program.place(step.node) if step is not None else None,
            why="it is made in a loop, a function, a lambda or a block that cannot be followed",
            do=f"make what needs {written} in a statement of its own, outside of loops and functions",
        )


def _own_names(trace: Trace) -> frozenset[str]:
    """The names that the notebook binds anywhere, in lambdas and comprehensions too."""
    below = [child for statement in trace.program.statements() for child in ast.walk(statement)]
    stored = {child.id for child in below if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store)}
    return frozenset(stored | {child.arg for child in below if isinstance(child, ast.arg)})


def _made_inside(node: ast.AST) -> set[str]:
    """The parameters of the lambdas in a statement, and the variables of its comprehensions."""
    below = list(ast.walk(node))
    made = [child.target for child in below if isinstance(child, ast.comprehension)]
    names = {name.id for target in made for name in ast.walk(target) if isinstance(name, ast.Name)}
    return names | {argument.arg for child in below if isinstance(child, ast.Lambda) for argument in child.args.args}


def _reader(trace: Trace, name: str) -> tuple[str, Step | None]:
    """The name as the notebook writes it, and the first step that reads it."""
    for written in (name, re.sub(r"_\d+$", "", name)):
        for step in trace.steps:
            if any(isinstance(node, ast.Name) and node.id == written for node in ast.walk(step.node)):
                return written, step
    return name, None
