"""The bodies of the generated preprocessing and inference modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import groupby

import libcst as cst

from nb2prod.generation.emission import Emitter, code_of, code_of_expression
from nb2prod.generation.indentation import indented
from nb2prod.generation.layout import Group, heading_of, names_in
from nb2prod.generation.modules import (
    HEADER,
    PREPROCESS,
    WIDTH,
    Builder,
    call_line,
    docstring,
    has_probabilities,
    is_model,
    needed_imports,
    rows_kind,
)
from nb2prod.generation.origins import MARK, is_mark, mark
from nb2prod.generation.plan import FunctionNote
from nb2prod.generation.step_names import sentence
from nb2prod.generation.twins import with_names
from nb2prod.interpretation.trace import Step

COPY = re.compile(r"(\w+) ?= ?(\w+)")
CALL = re.compile(r"(\w+) ?= ?(\w+)\(([\w, ]*)\)")
"""A call of a step function that gives one table."""
FEATURES = "Turn raw rows into the features of the model"


def imports_text(builder: Builder) -> str:
    """The notebook's own import lines."""
    return "\n".join(builder.import_lines)


def shared_code(builder: Builder, group: Group) -> str:
    """The body of a group that training and inference share."""
    return code_of(builder.emitter.emit(group.steps, "shared"))


# ---------------------------------------------------------------------- preprocessing


def preprocessing_text(builder: Builder) -> str:
    """State, step functions and ``preprocess``."""
    functions = [_step_function(builder, group) for group in builder.groups if group.kind == "shared"]
    head = _preprocess_function(builder)
    state = _state_class(builder)
    definitions = "\n\n".join(builder.definitions.values())
    constants = "\n".join(builder.constants.values())
    parts = [
        '"""Raw rows to features: the same code for training and for inference."""\n',
        (HEADER if builder.definitions else "")
        + "from dataclasses import dataclass, field\nfrom typing import Any\nimport numpy as np\nimport pandas as pd",
        imports_text(builder),
        needed_imports(builder),
        constants,
        state,
        head,
        *functions,
        definitions,
    ]
    return "\n\n".join(part for part in parts if part)


def _state_class(builder: Builder) -> str:
    lines = []
    for capture in builder.emitter.captures():
        if is_model(builder.emitter, capture):
            continue
        cell = builder.cells_of([capture.step])[0]
        kind = "dict[Any, Any] = field(default_factory=dict)" if capture.keys else "Any = None"
        lines.append(mark(capture.lines(), "    "))
        lines.append(f"    {capture.name}: {kind}  # cell {cell}\n")
    body = "".join(lines)
    if not lines:
        return 'class PreprocessingState:\n    """What training learned from the rows: nothing."""\n'
    return (
        "@dataclass\nclass PreprocessingState:\n"
        f'    """What training learned from the rows, and inference recalls."""\n\n{body}'
    )


def _step_function(builder: Builder, group: Group) -> str:
    code = shared_code(builder, group)
    inside = with_names(_under_headings(builder, group) or code, group.parameters)
    own = group.parameters if with_names(code, group.parameters) != code else {}
    parameters = [builder.annotations.parameter(own.get(name, name), name) for name in group.inputs]
    if "state." in code or group.name == PREPROCESS:
        parameters.append("state: PreprocessingState")
    if "fitting" in code:
        parameters += ["*", "fitting: bool = False"]
    outputs = ", ".join(own.get(name, name) for name in group.outputs)
    summary = group.summary or "Prepare the rows"
    builder.notes.append(FunctionNote("preprocessing", group.name, group.cells, summary))
    body = _returning(inside, outputs) if outputs else inside
    head = f"def {group.name}({', '.join(parameters)}){builder.annotations.returned(group.outputs)}:\n"
    return f"{head}{docstring(summary, group.cells)}{indented(body)}"


def _under_headings(builder: Builder, group: Group) -> str:
    """The body of a group with the headings that its statements stand under, where these are several."""
    emitter = builder.emitter
    runs = [(h, list(steps)) for h, steps in groupby(group.steps, lambda step: sentence(heading_of(emitter, step)))]
    if len(runs) < 2:
        return ""
    parts = [(heading, code_of(emitter.emit(steps, "shared"))) for heading, steps in runs]
    return "".join(f"# --- {heading}\n{code}" if heading and code.strip() else code for heading, code in parts)


def _returning(body: str, result: str, origin: str = "") -> str:
    """A body with its ``return``; nothing is bound or copied only to be returned."""
    body, result, origin = _uncopied(body, result, origin)
    whole = _returning_last(body, result)
    return _without_last_copy(whole) if whole else f"{body}{origin}return {result}\n"


def _without_last_copy(body: str) -> str:
    """Give ``return step(b)`` for ``a = b`` and ``return step(a)``."""
    lines = body.splitlines(keepends=True)
    start = ast.parse(body).body[-1].lineno - 1
    before = next((at for at in range(start - 1, -1, -1) if not lines[at].startswith(MARK)), -1)
    copied = COPY.fullmatch(lines[before].rstrip("\n")) if before >= 0 else None
    if copied is None or copied[2] == "rows":
        return body
    given = with_names("".join(lines[start:]), {copied[1]: copied[2]})
    if copied[1] in names_in(given)[0]:
        return body
    return _without_last_copy("".join(lines[:before] + lines[before + 1 : start]) + given)


def _returning_last(body: str, result: str) -> str:
    """The body that returns the value of its last statement, where this is what binds the result."""
    statements = ast.parse(body).body
    match statements[-1:]:
        case [ast.Assign(targets=[ast.Name(id=name)]) as last] if name == result:
            lines = body.splitlines(keepends=True)
            head, start = "".join(lines[: last.lineno - 1]), "".join(lines[last.lineno - 1 :])
            return f"{head}return {start.partition('=')[2].lstrip()}"
    return ""


def _uncopied(body: str, result: str, origin: str = "") -> tuple[str, str, str]:
    """A body without the copies ``X_test = X`` at its end, what it gives then, and the mark of that."""
    lines = body.rstrip("\n").split("\n")
    while lines and (copied := COPY.fullmatch(lines[-1])) is not None and copied[1] == result:
        result = copied[2]
        lines.pop()
        while lines and lines[-1].startswith(MARK):
            origin = f"{lines.pop()}\n"
    return "".join(f"{line}\n" for line in lines), result, origin


def head_groups(builder: Builder) -> list[Group]:
    """The groups that inference runs before it predicts."""
    serving = [group for group in builder.groups if group.kind in ("shared", "own") and _serves(builder, group)]
    found = []
    for group in serving:
        if group.tail:
            break
        found.append(group)
    return found


def tail_groups(builder: Builder) -> list[Group]:
    """The groups of inference from the first prediction on."""
    return [g for g in builder.groups if g.kind in ("shared", "own") and g.tail and _serves(builder, g)]


def _serves(builder: Builder, group: Group) -> bool:
    return any(builder.emitter.in_serving(step) for step in group.steps)


def _answer_expression(builder: Builder, method: str | None = None) -> str:
    emitter = builder.emitter
    answer = emitter.serving.answer
    value = emitter.rewriter.rewrite_expression(answer.step, answer.node, emitter.noting(emitter.serve_edit))
    if method is not None and isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute):
        value = value.with_changes(func=value.func.with_changes(attr=cst.Name(method)))
    return code_of_expression(value)


def _tail_code(builder: Builder) -> str:
    steps = [step for group in tail_groups(builder) for step in group.steps]
    answer = builder.emitter.serving.answer.step
    kept = [step for step in steps if not (step is answer and builder.emitter.serving.served.get(step.number) is None)]
    return code_of(builder.emitter.emit(kept, "serve"))


def merge_only_step(builder: Builder) -> None:
    """Where inference only calls one step function with the raw rows, that function is ``preprocess`` itself."""
    groups = [group for group in head_groups(builder) if group.kind == "shared"]
    if len(groups) != 1 or len(groups[0].inputs) != 1:
        return
    group = groups[0]
    source, body = _serving_lines(builder)
    body, result, _ = _uncopied(body, ", ".join(features(builder)))
    given = f"{source}, state" if "state." in shared_code(builder, group) else source
    lines = [line for line in body.splitlines() if line and not is_mark(line)]
    if result == ", ".join(group.outputs) and lines == [f"{result} = {group.name}({given})"]:
        group.name, group.summary = PREPROCESS, FEATURES


def _preprocess_function(builder: Builder) -> str:
    if any(group.name == PREPROCESS for group in builder.groups):
        return ""
    source, body = _serving_lines(builder)
    results = features(builder) or [source]
    cells = builder.cells_of([step for group in head_groups(builder) for step in group.steps])
    builder.notes.append(FunctionNote("preprocessing", PREPROCESS, cells, FEATURES))
    code = _returning(body, ", ".join(results))
    head = f"def preprocess({_rows_and_state(builder, source)}){builder.annotations.returned(results)}:\n"
    return f"{head}{docstring(FEATURES, cells)}{indented(code)}"


def _rows_and_state(builder: Builder, source: str) -> str:
    """The parameters for raw rows and what training learned."""
    known = builder.annotations
    served = next(source for source in builder.sources if source.served)
    rows = known.of_kind(source, rows_kind(builder, served)) if source == "rows" else known.parameter(source, source)
    return f"{rows}, state: PreprocessingState"


def features(builder: Builder) -> list[str]:
    """The variables that the prediction reads from the preprocessing."""
    tail = _tail_code(builder)
    code = f"{tail}\n__answer__ = {_answer_expression(builder)}\n"
    source, body = _serving_lines(builder)
    _, binds, _ = names_in(body)
    bound = {source, *binds}
    found = [name for name in names_in(code)[0] if name in bound]
    return found or [source]


def _serving_lines(builder: Builder) -> tuple[str, str]:
    """The parameter of preprocess and its body."""
    statements: list[cst.BaseStatement] = []
    for group in head_groups(builder):
        if group.kind == "shared":
            statements.append(call_line(group, False, shared_code(builder, group)))
        else:
            statements.extend(builder.emitter.emit(group.steps, "serve"))
    return _source_parameter(_without_copies(code_of(statements)))


def _without_copies(code: str) -> str:
    """Give ``a = step(b)`` for ``a = b`` and ``a = step(a)``."""
    lines = code.split("\n")
    for at, line in enumerate(lines):
        copied = COPY.fullmatch(line)
        after = next((n for n in range(at + 1, len(lines)) if not lines[n].startswith(MARK)), at)
        called = CALL.fullmatch(lines[after])
        if copied is None or called is None or called[1] != copied[1] or copied[2] == "rows":
            continue
        given = called[3].split(", ")
        if copied[1] in given:
            passed = ", ".join(copied[2] if name == copied[1] else name for name in given)
            lines[after] = f"{called[1]} = {called[2]}({passed})"
            return _without_copies("\n".join(lines[:at] + lines[at + 1 :]))
    return code


def _source_parameter(code: str) -> tuple[str, str]:
    """Make the variable that holds the raw rows a parameter."""
    lines = code.splitlines(keepends=True)
    for at, line in enumerate(lines):
        copied = COPY.fullmatch(line.partition("  #")[0].rstrip("\n"))
        if copied is not None and copied[2] == "rows":
            name = copied[1]
            start = at
            while start and lines[start - 1].startswith("#"):
                start -= 1
            rest = "".join(lines[:start] + lines[at + 1 :])
            if "rows" not in names_in(rest)[0] and name not in names_in("".join(lines[:at]))[1]:
                return name, rest
    return "rows", code


# ---------------------------------------------------------------------- inference


def inference_text(builder: Builder) -> str:
    """``predict_rows`` and, where the model has them, ``predict_proba_rows``."""
    functions = [_predict_function(builder, "predict_rows", None)]
    if has_probabilities(builder.emitter):
        functions.append(_predict_function(builder, "predict_proba_rows", "predict_proba"))
    if builder.emitter.evaluation is not None:
        functions.append(_target_function(builder))
    used = "\n".join(functions)
    local = [g.name for g in builder.groups if g.kind == "shared"] + list(builder.definitions) + list(builder.constants)
    names = [name for name in dict.fromkeys(local) if name in used]
    imported = ", ".join(dict.fromkeys(["PreprocessingState", PREPROCESS, *names]))
    return (
        "import numpy as np\nimport pandas as pd\n"
        f"{imports_text(builder)}\n{needed_imports(builder)}\n"
        f"from {builder.package}.preprocessing import {imported}\n\n" + "\n\n".join(functions)
    )


def _target_function(builder: Builder) -> str:
    """``target_rows``: the labels of raw rows, made as the notebook makes them."""
    assert builder.emitter.evaluation is not None
    emitter = builder.emitter.for_labels()
    labels = emitter.serving
    steps = [step for step in emitter.trace.top if emitter.in_serving(step)]
    code = _label_steps(builder, emitter, steps)
    value = emitter.rewriter.rewrite_expression(
        labels.answer.step, labels.answer.node, emitter.noting(emitter.serve_edit)
    )
    builder.emitter.needs |= emitter.needs
    source, body = _source_parameter(code)
    cells = builder.cells_of([*steps, labels.answer.step])
    builder.notes.append(FunctionNote("inference", "target_rows", cells, "Give the labels of raw rows"))
    whole = _returning(body, code_of_expression(value), mark([labels.answer.step.line]))
    head = f"def target_rows({_rows_and_state(builder, source)}):\n"
    return f"{head}{docstring('Give the labels of raw rows', cells)}{indented(whole)}"


def _label_steps(builder: Builder, emitter: Emitter, steps: Sequence[Step]) -> str:
    """What gives the labels: calls of the functions that do just this for the features, and statements beside them."""
    alone = code_of(emitter.emit(steps, "serve"))
    parts: list[tuple[Group | None, str]] = []
    for group in builder.groups:
        mine = [step for step in group.steps if emitter.in_serving(step)]
        called = bool(mine) and group.kind == "shared" and all(_alike(builder, emitter, step) for step in mine)
        line = code_of(
            [call_line(group, False, shared_code(builder, group))] if called else emitter.emit(mine, "serve")
        )
        parts.append((group if called else None, line))
    grouped = {step.number for group in builder.groups for step in group.steps}
    whole = all(step.number in grouped for step in steps) and _fits_together(parts, builder.known())
    return "".join(line for _, line in parts) if whole else alone


def _alike(builder: Builder, labels: Emitter, step: Step) -> bool:
    """Whether the features need what the labels need of a step."""
    return code_of(labels.emit([step], "serve")) == code_of(builder.emitter.emit([step], "serve"))


def _fits_together(parts: Sequence[tuple[Group | None, str]], known: set[str]) -> bool:
    """Whether every call of a function is given what it reads, and returns what is read later."""
    bound = {"rows", "state", *known}
    lost: set[str] = set()
    for group, code in parts:
        reads, binds, _ = names_in(code)
        if set(reads) - bound - {group.name if group else ""} or set(reads) & lost:
            return False
        lost = (lost - set(binds)) | (set(group.given) - set(group.outputs) if group else set())
        bound |= set(binds)
    return True


def _given_directly(statement: str, name: str, call: str) -> str:
    """A statement with a call in place of the one variable that it reads; nothing where that would not do."""
    nodes = list(ast.walk(ast.parse(statement)))
    if sum(isinstance(node, ast.Name) and node.id == name for node in nodes) != 1:
        return ""
    if any(
        isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) for node in nodes
    ):
        return ""  # it may run more than once there
    text = with_names(statement, {name: call})
    return text if len(text) + 4 <= WIDTH and text != statement else ""


def _predict_function(builder: Builder, name: str, method: str | None) -> str:
    source, _ = _serving_lines(builder)
    results = features(builder)
    tail = _tail_code(builder)
    steps = [step for group in tail_groups(builder) for step in group.steps] or [builder.emitter.serving.answer.step]
    cells = builder.cells_of([*steps, builder.emitter.serving.answer.step])
    summary = (
        "Give the notebook's prediction for raw rows" if method is None else "Give the class probabilities of raw rows"
    )
    builder.notes.append(FunctionNote("inference", name, cells, summary))
    answer, call = f"return {_answer_expression(builder, method)}\n", f"{PREPROCESS}({source}, state)"
    direct = "" if tail.strip() or len(results) != 1 else _given_directly(answer, results[0], call)
    origin = mark([builder.emitter.serving.answer.step.line])
    code = origin + direct if direct else f"{', '.join(results)} = {call}\n{tail}{origin}{answer}"
    head = f"def {name}({_rows_and_state(builder, source)}, model):\n"
    return f"{head}{docstring(summary, cells)}{indented(code)}"
