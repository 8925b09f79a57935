"""The body of the generated training module: ``fit``, ``score``, and ``split_rows`` for ``--fit-on train``.

Input: the builder with its groups named. Output: the module's text. Where training learns from the train part alone,
``split_rows`` runs the notebook up to its split to find out which rows of the file these are; ``fit`` then runs on
them, takes them as they are where the notebook splits, and scores on the other rows by way of inference.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

import libcst as cst

from nb2prod.generation.bodies import imports_text, shared_code
from nb2prod.generation.emission import code_of, code_of_expression, raw_edit
from nb2prod.generation.indentation import indented
from nb2prod.generation.layout import Group
from nb2prod.generation.modules import Builder, DataSource, call_line, docstring, needed_imports, served_part
from nb2prod.generation.origins import mark
from nb2prod.generation.plan import FunctionNote
from nb2prod.generation.present_names import present_form
from nb2prod.generation.rewrite import assignment
from nb2prod.interpretation.trace import Step
from nb2prod.slicing.slices import Template
from nb2prod.slicing.train_part import TrainPart


def training_text(builder: Builder) -> str:
    """The functions that fit and score."""
    emitter = builder.emitter
    part = emitter.part
    body = _fit_body(builder) if part is None else _train_rows_body(builder, part)
    split = "" if part is None else _split_function(builder, part)
    summary = "Fit the model as the notebook does, and score it"
    if part is not None:
        summary = "Fit on the train rows of the notebook's split alone, and score on its test rows"
    cells = builder.cells_of([step for group in builder.groups for step in group.steps if emitter.in_training(step)])
    builder.notes.append(FunctionNote("training", "fit", cells, "Fit the model and score it"))
    local = [g.name for g in builder.groups if g.kind == "shared"] + list(builder.definitions) + list(builder.constants)
    names = [name for name in dict.fromkeys(local) if name in body + split]
    imported = ", ".join(["PreprocessingState", *names])
    labels = f"from {builder.package}.inference import predict_rows, target_rows\n" if "target_rows(" in body else ""
    return (
        "from typing import Any\nimport numpy as np\nimport pandas as pd\n"
        f"{imports_text(builder)}\n{needed_imports(builder)}\n"
        f"{labels}from {builder.package}.preprocessing import {imported}\n\n"
        f"def fit({_parameters(builder)}) -> Fitted:\n"
        f"{docstring(summary, cells)}"
        f"{indented(body)}{split}{score_function(builder)}"
    )


def _parameters(builder: Builder) -> str:
    return ", ".join(f"{source.name}: Any" for source in builder.sources)


def _served(builder: Builder) -> DataSource:
    return next(source for source in builder.sources if source.served)


def _fit_body(builder: Builder) -> str:
    head = [_raw_line(builder), "state = PreprocessingState()\n", "scores: dict[str, Any] = {}\n"]
    return "".join([*head, *_training_groups(builder, builder.groups), _fitted(builder)])


def _training_groups(builder: Builder, groups: Iterable[Group]) -> list[str]:
    """What training runs of some groups: calls of shared functions, and its own statements."""
    emitter = builder.emitter
    body: list[str] = []
    for group in groups:
        if group.kind == "shared":
            body.append(code_of(emitter.stores(group.stores)))
            if group.trained:
                body.append(code_of([call_line(group, True, shared_code(builder, group))]))
        elif group.of is not None:
            body.append(code_of(emitter.stores(group.stores)))
            body.append(mark([child.line for step in group.steps for child in step.walk()]))
            body.append(code_of([call_line(group.of, True, shared_code(builder, group.of), group.names)]))
        else:
            body.append(_training_steps(builder, group.steps))
    return body


# ---------------------------------------------------------------------- the train part alone


def _train_rows_body(builder: Builder, part: TrainPart) -> str:
    """As ``_fit_body``, on the rows that the split puts into the train part; the others give the scores."""
    train, test, raw = builder.emitter.train_rows, builder.emitter.test_rows, _served(builder).name
    given = ", ".join(f"{source.name}.copy()" if source.served else source.name for source in builder.sources)
    head = [
        f"{train}, {test} = split_rows({given})\n",
        f"held_out = {raw}.loc[{test}]\n" if builder.emitter.evaluation is not None else "",
        f"{raw} = {raw}[{raw}.index.isin({train})].copy()\n",
        f"{builder.emitter.row_labels} = {raw}.index\n" if part.by_position else "",
        _raw_line(builder),
        "state = PreprocessingState()\n",
        "scores: dict[str, Any] = {}\n",
    ]
    scores = ""
    if builder.emitter.evaluation is not None:
        model = "model" if builder.emitter.model_capture else "None"
        labels = "target_rows(held_out.copy(), state)"
        scores = f"scores.update(score({labels}, predict_rows(held_out.copy(), state, {model})))\n"
    return "".join([*head, *_training_groups(builder, builder.groups), scores, _fitted(builder)])


def _split_function(builder: Builder, part: TrainPart) -> str:
    """``split_rows``: the notebook up to its split, for the labels of the parts."""
    at = next(number for number, group in enumerate(builder.groups) if part.step in group.steps)
    steps = builder.groups[at].steps
    before = _training_groups(builder, builder.groups[:at])
    before.append(_training_steps(builder, steps[: steps.index(part.step)]))
    split, result = _labelled_split(builder, part)
    cells = builder.cells_of([*(step for group in builder.groups[:at] for step in group.steps), part.step])
    builder.notes.append(FunctionNote("training", "split_rows", cells, "Tell which rows the notebook trains on"))
    body = f"state = PreprocessingState()\n{''.join(before)}{split}return {result}\n"
    labels = f"{builder.emitter.row_labels} = {_served(builder).name}.index\n" if part.by_position else ""
    unused = "" if "state" in body.partition("\n")[2] else "state = PreprocessingState()\n"
    return (
        f"\n\ndef split_rows({_parameters(builder)}) -> tuple[Any, Any]:\n"
        f"{docstring('Tell the labels of the rows that the notebook trains on, and of the others', cells)}"
        f"{indented(labels + (body.removeprefix(unused) if unused else body))}"
    )


def _labelled_split(builder: Builder, part: TrainPart) -> tuple[str, str]:
    """The split, and the labels of its parts: of arrays, the labels are split along."""
    statement = builder.emitter.emit_plain([part.step])[0]
    train, test, _ = part.arrays[0]
    if not part.by_position:
        return code_of([statement]), f"{train}.index, {test}.index"
    names = [name for pair in part.arrays for name in pair[:2]]
    rows = [builder.emitter.train_rows, builder.emitter.test_rows]
    assert isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], cst.Assign)
    call = statement.body[0].value
    assert isinstance(call, cst.Call)
    args = list(call.args)
    args.insert(len(part.arrays), cst.Arg(cst.Name(builder.emitter.row_labels)))
    args = [arg.with_changes(comma=cst.MaybeSentinel.DEFAULT) for arg in args]
    split = code_of([assignment(", ".join([*names, *rows]), call.with_changes(args=args))])
    return mark([part.step.line]) + split, ", ".join(rows)


# ---------------------------------------------------------------------- what is around the notebook's statements


def _raw_line(builder: Builder) -> str:
    served = _served(builder)
    if served.source.value.kind == "bunch":
        return f"raw = {_part_of_bunch(builder)}.copy()\n" if _is_copied_at_once(builder, served.name) else ""
    copy = ".copy()" if served.source.value.kind in ("frame", "series", "array") else ""
    return f"raw = {served.name}{copy}\n"


def _part_of_bunch(builder: Builder) -> str:
    step, node = served_part(builder)
    emitter = builder.emitter
    return code_of_expression(emitter.rewriter.rewrite_expression(step, node, emitter.noting(raw_edit(emitter))))


def _is_copied_at_once(builder: Builder, name: str) -> bool:
    """Whether the rows are a part of what ``load_data`` gives, under the same name, and are changed later."""
    step, node = served_part(builder)
    place = step.values[node].place
    if not any(place in other.mutates for other in builder.emitter.trace.steps):
        return False
    holder = node.value if isinstance(node, (ast.Attribute, ast.Subscript)) else None
    return isinstance(holder, ast.Name) and step.context.rename.get(holder.id, holder.id) == name


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
    served = _served(builder)
    raw = "raw"
    if served.source.value.kind == "bunch" and not _is_copied_at_once(builder, served.name):
        raw = _part_of_bunch(builder)
    return f"return Fitted(model={model}, state=state, metrics=scores, rows={raw}{proof})\n"


def score_function(builder: Builder) -> str:
    """``score``: the notebook's metrics of labels and predictions."""
    evaluation = builder.emitter.evaluation
    if evaluation is None:
        return ""
    parts = []
    for score in evaluation.scores:
        names = {score.truth: Template("y_true"), score.predicted: Template("y_pred")}

        def edit(step: Step, node: ast.AST, inner: bool, names: dict[ast.expr, Template] = names) -> Template | None:
            named = names.get(node) if isinstance(node, ast.expr) else None
            return named or (None if inner else present_form(builder.emitter.facts, step, node))

        value = builder.emitter.rewriter.rewrite_expression(score.step, score.call, edit)
        parts.append(mark([score.step.line], "        "))
        parts.append(f'        "{score.name}": {code_of_expression(value)},\n')
    cells = builder.cells_of([score.step for score in evaluation.scores])
    builder.notes.append(FunctionNote("training", "score", cells, "Score predictions"))
    return (
        "\n\ndef score(y_true: Any, y_pred: Any) -> dict[str, Any]:\n"
        f"{docstring('Score predictions as the notebook does', cells)}"
        f"    return {{\n{''.join(parts)}    }}\n"
    )
