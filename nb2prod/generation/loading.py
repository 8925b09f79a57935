"""``data.py`` of the package: ``load_data`` reads every table of the training slice, as the notebook reads it.

Input: the builder with its sources. Output: the module's text. What only prepares the reading (paths, options, open
files, connections) comes along; paths that are plain texts can be given by the caller.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

import libcst as cst

from nb2prod.generation.emission import DEFINITIONS, Loading, code_of, code_of_expression, with_blocks
from nb2prod.generation.indentation import indented
from nb2prod.generation.modules import HEADER, Builder, DataSource, docstring
from nb2prod.generation.origins import mark, marked
from nb2prod.generation.plan import FunctionNote
from nb2prod.generation.rewrite import assignment
from nb2prod.interpretation.trace import Source, Step
from nb2prod.slicing.slices import Hole, Template


def data_text(builder: Builder) -> str:
    """Write ``load_data``."""
    needed = {source.name: _needed_for(builder, source) for source in builder.sources}
    reads = {source.name: _read(builder, source, needed[source.name]) for source in builder.sources}
    prelude = _prelude(builder, needed) + "".join(dict.fromkeys(code for code, _ in reads.values()))
    body = "".join(entry for _, entry in reads.values())
    cells = builder.cells_of([source.source.step for source in builder.sources])
    imports = "\n".join(builder.import_lines)
    paths = "    paths = {**config.DATA, **(data or {})}\n" if any(s.path or s.others for s in builder.sources) else ""
    ignored = "" if paths else "    del data  # the notebook's sources have no path\n"
    builder.notes.append(FunctionNote("data", "load_data", cells, "Read the sources"))
    constants = "".join(f"{text}\n" for name, text in builder.constants.items() if name in prelude + body)
    return (
        f'"""Reading the notebook\'s sources."""\n\n{HEADER}'
        "from collections.abc import Mapping\nfrom pathlib import Path\nfrom typing import Any, TypeAlias\n"
        f"{imports}\nfrom {builder.package} import config\n\nPaths: TypeAlias = Mapping[str, str | Path]\n{constants}\n"
        "def load_data(data: Paths | None = None) -> dict[str, Any]:\n"
        f"{docstring('Read the sources, by name; `data` gives other paths', cells)}"
        f"{paths}{ignored}{indented(prelude)}    return {{\n{body}    }}\n"
    )


def _read(builder: Builder, source: DataSource, needed: dict[int, Step]) -> tuple[str, str]:
    """The statements that read a table, if an expression is not enough, and its entry in the result."""
    if source.switch is not None:
        return _switch_code(builder, source), f"        {source.name!r}: {source.name},\n"
    held = [outer for outer in source.source.step.ancestors() if outer.number in needed]
    if held:
        return _held_code(builder, source, held, needed), f"        {source.name!r}: {source.name},\n"
    value = code_of_expression(_expression(builder, source))
    return "", f"{mark([source.source.step.line], '        ')}        {source.name!r}: {value},\n"


def _expression(builder: Builder, source: DataSource) -> cst.BaseExpression:
    """The reading call, with a path that the caller can give."""
    call = source.source.node
    assert isinstance(call, ast.Call)

    def edit(step: Step, node: ast.AST, inner: bool) -> Template | None:
        if source.path is not None and call.args and node is call.args[0]:
            return Template(f'paths["{source.name}"]')
        return None

    return builder.emitter.rewriter.rewrite_expression(source.source.step, call, edit)


def _prelude(builder: Builder, needed: dict[str, dict[int, Step]]) -> str:
    """What prepares the reading of the tables, in the notebook's order."""
    emitter = builder.emitter
    steps: dict[int, Step] = {}
    for source in builder.sources:
        around = {outer.number for outer in source.source.step.ancestors()} if source.switch is None else set[int]()
        steps |= {number: step for number, step in needed[source.name].items() if number not in around}
        if source.switch is not None:
            steps.pop(source.switch.number, None)
    emitter.loading = Loading(frozenset(steps), _as_it_is)
    top = [steps[number] for number in sorted(steps) if steps[number].parent is None]
    code = code_of(emitter.emit_plain(top))
    emitter.loading = None
    return code


def _as_it_is(_step: Step, _node: ast.AST, _inner: bool) -> Template | None:
    return None


def _held_code(builder: Builder, source: DataSource, held: list[Step], needed: dict[int, Step]) -> str:
    """The ``with`` statements that hold open what the table is read from, and the reading in them."""
    emitter = builder.emitter
    emitter.loading = Loading(frozenset(needed), _as_it_is)
    place = source.source.step
    body: list[cst.BaseStatement] = [marked(assignment(source.name, _expression(builder, source)), [place.line])]
    for outer in held:
        before = [child for child in outer.children if child.number in needed and child.number < place.number]
        body = [*emitter.emit([child for child in before if child not in held], "fit"), *body]
        body = with_blocks(emitter.rewriter.rewrite_statement(outer, _as_it_is), {"body": body})
    emitter.loading = None
    return code_of(body)


def _switch_code(builder: Builder, source: DataSource) -> str:
    """The ``try`` or ``if`` that reads the table; a path that the caller gives wins in every branch."""
    emitter, switch = builder.emitter, source.switch
    assert switch is not None
    named = {
        place.node.args[0]: known.name
        for known in builder.sources
        if known.switch is switch
        for place in known.places
        if isinstance(place.node, ast.Call) and place.node.args
    }

    def edit(step: Step, node: ast.AST, inner: bool) -> Template | None:
        if inner or not isinstance(node, ast.expr) or node not in named:
            return None
        return Template(f'paths.get("{named[node]}", __0__)', (Hole(step, node),))

    slice_ = emitter.fitting.steps | emitter.adopted
    emitter.loading = Loading(frozenset(step.number for step in switch.walk()) & slice_, edit)
    code = code_of(emitter.emit_plain([switch]))
    emitter.loading = None
    return code


# ---------------------------------------------------------------------- what reading needs


def _needed_for(builder: Builder, source: DataSource) -> dict[int, Step]:
    """Steps that only prepare the reading of a table: paths, options, open files, the test of a switch."""
    known = set[ast.AST]()
    found: dict[int, Step] = {}
    for place in source.places:
        if source.path is not None and isinstance(place.node, ast.Call) and place.node.args:
            known |= set(ast.walk(place.node.args[0]))
        found |= _behind(builder, _read_by(place, known))
    return found | _behind(builder, source.switch.all_deps()) if source.switch is not None else found


def _read_by(source: Source, known: set[ast.AST]) -> set[int]:
    read = (node for node in ast.walk(source.node) if node not in known)
    return {number for node in read for number in source.step.deps.get(node, frozenset())}


def _behind(builder: Builder, numbers: Iterable[int]) -> dict[int, Step]:
    found: dict[int, Step] = {}
    pending = list(numbers)
    while pending:
        number = pending.pop()
        step = builder.emitter.trace.steps[number]
        if number in found or isinstance(step.node, DEFINITIONS):
            continue
        found[number] = step
        pending.extend(step.all_deps())
        pending.extend(outer.number for outer in step.ancestors())
    return found
