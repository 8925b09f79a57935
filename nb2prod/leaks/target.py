"""The label among the features: the target column itself, a column computed from it, or the one that it comes from.

The label of the final fit is followed back to the column of the table that it was taken from; the features are then
asked whether they surely hold that column. What cannot be told is not reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.diagnostics import Diagnostic
from nb2prod.interpretation.statements import root_name
from nb2prod.interpretation.trace import Fit, Op, Step, Trace
from nb2prod.leaks.lineage import leakage, operands, target_node
from nb2prod.slicing.columns import literal_names
from nb2prod.slicing.recall import _dropped_columns, _unpacked
from nb2prod.slicing.slices import ServeSlice

DEPTH = 60
"""Definitions are followed back this far."""

PICKERS = frozenset({"ColumnTransformer", "DataFrameMapper", "FeatureUnion", "Pipeline", ""})
"""Transformers that need not look at all columns; nothing is known of those without a name."""
KEEPS = frozenset({"map", "rowf", "rows", "ord", "split", "aug", "fit_transform", "transform"})
"""Treatments of a table after which its columns are still in it."""

TABLES = frozenset({"frame", "row"})


def final_fits(trace: Trace, serving: ServeSlice) -> list[Fit]:
    """The fits of the model that answers."""
    event = serving.answer.event
    if event.model.place is None:
        return []
    return [fit for fit in trace.fits if fit.model.place == event.model.place and fit.target is not None]


def target_columns(trace: Trace, serving: ServeSlice) -> frozenset[object]:
    """The columns that the label of the final model is taken from."""
    found: set[object] = set()
    for fit in final_fits(trace, serving):
        node = target_node(fit)
        if node is not None:
            found |= set(_columns_behind(trace, fit.step, node, DEPTH))
    return frozenset(found)


def columns_like_target(trace: Trace, labels: frozenset[object]) -> frozenset[object]:
    """The label's columns and those that are computed from one of them row by row, or the other way round."""
    return labels | {column for label in labels for column, _ in _relatives(trace, label)}


def reads_target(step: Step, node: ast.AST, labels: frozenset[object]) -> bool:
    """Whether an expression names the label's column, or reads the label."""
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and child.value in labels:
            return True
        if isinstance(child, ast.Attribute) and child.attr in labels:
            return True
        value = step.values.get(child)
        if isinstance(child, ast.Name) and value is not None and "target" in value.taints:
            return True
    return False


def _columns_behind(trace: Trace, step: Step, node: ast.AST, depth: int) -> Iterator[object]:
    """The first columns of a table that are met on the way back from an expression."""
    value = step.values.get(node)
    if depth <= 0 or (value is not None and value.relation == "data"):  # a statistic is another matter
        return
    named = _column_of(step, node)
    if named is not None:
        yield from named
        return
    if isinstance(node, ast.Name):
        for definition, source in definitions(trace, step, node):
            yield from _columns_behind(trace, definition, source, depth - 1)
        return
    for child in ast.iter_child_nodes(node):
        yield from _columns_behind(trace, step, child, depth - 1)


def _column_of(step: Step, node: ast.AST) -> frozenset[object] | None:
    """The columns of ``df['a']``, ``df.a`` and ``df.pop('a')``."""
    if isinstance(node, ast.Subscript):
        owner = step.values.get(node.value)
        part = node.slice
        if isinstance(node.value, ast.Attribute) and node.value.attr == "loc" and isinstance(part, ast.Tuple):
            return literal_names(part.elts[1]) if len(part.elts) == 2 else None
        return literal_names(part) if owner is not None and owner.kind in TABLES else None
    if isinstance(node, ast.Attribute):
        owner, op = step.values.get(node.value), step.ops.get(node)
        known = owner is not None and owner.kind == "frame" and op is not None and op.fact is None
        return frozenset({node.attr}) if known and op is not None and op.relation == "col" else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "pop" and node.args:
        return literal_names(node.args[0])
    return None


def definitions(trace: Trace, step: Step, node: ast.Name) -> Iterator[tuple[Step, ast.expr]]:
    """The expressions that a variable may hold here."""
    name = step.emitted(node.id)
    for number in step.deps.get(node, frozenset()):
        found = trace.steps[number]
        if name not in found.binds:
            continue
        if found.bind is not None:
            yield found, found.bind[1]
        elif isinstance(found.node, ast.Assign):
            source = _assigned(found, found.node, name)
            if source is not None:
                yield found, source


def _assigned(step: Step, node: ast.Assign, name: str) -> ast.expr | None:
    target = node.targets[0]
    if not isinstance(target, (ast.Tuple, ast.List)):
        return node.value if node.value not in step.inlined else None
    names = [step.context.rename.get(e.id, e.id) if isinstance(e, ast.Name) else "" for e in target.elts]
    return _unpacked(step, node.value, names.index(name), len(names)) if name in names else None


# ---------------------------------------------------------------------- what the features hold


def target_in_features(trace: Trace, serving: ServeSlice) -> list[Diagnostic]:
    """Features that are the label, or were computed from it."""
    labels = target_columns(trace, serving)
    found: list[Diagnostic] = []
    for fit in final_fits(trace, serving)[-1:]:
        features = _features_of(fit)
        if features is None or len(labels) != 1:
            continue
        (label,) = labels
        if _holds(trace, fit.step, features, label, DEPTH):
            found.append(leakage(trace, "NB308", f"the target {label!r} is among the features", fit.node))
        for column, step in _relatives(trace, label):
            if _holds(trace, fit.step, features, column, DEPTH):
                message = f"the feature {column!r} tells the target {label!r}: one is computed from the other"
                found.append(leakage(trace, "NB308", message, step.node))
    return found


def _features_of(fit: Fit) -> ast.expr | None:
    return next((node for node in operands(fit.node) if fit.step.values.get(node) is fit.features), None)


def _relatives(trace: Trace, label: object) -> list[tuple[object, Step]]:
    """Columns that are computed from the label row by row, and the one column that the label is computed from."""
    found: dict[object, Step] = {}
    for step in trace.steps:
        for column, read in _stores(trace, step):
            if label in read and column != label:
                found.setdefault(column, step)
            elif column == label and len(read - {label}) == 1 and label not in read:
                found.setdefault(next(iter(read - {label})), step)
    return list(found.items())


def _stores(trace: Trace, step: Step) -> Iterator[tuple[object, set[object]]]:
    """The columns that a step stores, each with the columns that its rows are computed from."""
    if step.bind is not None or not isinstance(step.node, ast.Assign):
        return
    target, source = step.node.targets[0], step.node.value
    names = _column_of(step, target) if isinstance(target, ast.Subscript) else None
    value = step.values.get(source)
    if not names or value is None or value.relation != "rows" or not _by_row(step, source):
        return
    read = set(_columns_behind(trace, step, source, DEPTH))
    for name in names:
        yield name, read


def _by_row(step: Step, node: ast.expr) -> bool:
    ops = [step.ops[child] for child in ast.walk(node) if child in step.ops]
    return all(op.relation in ("map", "col") for op in ops)


def _holds(trace: Trace, step: Step, node: ast.expr, column: object, depth: int) -> bool:
    """Whether a table surely has a column."""
    if depth <= 0:
        return False
    if isinstance(node, ast.Name):
        return _variable_holds(trace, step, node, column, depth)
    value = step.values.get(node)
    if value is None or value.relation != "rows":
        return False
    op = step.ops.get(node)
    if isinstance(node, ast.Subscript) and op is not None and op.relation == "col":
        names = _column_of(step, node)
        return names is not None and value.kind == "frame" and column in names
    if isinstance(node, ast.Call) and op is not None and op.relation == "source":
        return True
    dropped = _dropped_columns(step, node)
    if dropped is not None and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return column not in dropped and _holds(trace, step, node.func.value, column, depth - 1)
    if op is None or op.relation not in KEEPS or _picks_columns(op):
        return False
    inner = _table_within(step, node)
    return inner is not None and _holds(trace, step, inner, column, depth - 1)


def _picks_columns(op: Op) -> bool:
    """Whether a transformer may leave columns out: which ones, its settings say."""
    if op.relation not in ("fit_transform", "transform"):
        return False
    name = op.receiver.qualified if op.receiver is not None else ""
    return name.startswith("sklearn.feature_selection.") or name.rpartition(".")[2] in PICKERS


def _table_within(step: Step, node: ast.expr) -> ast.expr | None:
    """The table whose columns an expression keeps."""
    if isinstance(node, ast.Subscript):
        value = node.value.value if isinstance(node.value, ast.Attribute) else node.value
        return None if isinstance(node.slice, ast.Tuple) else value
    if isinstance(node, ast.Attribute):
        return node.value if node.attr == "values" else None
    given = list(operands(node)) if isinstance(node, ast.Call) else []
    found = [one for one in given if (v := step.values.get(one)) is not None and v.kind == "frame"]
    return found[0] if len(found) == 1 else None


def _variable_holds(trace: Trace, step: Step, node: ast.Name, column: object, depth: int) -> bool:
    name = step.emitted(node.id)
    numbers = step.deps.get(node, frozenset()) - {step.number}
    writers = [trace.steps[n] for n in numbers if name not in trace.steps[n].binds]
    if not writers:
        sources = list(definitions(trace, step, node))
        return bool(sources) and all(_holds(trace, at, source, column, depth - 1) for at, source in sources)
    return all(_holds_after(trace, writer, column, depth) for writer in writers)


def _holds_after(trace: Trace, step: Step, column: object, depth: int) -> bool:
    """Whether a table has a column after a statement that changes it."""
    node = step.node
    targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else []
    changed = [target for target in targets if isinstance(target, ast.Subscript)]
    call = node.value if isinstance(node, (ast.Expr, ast.Assign)) else None
    popped = _column_of(step, call) if isinstance(call, ast.Call) and _method(call) == "pop" else None
    dropped = _dropped_columns(step, call) if call is not None and not changed else popped
    if any(column in (_column_of(step, target) or literal_names(target.slice) or ()) for target in changed):
        return isinstance(node, ast.Assign)
    if column in (dropped or popped or ()):
        return False
    root = root_name(changed[0]) if changed else _receiver(call)
    if root is None or root not in step.deps:
        return False
    return _variable_holds(trace, step, root, column, depth - 1)


def _method(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _receiver(node: ast.expr | None) -> ast.Name | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return root_name(node.func.value)
    return None
