"""How tables are read: what a source is given (a path, an open file, a connection) belongs to the reading alone.

``with zipfile.ZipFile("a.zip") as archive: df = pd.read_csv(archive.open("people.csv"))`` is one source, the table.
Training and inference are given the table, so neither of them opens the archive; ``load_data`` does.
"""

from __future__ import annotations

import ast

from nb2prod.interpretation.trace import Step, Trace

DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
OPENING = frozenset({"open", "connect", "begin", "cursor"})
"""Methods of archives, engines and connections that give what is read from."""


def opens_sources(step: Step) -> bool:
    """Whether a ``with`` statement does nothing but hold open what tables are read from."""
    node = step.node
    if step.bind is not None or not isinstance(node, (ast.With, ast.AsyncWith)):
        return False
    return all(_opens(step, item.context_expr) for item in node.items)


def _opens(step: Step, node: ast.expr) -> bool:
    value = step.values.get(node)
    within = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in OPENING
    return _is_source(step, node) or (value is not None and (value.kind == "file" or (within and value.kind == "any")))


def deps_but_reading(step: Step) -> frozenset[int]:
    """Every step that this one reads from, but for what its sources are read with."""
    reading = {child for node in step.ops if _is_source(step, node) for child in ast.walk(node)}
    found: set[int] = set()
    for node, steps in step.deps.items():
        if node not in reading:
            found |= steps
    for node, names in step.free.items():
        if node not in reading:
            found |= {number for free in names.values() for number in free.steps}
    return frozenset(found)


def is_read_with(step: Step, node: ast.expr) -> bool:
    """Whether a source is what another source of the same statement is read with: ``pd.read_csv(open(path))``."""
    return any(node in ast.walk(other) for other in step.ops if other is not node and _is_source(step, other))


def definitions_for_reading(trace: Trace, step: Step) -> list[int]:
    """Imports, functions and classes that the reading in a step uses, also in what prepares it."""
    pending, seen = sorted(step.all_deps() - deps_but_reading(step)), set[int]()
    while pending:
        number = pending.pop()
        if number in seen:
            continue
        seen.add(number)
        read = trace.steps[number]
        pending.extend(read.all_deps())
        pending.extend(outer.number for outer in read.ancestors())
    return sorted(number for number in seen if isinstance(trace.steps[number].node, DEFINITIONS))


def _is_source(step: Step, node: ast.AST) -> bool:
    op = step.ops.get(node)
    return isinstance(node, ast.Call) and op is not None and op.relation == "source"
