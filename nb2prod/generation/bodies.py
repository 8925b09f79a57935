"""The bodies of the generated preprocessing, training and inference modules."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

from nb2prod.generation.emission import code_of, code_of_expression, raw_edit
from nb2prod.generation.indentation import indented
from nb2prod.generation.layout import Group, names_in
from nb2prod.generation.modules import (
    HEADER,
    Builder,
    call_line,
    cells_text,
    has_probabilities,
    is_model,
    recipes_text,
)
from nb2prod.generation.origins import mark
from nb2prod.generation.plan import FunctionNote
from nb2prod.generation.twins import with_names
from nb2prod.interpretation.trace import Step
from nb2prod.slicing.slices import Template


def _imports(builder: Builder) -> str:
    return "\n".join(builder.import_lines)


def _shared_code(builder: Builder, group: Group) -> str:
    return code_of(builder.emitter.emit(group.steps, "shared"))


# ---------------------------------------------------------------------- preprocessing


def preprocessing_text(builder: Builder) -> str:
    """State, step functions and ``preprocess``."""
    functions = [_step_function(builder, group) for group in builder.groups if group.kind == "shared"]
    head = _preprocess_function(builder)
    state = _state_class(builder)
    needs, recipes = recipes_text(builder.emitter.needs)
    definitions = "\n\n".join(builder.definitions.values())
    constants = "\n".join(builder.constants.values())
    parts = [
        '"""Raw rows to features: the same code for training and for inference."""\n',
        HEADER
        + "from dataclasses import dataclass, field\nfrom typing import Any\nimport numpy as np\nimport pandas as pd",
        _imports(builder),
        "\n".join(needs),
        constants,
        state,
        head,
        *functions,
        definitions,
        recipes,
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
    return (
        "@dataclass\nclass PreprocessingState:\n"
        f'    """What training learned from the rows, and inference recalls."""\n\n{body}'
    )


def _step_function(builder: Builder, group: Group) -> str:
    code = _shared_code(builder, group)
    inside = with_names(code, group.parameters)
    own = group.parameters if inside != code else {}
    parameters = [f"{own.get(name, name)}: Any" for name in group.inputs]
    if "state." in code:
        parameters.append("state: PreprocessingState")
    if "fitting" in code:
        parameters += ["*", "fitting: bool = False"]
    outputs = ", ".join(own.get(name, name) for name in group.outputs)
    result = f"    return {outputs}\n" if outputs else ""
    summary = group.summary or "Prepare the rows"
    builder.notes.append(FunctionNote("preprocessing", group.name, group.cells, summary))
    returned = "Any" if outputs else "None"
    return (
        f"def {group.name}({', '.join(parameters)}) -> {returned}:\n"
        f'    """{summary}. {cells_text(group.cells)}"""\n{indented(inside)}{result}'
    )


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


def _preprocess_function(builder: Builder) -> str:
    source, body = _serving_lines(builder)
    results = features(builder)
    returned = ", ".join(results)
    cells = builder.cells_of([step for group in head_groups(builder) for step in group.steps])
    builder.notes.append(FunctionNote("preprocessing", "preprocess", cells, "Turn raw rows into the model's features"))
    code = f"{body}return {returned}\n" if returned else f"{body}return {source}\n"
    unused = "" if "state" in body else "    del state  # nothing is recalled here\n"
    return (
        f"def preprocess({source}: Any, state: PreprocessingState) -> Any:\n"
        f'    """Turn raw rows into the model\'s features. {cells_text(cells)}"""\n{unused}{indented(code)}'
    )


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
            statements.append(call_line(group, False, _shared_code(builder, group)))
        else:
            statements.extend(builder.emitter.emit(group.steps, "serve"))
    return _source_parameter(code_of(statements))


def _source_parameter(code: str) -> tuple[str, str]:
    """Make the variable that holds the raw rows a parameter."""
    lines = code.splitlines(keepends=True)
    for at, line in enumerate(lines):
        name, _, value = line.partition(" = ")
        if value.strip() == "rows" and name.isidentifier():
            start = at
            while start and lines[start - 1].startswith("#"):
                start -= 1
            rest = "".join(lines[:start] + lines[at + 1 :])
            if "rows" not in names_in(rest)[0] and name not in names_in("".join(lines[:at]))[1]:
                return name, rest
    return "rows", code


# ---------------------------------------------------------------------- training


def training_text(builder: Builder) -> str:
    """The function that fits."""
    emitter = builder.emitter
    body: list[str] = []
    raw_line = _raw_line(builder)
    body.append(raw_line)
    body.append("state = PreprocessingState()\n")
    body.append("scores: dict[str, Any] = {}\n")
    for group in builder.groups:
        if group.kind == "shared":
            body.append(code_of(emitter.stores(group.stores)))
            if group.trained:
                body.append(code_of([call_line(group, True, _shared_code(builder, group))]))
        elif group.of is not None:
            body.append(code_of(emitter.stores(group.stores)))
            body.append(mark([child.line for step in group.steps for child in step.walk()]))
            body.append(code_of([call_line(group.of, True, _shared_code(builder, group.of), group.names)]))
        else:
            body.append(_training_steps(builder, group.steps))
    body.append(_fitted(builder))
    parameters = ", ".join(f"{source.name}: Any" for source in builder.sources)
    cells = builder.cells_of([step for group in builder.groups for step in group.steps if emitter.in_training(step)])
    builder.notes.append(FunctionNote("training", "fit", cells, "Fit the model and score it"))
    needs, _ = recipes_text(emitter.needs)
    used = "".join(body)
    local = [g.name for g in builder.groups if g.kind == "shared"] + list(builder.definitions) + list(builder.constants)
    local += [need for need in emitter.needs if not need.startswith(("import ", "from "))]
    names = [name for name in dict.fromkeys(local) if name in used]
    imported = ", ".join(["PreprocessingState", *names])
    return (
        "from typing import Any\nimport numpy as np\nimport pandas as pd\n"
        f"{_imports(builder)}\n" + "\n".join(needs) + "\n"
        f"from {builder.package}.preprocessing import {imported}\n\n"
        f"def fit({parameters}) -> Fitted:\n"
        f'    """Fit the model as the notebook does, and score it. {cells_text(cells)}"""\n'
        f"{indented(used)}{score_function(builder)}"
    )


def _raw_line(builder: Builder) -> str:
    served = next(source for source in builder.sources if source.served)
    if served.source.value.kind == "bunch":
        return ""
    copy = ".copy()" if served.source.value.kind in ("frame", "series", "array") else ""
    return f"raw = {served.name}{copy}\n"


def _training_steps(builder: Builder, steps: Sequence[Step]) -> str:
    emitter = builder.emitter
    parts: list[str] = []
    for step in steps:
        parts.append(code_of(emitter.emit([step], "fit")))
        parts.extend(_after_step(builder, step))
    return "".join(parts)


def _after_step(builder: Builder, step: Step) -> list[str]:
    """Metrics and the proof that belong right after a step."""
    emitter = builder.emitter
    numbers = {child.number for child in step.walk()}
    found: list[str] = []
    proof = emitter.fitting.proof
    if proof is not None and proof.step.number in numbers:
        labels = code_of_expression(
            emitter.rewriter.rewrite_expression(proof.labels_step, proof.labels, emitter.noting(raw_edit(emitter)))
        )
        found.append(f"served_rows = raw.loc[{labels}.index]\n")
        found.append(mark([proof.step.line]))
        found.append(f"served_predictions = {_bound_or_expression(builder, proof.step, proof.node)}\n")
    for metric in emitter.fitting.metrics:
        if metric.step.number in numbers:
            value = emitter.rewriter.rewrite_expression(metric.step, metric.node, emitter.noting(raw_edit(emitter)))
            found.append(mark([metric.step.line]))
            found.append(f'scores["{metric.name}"] = {code_of_expression(value)}\n')
    return found


def _bound_or_expression(builder: Builder, step: Step, node: ast.expr) -> str:
    statement = step.node
    if step.bind is None and isinstance(statement, ast.Assign) and statement.value is node:
        target = statement.targets[0]
        if isinstance(target, ast.Name):
            return step.context.rename.get(target.id, target.id)
    emitter = builder.emitter
    return code_of_expression(emitter.rewriter.rewrite_expression(step, node, emitter.noting(raw_edit(emitter))))


def _fitted(builder: Builder) -> str:
    emitter = builder.emitter
    proof = ", served_rows=served_rows, served_predictions=served_predictions" if emitter.fitting.proof else ""
    model = "model" if emitter.model_capture else "None"
    served = next(source for source in builder.sources if source.served)
    raw = "raw"
    if served.source.value.kind == "bunch":
        node = next(node for node in emitter.serving.sources.values())
        step = emitter.trace.steps[next(iter(emitter.serving.sources))]
        raw = code_of_expression(emitter.rewriter.rewrite_expression(step, node, emitter.noting(raw_edit(emitter))))
    return f"return Fitted(model={model}, state=state, metrics=scores, rows={raw}{proof})\n"


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
    local += [need for need in builder.emitter.needs if not need.startswith(("import ", "from "))]
    names = [name for name in dict.fromkeys(local) if name in used]
    needs, _ = recipes_text(builder.emitter.needs)
    imported = ", ".join(["PreprocessingState", "preprocess", *names])
    return (
        "from typing import Any\nimport numpy as np\nimport pandas as pd\n"
        f"{_imports(builder)}\n" + "\n".join(needs) + "\n"
        f"from {builder.package}.preprocessing import {imported}\n\n" + "\n\n".join(functions)
    )


def _target_function(builder: Builder) -> str:
    """``target_rows``: the labels of raw rows, made as the notebook makes them."""
    assert builder.emitter.evaluation is not None
    emitter = builder.emitter.for_labels()
    labels = emitter.serving
    steps = [step for step in emitter.trace.top if emitter.in_serving(step)]
    code = code_of(emitter.emit(steps, "serve"))
    value = emitter.rewriter.rewrite_expression(
        labels.answer.step, labels.answer.node, emitter.noting(emitter.serve_edit)
    )
    builder.emitter.needs |= emitter.needs
    source, body = _source_parameter(code)
    cells = builder.cells_of([*steps, labels.answer.step])
    builder.notes.append(FunctionNote("inference", "target_rows", cells, "Give the labels of raw rows"))
    whole = f"{body}{mark([labels.answer.step.line])}return {code_of_expression(value)}\n"
    unused = "" if "state" in whole else "    del state  # nothing is recalled here\n"
    return (
        f"def target_rows({source}: Any, state: PreprocessingState) -> Any:\n"
        f'    """Give the labels of raw rows. {cells_text(cells)}"""\n{unused}{indented(whole)}'
    )


def score_function(builder: Builder) -> str:
    """``score``: the notebook's metrics of labels and predictions."""
    evaluation = builder.emitter.evaluation
    if evaluation is None:
        return ""
    parts = []
    for score in evaluation.scores:
        names = {score.truth: Template("y_true"), score.predicted: Template("y_pred")}

        def edit(step: Step, node: ast.AST, inner: bool, names: dict[ast.expr, Template] = names) -> Template | None:
            return names.get(node) if isinstance(node, ast.expr) else None

        value = builder.emitter.rewriter.rewrite_expression(score.step, score.call, edit)
        parts.append(mark([score.step.line], "        "))
        parts.append(f'        "{score.name}": {code_of_expression(value)},\n')
    cells = builder.cells_of([score.step for score in evaluation.scores])
    builder.notes.append(FunctionNote("training", "score", cells, "Score predictions"))
    return (
        "\n\ndef score(y_true: Any, y_pred: Any) -> dict[str, Any]:\n"
        f'    """Score predictions as the notebook does. {cells_text(cells)}"""\n'
        f"    return {{\n{''.join(parts)}    }}\n"
    )


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
    answer = f"{mark([builder.emitter.serving.answer.step.line])}return {_answer_expression(builder, method)}\n"
    code = f"{', '.join(results)} = preprocess({source}, state)\n{tail}{answer}"
    unused = "" if "model" in code else "    del model  # the answer needs no single model\n"
    return (
        f"def {name}({source}: Any, state: PreprocessingState, model: Any) -> Any:\n"
        f'    """{summary}. {cells_text(cells)}"""\n{unused}{indented(code)}'
    )


Unused = Template
