"""Where rows enter a program: a file that is read, or many files that are put together as they were read.

One table in many files: ``pd.concat([pd.read_csv(path) for path in paths])``, or a loop that appends to a list.

The concatenated table is what the notebook works on, so it is the source, and the files belong to its reading. Only
lists that hold nothing but files as they were read; a file that is worked on before it is appended is not one.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.interpretation.trace import Op, Source, Step
from nb2prod.interpretation.values import Value

if TYPE_CHECKING:
    from nb2prod.interpretation.machine import Machine


FEATURES_AND_TARGET = "return_X_y"


def read_source(machine: Machine, node: ast.expr, kind: str = "frame") -> Value:
    """Rows enter the program."""
    rows = machine.new_rows("source")
    names = _switched_on(node)
    kind = "bunch" if kind == "tuple" and FEATURES_AND_TARGET in names else kind
    kind = kind if kind in ("frame", "series", "array", "bunch", "list", "estimator", "dict") else "any"
    value = machine.fresh(Value(kind=kind, relation="rows", rows=rows, names=names))
    if kind == "estimator":
        return value.but(relation="data", rows=None)
    path = ast.unparse(node.args[0]) if isinstance(node, ast.Call) and node.args else ""
    if path in machine.files:
        machine.warn("NB322", f"{path} is written by this notebook, and the package starts with its rows", node)
    source = Source(len(machine.sources), machine.step, node, value)
    machine.sources.append(source)
    machine.note(node, Op("source", value, detail=str(source.number)), heavy=True)
    return value


def _switched_on(node: ast.expr) -> frozenset[str]:
    """The options of a call that are literally true, such as ``as_frame=True``."""
    keywords = node.keywords if isinstance(node, ast.Call) else []
    on = [k.arg for k in keywords if isinstance(k.value, ast.Constant) and k.value.value is True]
    return frozenset(name for name in on if name is not None)


def gathers_files(machine: Machine, node: ast.expr) -> bool:
    """Whether an expression is a list of files, each just read."""
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        return _reads(machine.step, node.elt) or _passes_chunks(machine, machine.step, node)
    if _chunked(machine, machine.step, node):
        return True
    if not isinstance(node, ast.Name):
        return False
    writers = [machine.steps[number] for number in sorted(machine.step.deps.get(node, frozenset()))]
    fills = [writer for writer in writers if not _is_empty_list(writer, node.id)]
    return bool(fills) and all(_fills(machine, writer, node.id) for writer in fills)


def _chunked(machine: Machine, step: Step, node: ast.expr) -> bool:
    """A file that is read in chunks, or the variable that holds its reader."""
    if isinstance(node, ast.Name):
        writers = [machine.steps[number] for number in step.deps.get(node, frozenset())]
        held = _assigned(writers[0], node.id) if len(writers) == 1 else None
        return isinstance(held, ast.Call) and _chunked(machine, writers[0], held)
    named = isinstance(node, ast.Call) and any(keyword.arg == "chunksize" for keyword in node.keywords)
    return named and _reads(step, node)


def _passes_chunks(machine: Machine, step: Step, node: ast.ListComp | ast.GeneratorExp) -> bool:
    """``[chunk for chunk in pd.read_csv(path, chunksize=1000)]``: the chunks of one file as they were read."""
    first = node.generators[0]
    alone = len(node.generators) == 1 and not first.ifs and ast.unparse(first.target) == ast.unparse(node.elt)
    return alone and _chunked(machine, step, first.iter)


def _reads(step: Step, node: ast.expr) -> bool:
    op = step.ops.get(node)
    value = step.values.get(node)
    return op is not None and op.relation == "source" and value is not None and value.kind == "frame"


def _is_empty_list(step: Step, name: str) -> bool:
    value = _assigned(step, name)
    called = isinstance(value, ast.Call) and ast.unparse(value) == "list()"
    return called or (isinstance(value, ast.List) and not value.elts)


def _assigned(step: Step, name: str) -> ast.expr | None:
    node = step.node
    if step.bind is None and isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        return node.value if isinstance(target, ast.Name) and target.id == name else None
    return None


def _fills(machine: Machine, step: Step, name: str) -> bool:
    """A comprehension of files, or the appending of one that the same round of a loop has read."""
    value = _assigned(step, name)
    if value is not None:
        return isinstance(value, ast.ListComp) and (_reads(step, value.elt) or _passes_chunks(machine, step, value))
    if not (isinstance(step.node, ast.For) or (step.parent is not None and isinstance(step.parent.node, ast.For))):
        return False
    loop = step if isinstance(step.node, ast.For) else step.parent
    if loop is None:
        return False
    head = loop.node
    chunked = isinstance(head, ast.For) and _chunked(machine, loop, head.iter)
    chunk = ast.unparse(head.target) if isinstance(head, ast.For) and chunked else None
    return all(_reads_or_appends(child, name, chunk) for child in loop.children)


def _reads_or_appends(step: Step, name: str, chunk: str | None) -> bool:
    node = step.node
    if isinstance(node, ast.Assign):
        return _reads(step, node.value) or _adds_constant(step, node)
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    call = node.value
    if ast.unparse(call.func) == "print":
        return True
    appends = ast.unparse(call.func) == f"{name}.append" and len(call.args) == 1
    if appends and chunk is not None:
        return ast.unparse(call.args[0]) == chunk
    return appends and (_reads(step, call.args[0]) or _was_read(step, call.args[0]))


def _adds_constant(step: Step, node: ast.Assign) -> bool:
    """``part['year'] = year``: a column that each file gets; it counts as read."""
    target, value = node.targets[0], step.values.get(node.value)
    if len(node.targets) != 1 or not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
        return False
    constant = value is not None and value.relation == "const" and value.kind in ("scalar", "str", "any")
    return constant and isinstance(target.slice, ast.Constant)


def _was_read(step: Step, node: ast.expr) -> bool:
    before = step.parent.children if step.parent is not None else []
    return isinstance(node, ast.Name) and any(
        (value := _assigned(other, node.id)) is not None and _reads(other, value) for other in before
    )
