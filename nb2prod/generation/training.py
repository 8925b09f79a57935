"""The body of the generated training module: ``fit``, ``score``, and ``split_rows`` for ``--fit-on train``.

Input: the builder with its groups named. Output: the module's text. Where training learns from the train part alone,
``split_rows`` runs the notebook up to its split to find out which rows of the file these are; ``fit`` then runs on
them, takes them as they are where the notebook splits, and scores on the other rows by way of inference.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

import libcst as cst

from nb2prod.generation.aliases import without_alias
from nb2prod.generation.bodies import imports_text, shared_code
from nb2prod.generation.emission import code_of, code_of_expression, raw_edit
from nb2prod.generation.handing_over import with_values
from nb2prod.generation.indentation import indented
from nb2prod.generation.layout import Group, names_in
from nb2prod.generation.modules import WIDTH, Builder, DataSource, call_line, docstring, needed_imports, served_part
from nb2prod.generation.origins import mark
from nb2prod.generation.plan import FunctionNote
from nb2prod.generation.present_names import present_form
from nb2prod.generation.rewrite import assignment
from nb2prod.interpretation.trace import Step
from nb2prod.slicing.slices import Template
from nb2prod.slicing.train_part import TrainPart

STATE = "state = PreprocessingState()\n"
"""What begins ``split_rows``, which has a state of its own."""


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
        "import numpy as np\nimport pandas as pd\n"
        f"{imports_text(builder)}\n{needed_imports(builder)}\n"
        f"{labels}from {builder.package}.preprocessing import {imported}\n\n"
        f"def fit({_parameters(builder)}) -> Fitted:\n"
        f"{docstring(summary, cells)}"
        f"{indented(body)}{split}{score_function(builder)}"
    )


def _parameters(builder: Builder) -> str:
    return f"{_tables(builder)}, state: PreprocessingState"


def _tables(builder: Builder) -> str:
    """The parameters for what ``load_data`` gives."""
    return ", ".join(builder.annotations.of_kind(source.name, source.source.value.kind) for source in builder.sources)


def _served(builder: Builder) -> DataSource:
    return next(source for source in builder.sources if source.served)


def _fit_body(builder: Builder) -> str:
    head = [_raw_line(builder), *_no_scores(builder)]
    return _returning_fitted(builder, "".join([*head, *_training_groups(builder, builder.groups)]))


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
        *_no_scores(builder),
    ]
    scores = ""
    if builder.emitter.evaluation is not None:
        model = "model" if builder.emitter.model_capture else "None"
        labels = "target_rows(held_out.copy(), state)"
        scores = f"scores.update(score({labels}, predict_rows(held_out.copy(), state, {model})))\n"
    return _returning_fitted(builder, "".join([*head, *_training_groups(builder, builder.groups), scores]))


def _split_function(builder: Builder, part: TrainPart) -> str:
    """``split_rows``: the notebook up to its split, for the labels of the parts."""
    at = next(number for number, group in enumerate(builder.groups) if part.step in group.steps)
    steps = builder.groups[at].steps
    before = _training_groups(builder, builder.groups[:at])
    before.append(_training_steps(builder, steps[: steps.index(part.step)]))
    split, result = _labelled_split(builder, part)
    cells = builder.cells_of([*(step for group in builder.groups[:at] for step in group.steps), part.step])
    builder.notes.append(FunctionNote("training", "split_rows", cells, "Tell which rows the notebook trains on"))
    body = f"{STATE}{''.join(before)}{split}return {result}\n"
    labels = f"{builder.emitter.row_labels} = {_served(builder).name}.index\n" if part.by_position else ""
    unused = "" if "state" in body.partition("\n")[2] else STATE
    return (
        f"\n\ndef split_rows({_tables(builder)}):\n"
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
    """A copy of the raw rows, where these are not just what is loaded: train rows alone, a part of a bunch."""
    served = _served(builder)
    if served.source.value.kind == "bunch":
        return f"raw = {_part_of_bunch(builder)}.copy()\n" if _is_copied_at_once(builder, served.name) else ""
    return f"raw = {served.name}.copy()\n" if builder.emitter.part is not None else ""


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
        predictions = _bound_or_expression(builder, proof.step, proof.node)
        found.append(mark([proof.step.line]))
        found.append(f"served = ({labels}.index, {predictions})\n")
    if (scored := scored_together(builder)) is not None:
        last, call = scored
        return [*found, mark([last.line]), f"scores = {call}\n"] if last.number in numbers else found
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
        if isinstance(target, ast.Subscript | ast.Attribute):
            node = target  # what was put there can be read there; to compute it again may give something else
    emitter = builder.emitter
    return code_of_expression(emitter.rewriter.rewrite_expression(step, node, emitter.noting(raw_edit(emitter))))


def _no_scores(builder: Builder) -> list[str]:
    """The scores to begin with, if they are collected one by one."""
    alone = builder.emitter.part is None and (not builder.emitter.fitting.metrics or scored_together(builder))
    return [] if alone else ["scores = {}\n"]


def scored_together(builder: Builder) -> tuple[Step, str] | None:
    """The call of ``score`` that gives all metrics of training, and the step after which it can be made.

    The metrics are those of ``score``, of the same labels and the same predictions.
    """
    emitter = builder.emitter
    if emitter.evaluation is None or emitter.part is not None:
        return None
    if any("score" in step.binds for step in emitter.trace.steps if emitter.fits(step)):
        return None  # the notebook's own variable stands in the way of the function
    scores = emitter.evaluation.scores
    if [(m.name, m.node) for m in emitter.fitting.metrics] != [(score.name, score.call) for score in scores]:
        return None
    operands = {_definitions(score.step, score.truth, score.predicted) for score in scores}
    if len(operands) != 1 or None in operands:
        return None
    last = max((score.step for score in scores), key=lambda step: step.number)
    named = [_bound_or_expression(builder, last, node) for node in (scores[-1].truth, scores[-1].predicted)]
    return last, f"score({', '.join(named)})"


def _definitions(step: Step, *nodes: ast.expr) -> tuple[tuple[str, frozenset[int]], ...] | None:
    """The names that a step reads, and the steps that define them; None for other expressions."""
    if not all(isinstance(node, ast.Name) for node in nodes):
        return None
    return tuple((step.emitted(ast.unparse(node)), step.deps.get(node, frozenset())) for node in nodes)


def _returning_fitted(builder: Builder, body: str) -> str:
    """The body with its ``return``, which takes variables under their first names."""
    emitter = builder.emitter
    served = _served(builder)
    rows = ", rows=raw" if _raw_line(builder) else ""
    if served.source.value.kind == "bunch" and not rows:
        rows = f", rows={_part_of_bunch(builder)}"
    proof = ", served=served" if emitter.fitting.proof else ""
    model = "model" if emitter.model_capture else "None"
    scores = "scores" if "scores" in names_in(body)[1] else "{}"
    given = f"return Fitted(model={model}, metrics={scores}{proof}{rows})\n"
    body, given = without_alias(body, given, "model")
    return "".join(with_values(body.lstrip("\n"), given, WIDTH))


def score_function(builder: Builder) -> str:
    """``score``: the notebook's metrics of labels and predictions."""
    evaluation = builder.emitter.evaluation
    if evaluation is None:
        return ""
    parts: list[tuple[str, str]] = []
    for score in evaluation.scores:
        names = {score.truth: Template("y_true"), score.predicted: Template("y_pred")}

        def edit(step: Step, node: ast.AST, inner: bool, names: dict[ast.expr, Template] = names) -> Template | None:
            named = names.get(node) if isinstance(node, ast.expr) else None
            return named or (None if inner else present_form(builder.emitter.facts, step, node))

        value = builder.emitter.rewriter.rewrite_expression(score.step, score.call, edit)
        parts.append((mark([score.step.line], "        "), f'"{score.name}": {code_of_expression(value)}'))
    cells = builder.cells_of([score.step for score in evaluation.scores])
    builder.notes.append(FunctionNote("training", "score", cells, "Score predictions"))
    return (
        "\n\ndef score(y_true, y_pred):\n"
        f"{docstring('Score predictions as the notebook does', cells)}"
        f"{_dictionary(parts)}"
    )


def _dictionary(entries: Sequence[tuple[str, str]]) -> str:
    """Marked entries as the ``return`` of one dictionary: in one line, if they fit."""
    line = f"    return {{{', '.join(entry for _, entry in entries)}}}\n"
    if "\n" not in line[:-1] and len(line) <= WIDTH:
        return "".join(marked for marked, _ in entries) + line
    return "    return {\n" + "".join(f"{marked}        {entry},\n" for marked, entry in entries) + "    }\n"
