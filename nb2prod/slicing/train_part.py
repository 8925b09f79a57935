"""``--fit-on train``: the split after which nothing may be learned from the test rows, and what can be done about it.

Input: a trace and the inference slice. Output: the ``train_test_split`` that made the rows which the model is fitted
on. Training can then be told which rows of the file these are, run from the start on them alone, and score on the
others. Refused: a model that no such split came before, rows whose labels are no longer those of the file (nobody
could tell which rows they were), and training that reads the test part for more than its scores.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nb2prod.errors import Refusal
from nb2prod.interpretation.trace import Step, Trace
from nb2prod.leaks.lineage import ancestors, behind
from nb2prod.slicing.fitting import FitSlice
from nb2prod.slicing.slices import ServeSlice

REARRANGE = frozenset({"merge", "join", "reindex", "explode"})
"""Calls after which a table may have other rows."""

RENUMBER = REARRANGE | {"set_index", "reset_index"}
"""Calls after which a table may have other labels."""

MENDED = frozenset({"NB301", "NB302", "NB304"})
"""The findings that no longer hold where training learns from the train rows alone."""


@dataclass(frozen=True, eq=False)
class TrainPart:
    """A statement ``a_train, a_test, b_train, b_test = train_test_split(a, b, ...)``."""

    step: Step
    arrays: tuple[tuple[str, str, ast.expr], ...]
    """For each array: the variables of its train and test part, and the array itself."""

    tests: frozenset[int]
    """The row sets of the test parts."""

    by_position: bool = False
    """Whether the arrays hold all rows of the file in their order, so that positions tell which rows they are."""


def train_part(trace: Trace, serving: ServeSlice) -> TrainPart:
    """Find the split that the fitted rows come from; refuses (NB209) where there is none that can be used."""
    event = serving.answer.event
    fits = [f for f in trace.fits if f.model.place == event.model.place and f.step.number <= event.step.number]
    rows = fits[-1].features.rows if fits and fits[-1].features is not None else None
    splits = [number for number in sorted(ancestors(trace, rows)) if _is_train_part(trace, number)]
    if not splits:
        node = fits[-1].node if fits else serving.answer.node
        raise _refusal(
            trace, node, "the model is not fitted on the train part of a train_test_split",
            "there is no train part to learn from", "extract without --fit-on train, or split before you fit",
        )  # fmt: skip
    step = trace.steps[trace.row_sets[splits[0]].step]
    part = TrainPart(step, tuple(_arrays(trace, step)), _test_parts(trace, step))
    _refuse_another_table(trace, serving, part)
    if not _labelled(trace, serving, part):
        part = replace(part, by_position=True)
        _refuse_lost_rows(trace, serving, part)
    return part


def refuse_test_rows(trace: Trace, fitting: FitSlice, part: TrainPart) -> None:
    """Refuse training that reads the test part: it would not be there when training runs on the train rows alone."""
    for step in (trace.steps[number] for number in sorted(fitting.steps)):
        if step is part.step:
            continue
        for node, value in step.values.items():
            if value.rows is not None and part.tests & ancestors(trace, value.rows):
                shown = ast.unparse(node).partition("\n")[0][:70]
                raise _refusal(
                    trace, node if hasattr(node, "lineno") else step.node,
                    f"{shown} belongs to the test part, and what is learned depends on it",
                    "training on the train rows alone does not have the test rows",
                    "use a validation part or cross-validation there, or extract without --fit-on train",
                )  # fmt: skip


def _is_train_part(trace: Trace, number: int) -> bool:
    rows = trace.row_sets[number]
    if rows.how != "part" or rows.side != "train" or rows.step < 0:
        return False
    return any(op.detail == "train_test_split" for op in trace.steps[rows.step].ops.values())


def _test_parts(trace: Trace, step: Step) -> frozenset[int]:
    return frozenset(
        number
        for number, rows in trace.row_sets.items()
        if rows.step == step.number and rows.how == "part" and rows.side == "test"
    )


def _arrays(trace: Trace, step: Step) -> Iterator[tuple[str, str, ast.expr]]:
    node = step.node
    call = node.value if isinstance(node, ast.Assign) else None
    targets = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    plain = isinstance(targets, (ast.Tuple, ast.List)) and all(isinstance(name, ast.Name) for name in targets.elts)
    if step.parent is not None or step.bind is not None or not plain or not isinstance(call, ast.Call):
        raise _refusal(
            trace, step.node, "the split is not one statement of its own at the top level of a cell",
            "the rows of its parts cannot be told", "write X_train, X_test, y_train, y_test = train_test_split(...)",
        )  # fmt: skip
    assert isinstance(targets, (ast.Tuple, ast.List))
    names = [step.context.rename.get(name.id, name.id) for name in targets.elts if isinstance(name, ast.Name)]
    if any(isinstance(array, ast.Starred) for array in call.args) or len(names) != 2 * len(call.args):
        raise _refusal(
            trace, step.node, "the parts of the split cannot be told apart",
            "there are more or fewer than two for each",
            "write X_train, X_test, y_train, y_test = train_test_split(X, y, ...)",
        )  # fmt: skip
    yield from zip(names[::2], names[1::2], call.args, strict=True)


def _refuse_another_table(trace: Trace, serving: ServeSlice, part: TrainPart) -> None:
    """Refuse a split of other rows than those of the table whose rows are requests: these are what is restricted."""
    served = {
        value.rows for n, node in serving.sources.items() if (value := trace.steps[n].values.get(node)) is not None
    }
    split = {part.step.values[array].rows for _, _, array in part.arrays if array in part.step.values}
    for number in split:
        sources = {one for one in ancestors(trace, number) if trace.row_sets[one].how == "source"}
        if not sources or not sources <= served:
            raise _refusal(
                trace, part.step.node, "the split is one of another table than the one whose rows are predicted",
                "the train rows are told by their place in the predicted table's file",
                "extract without --fit-on train, or predict the test part with --prediction",
            )  # fmt: skip


def _labelled(trace: Trace, serving: ServeSlice, part: TrainPart) -> bool:
    """Whether the labels of what is split are those that the rows of the file were given when they were read."""
    source = _source(trace, serving)
    named = source is None or any(keyword.arg == "index_col" for keyword in source.keywords)
    kept = not named and all(_has_labels(trace, part.step, array) for _, _, array in part.arrays)
    return kept and not _calls(trace, part.step, RENUMBER, "index")


def _refuse_lost_rows(trace: Trace, serving: ServeSlice, part: TrainPart) -> None:
    source = _source(trace, serving)
    made = {part.step.values[array].rows for _, _, array in part.arrays if array in part.step.values}
    whole = len(made) == 1 and all(number is not None and trace.row_sets[number].how == "source" for number in made)
    named = source is None or any(keyword.arg == "index_col" for keyword in source.keywords)
    if named or not whole or _calls(trace, part.step, REARRANGE):
        raise _refusal(
            trace, part.step.node, "the rows of the train part have lost the labels of the file's rows",
            "it is not known which rows of the file they are",
            "split the frames before they become arrays or are numbered anew, or extract without --fit-on train",
        )  # fmt: skip


def _source(trace: Trace, serving: ServeSlice) -> ast.Call | None:
    """The call that reads the served rows, if it gives a table."""
    for number, node in serving.sources.items():
        value = trace.steps[number].values.get(node)
        if isinstance(node, ast.Call) and value is not None and value.kind == "frame":
            return node
    return None


def _has_labels(trace: Trace, step: Step, array: ast.expr) -> bool:
    value = step.values.get(array)
    if value is None or value.kind not in ("frame", "series") or value.rows is None or "numbered" in value.taints:
        return False
    return _reaches_a_source(trace, value.rows)


def _reaches_a_source(trace: Trace, number: int) -> bool:
    """Whether rows were only left out or put in another order since they were read."""
    rows = trace.row_sets[number]
    while rows.how in ("filter", "order", "part") and len(rows.parents) == 1:
        rows = trace.row_sets[rows.parents[0]]
    return rows.how == "source"


def _calls(trace: Trace, split: Step, names: frozenset[str], stored: str = "") -> bool:
    """Whether there is such an attribute, or a store into one, on the way to what the split reads."""
    nodes = (node for number in behind(trace, split.all_deps()) for node in ast.walk(trace.steps[number].node))
    return any(
        isinstance(node, ast.Attribute)
        and (node.attr in names or (node.attr == stored and isinstance(node.ctx, ast.Store)))
        for node in nodes
    )


def _refusal(trace: Trace, node: ast.AST, what: str, why: str, do: str) -> Refusal:
    return Refusal(what, code="NB209", place=trace.program.place(node), why=why, do=do)
