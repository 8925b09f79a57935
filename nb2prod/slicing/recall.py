"""The inference slice: the backward slice of the prediction in which learned values are recalled.

Walks back from the answer. An expression that is aligned with the request's rows is served (kept, or edited by
its handler); one that was computed from data but is not aligned with rows is *captured*: training stores it in
the state at this program point, inference reads it from there. Row filters, splits and concatenations are the
identity for a request. What cannot be served from a single row is refused with cell, line and reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from nb2prod import handlers
from nb2prod.diagnostics import Diagnostic
from nb2prod.errors import Refusal
from nb2prod.interpretation.relabelling import relabels
from nb2prod.interpretation.statements import root_name
from nb2prod.interpretation.trace import Event, Hidden, Op, Step, Trace
from nb2prod.interpretation.values import SINGLE, Value
from nb2prod.slicing.call_templates import argument, call_template
from nb2prod.slicing.choice import Answer
from nb2prod.slicing.columns import ALL, NONE, Columns, literal_names
from nb2prod.slicing.label_columns import (
    GAP,
    NO_LABELS,
    is_target_of_source,
    picks_columns,
    refused_label,
    stores_of_labels,
)
from nb2prod.slicing.naming import StateNames
from nb2prod.slicing.neighbours import carried_values
from nb2prod.slicing.reading import opens_sources
from nb2prod.slicing.rounds import RoundsRefusal
from nb2prod.slicing.slices import Capture, Edit, Hole, ServeSlice, Template
from nb2prod.slicing.unfollowed import unfollowed

FOLD = "fold_number"
WALKS = frozenset({"zip", "enumerate", "reversed", "iter"})
IDENTITY = frozenset({"rowf", "rows", "ord", "aug", "split", "concat"})
PLAIN = frozenset(
    {"map", "col", "transform", "unknown", "group", "agg", "meta", "join", "est", "const", "io_read", "eda"}
)
REFUSALS = {
    "win": (
        "NB401",
        "depends on neighbouring rows or on their order",
        "compute it upstream and pass it as a column",
    ),
    "resh": ("NB403", "changes what a row stands for", "let the request rows be the rows after this step"),
    "rng": ("NB402", "draws random numbers for the rows", "replace the draw by a fixed value or a statistic"),
}


@dataclass
class Recall:
    """The walk's registers."""

    trace: Trace
    answer: Answer
    chain: dict[int, int] = field(default_factory=dict)
    """Row sets that stand for the request, with the operand position taken at a concatenation."""
    edits: dict[tuple[int, ast.AST], Edit] = field(default_factory=dict)
    wraps: dict[tuple[int, ast.AST], Template] = field(default_factory=dict)
    """Calls put around a served expression; training gets the same value from them."""
    frees: dict[tuple[int, ast.AST, str], Template] = field(default_factory=dict)
    fit_edits: dict[tuple[int, ast.AST], Template] = field(default_factory=dict)
    captures: dict[object, Capture] = field(default_factory=dict)
    known: dict[object, Capture] = field(default_factory=dict)
    """What the slice of the prediction has stored already, while the labels are served."""
    uses: dict[object, list[Step]] = field(default_factory=dict)
    names: StateNames = field(default_factory=lambda: StateNames({"model"}))
    bound: frozenset[str] = frozenset()
    wanted: dict[int, set[str]] = field(default_factory=dict)
    pending: list[int] = field(default_factory=list)
    done: dict[int, tuple[frozenset[str], Columns]] = field(default_factory=dict)
    need: Columns = ALL
    """The columns of the table under the walk that are needed."""
    asked: Columns = ALL
    """The columns that are needed of what the statement under the walk makes."""
    needs: dict[int, Columns] = field(default_factory=dict)
    skipped: set[object] = field(default_factory=set)
    """Columns whose assignment inference leaves out, because nothing reads them."""
    fold_loops: list[Step] = field(default_factory=list)
    live: set[int] = field(default_factory=set)
    """Steps that name a number of rows which shapes what is served: it must be the request's own."""
    drops: list[tuple[Step, ast.Call, frozenset[object]]] = field(default_factory=list)
    served: dict[int, str] = field(default_factory=dict)
    """Step number -> how its statement is served: keep, drop, split."""
    bindings: dict[int, list[tuple[str, ast.expr]]] = field(default_factory=dict)
    parts: dict[int, ast.expr] = field(default_factory=dict)
    """For a split that a function returns: the table whose part is asked for."""
    sources: dict[int, ast.expr] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    models: dict[str, str] = field(default_factory=dict)

    @cached_property
    def labels(self) -> frozenset[int]:
        """The steps that store a label which a request cannot have."""
        return stores_of_labels(self.trace)

    def leaves_out(self, step: Step) -> bool:
        """Whether a step stores a column that a request cannot have, on the way to a prediction."""
        return self.answer.reason != "label" and step.number in self.labels

    # ------------------------------------------------------------------ walking back

    def demand(self, steps: Iterable[int], name: str = "", columns: Columns | None = None) -> None:
        """Ask for the definitions in these steps (of a name, with these columns) to be served."""
        asked = self.need if columns is None else columns
        for number in sorted(steps, reverse=True):
            wanted = self.wanted.setdefault(number, set())
            step = self.trace.steps[number]
            named = {name} if name in step.binds else set()
            before = self.needs.get(number)
            needed = asked if before is None else before | asked
            if number not in self.done or not named <= wanted or needed != before:
                wanted |= named
                self.needs[number] = needed
                self.pending.append(number)

    def drain(self) -> None:
        """Serve everything that was asked for."""
        while self.pending:
            number = max(self.pending)
            self.pending = [other for other in self.pending if other != number]
            asked = (frozenset(self.wanted[number]), self.needs.get(number, ALL))
            if self.done.get(number) == asked:
                continue
            self.done[number] = asked
            step = self.trace.steps[number]
            for outer in step.ancestors():
                self.serve_header(outer)
            self.need = self.asked = self.needs.get(number, ALL)
            serve_statement(self, step)
            self.need = self.asked = ALL

    def serve_header(self, step: Step) -> None:
        """A compound statement around something that is served."""
        if step.number in self.served:
            return
        if opens_sources(step):
            self.served[step.number] = "once"
            return
        if step.hidden is not None:
            raise unfollowed(self.trace, step.hidden)
        self.served[step.number] = "keep"
        node = step.node
        if is_fold_loop(step):
            self.fold_loops.append(step)
            return
        for header in _header_expressions(node):
            serve(self, step, header)
        for child in step.walk():
            if isinstance(child.node, (ast.Break, ast.Continue)):
                self.demand([child.number])

    # ------------------------------------------------------------------ rows

    def in_chain(self, value: Value | None) -> bool:
        """Whether a value's rows stand for the request's rows."""
        return value is not None and value.relation == "rows" and value.rows in self.chain

    def is_side_filter(self, value: Value) -> bool:
        """Whether the rows are a row-wise filter of the request (``df.loc[mask, 'a'] = ...``)."""
        number = value.rows
        while number is not None:
            if number in self.chain:
                return True
            rows = self.trace.row_sets.get(number)
            if rows is None or rows.how not in ("filter",) or not rows.parents:
                return False
            number = rows.parents[0]
        return False

    def refuse(self, step: Step, node: ast.AST, code: str, message: str, why: str, do: str) -> None:
        """Stop: this cannot be served."""
        raise Refusal(message, code=code, place=self.trace.program.place(node), why=why, do=do)


def recall(trace: Trace, answer: Answer, beside: ServeSlice | None = None) -> ServeSlice:
    """Compute the inference slice of an answer; what the slice ``beside`` it has in the state is not stored again."""
    walk = Recall(trace, answer)
    if beside is not None:
        walk.names.taken |= {capture.name for capture in beside.captures}
        walk.known = {key: capture for key, capture in beside.learned.items() if not capture.folds}
    walk.chain = request_rows(trace, answer.event)
    number = answer.step.number
    for outer in answer.step.ancestors():
        walk.serve_header(outer)
    if answer.event.method == "score":
        _serve_score(walk, answer)
    else:
        serve(walk, answer.step, answer.node)
    walk.drain()
    _refuse_without_rows(walk, answer)
    _refuse_carried(walk)
    _refuse_batches(walk)
    _refuse_rounds(walk, answer)
    _tolerate_absence(walk)
    _walk_over_folds(walk)
    learned = _at_first_use(walk)
    return ServeSlice(
        answer=answer,
        chain=dict(walk.chain),
        served=dict(walk.served),
        wanted={key: frozenset(names) for key, names in walk.wanted.items()},
        bindings=dict(walk.bindings),
        edits=dict(walk.edits),
        wraps=dict(walk.wraps),
        frees=dict(walk.frees),
        fit_edits=dict(walk.fit_edits),
        captures=tuple(learned.values()),
        learned=learned,
        sources=dict(walk.sources),
        models=dict(walk.models),
        diagnostics=tuple(walk.diagnostics),
        answer_step=number,
    )


def _refuse_carried(walk: Recall) -> None:
    """A loop over the rows may not carry a value from one row to the next."""
    for loop in [walk.trace.steps[number] for number in walk.served]:
        for step, node in carried_values(loop):
            if step.number in walk.served:
                _refuse_operation(walk, step, node, Op("win"))


def _refuse_batches(walk: Recall) -> None:
    """A transformer of the notebook's own that takes statistics of the rows which it is given."""
    seen: set[int] = set()
    pending = [number for found in walk.captures.values() if found.estimator for number in found.steps]
    while pending:
        step = walk.trace.steps[pending.pop()]
        if step.number in seen:
            continue
        seen.add(step.number)
        for node, op in step.ops.items():
            if op.relation == "batch":
                walk.refuse(
                    step, node, "NB406", f"the transformer takes {op.detail} of the rows that it transforms",
                    "a single row would get another value", "compute the statistic in fit, and keep it in self",
                )  # fmt: skip
        for node, steps in step.deps.items():
            value = step.values.get(node)
            if value is None or value.relation != "rows":
                pending.extend(steps)


def _refuse_without_rows(walk: Recall, answer: Answer) -> None:
    """An answer that reads no table or array of rows is the same for every request."""
    if not walk.sources:
        walk.refuse(
            answer.step, answer.node, "NB405", "the prediction cannot be followed back to rows that are read",
            "no request would change it", "read the rows with pandas or NumPy and predict on them",
        )  # fmt: skip


def _refuse_rounds(walk: Recall, answer: Answer) -> None:
    """A prediction that is made anew in each round of a loop, with another model each time."""
    for outer in answer.step.ancestors():
        if not isinstance(outer.node, ast.For):
            continue
        keys = [FOLD] if is_fold_loop(outer) else _key_names(outer, outer.node.target)
        if any(set(keys) & set(capture.keys) for capture in walk.captures.values()):
            rounds = "the folds" if keys == [FOLD] else ast.unparse(outer.node.target)
            raise RoundsRefusal(
                f"each round of a loop over {rounds} predicts with another model",
                code="NB203",
                place=walk.trace.program.place(answer.node),
                why="nothing says which round counts",
                do="fit the chosen model after the loop and predict with it, or name another with --model",
            )


def _at_first_use(walk: Recall) -> dict[object, Capture]:
    """Captures in the order of the program, each at the first step that recalls it."""
    at = {step.number: place for place, step in enumerate(s for top in walk.trace.top for s in top.walk())}
    found: list[tuple[object, Capture]] = []
    for key, capture in walk.captures.items():
        steps = [step for step in walk.uses.get(key, [capture.step]) if step.number in at] or [capture.step]
        first = min(steps, key=lambda step: at.get(step.number, 0))
        found.append((key, replace(capture, step=first)))
    return dict(sorted(found, key=lambda pair: at.get(pair[1].step.number, 0)))


def is_fold_loop(step: Step) -> bool:
    """Whether a loop runs over the folds of a cross-validation."""
    node = step.node
    value = step.values.get(node.iter) if isinstance(node, ast.For) else None
    return value is not None and value.kind == "folds"


def _walk_over_folds(walk: Recall) -> None:
    """At inference there are no folds to split: walk over what each fold has learned."""
    for step in walk.fold_loops:
        assert isinstance(step.node, ast.For)
        inside = {child.number for child in step.walk()}
        learned = [c for c in walk.captures.values() if c.folds and c.step.number in inside]
        if not learned and not walk.wanted.get(step.number) and _only_picks_rows(walk, step):
            walk.served[step.number] = "once"
            continue
        number = _fold_number(step)
        counted = number is not None and walk.wanted.get(step.number) == {step.emitted(number.id)}
        if not learned or (walk.wanted.get(step.number) and not counted):
            names = ", ".join(sorted(walk.wanted.get(step.number, ()))) or "the folds"
            walk.refuse(
                step, step.node, "NB406", f"inference cannot use {names} of a loop over cross-validation folds",
                "a request has no folds", "average the predictions of the fold models only",
            )  # fmt: skip
        _refuse_uneven_folds(walk, step, learned, counted)
        target, folds = FOLD, f"range(len(state.{learned[0].name}))"
        if counted and number is not None:
            assert isinstance(step.node.iter, ast.Call)
            start = "".join(f", {ast.unparse(argument)}" for argument in step.node.iter.args[1:])
            target, folds = f"{step.emitted(number.id)}, {FOLD}", f"enumerate({folds}{start})"
        walk.edits[step.number, step.node.target] = Edit(Template(target), same=False)
        walk.edits[step.number, step.node.iter] = Edit(Template(folds), same=False)


def _refuse_uneven_folds(walk: Recall, loop: Step, learned: list[Capture], counted: bool) -> None:
    """What the folds have learned is kept by position: each fold must have learned all of it, or nothing at all."""
    at = sorted(found.step.number for found in learned)
    for child in loop.walk():
        under = any(outer is child for found in learned for outer in found.step.ancestors())
        chosen = isinstance(child.node, ast.If) and child.bind is None and under
        skipped = isinstance(child.node, ast.Continue) and (counted or at[0] < child.number < at[-1])
        if chosen or skipped:
            walk.refuse(
                child, child.node, "NB406", "only some of the folds get here, and inference would not know which",
                "what the folds have learned is kept in their order", "let each fold do the same",
            )  # fmt: skip


def _fold_number(loop: Step) -> ast.Name | None:
    """``for fold, (train, test) in enumerate(kf.split(X))``: the name that counts the folds."""
    node = loop.node
    if not isinstance(node, ast.For) or not isinstance(node.target, ast.Tuple) or not isinstance(node.iter, ast.Call):
        return None
    counts = isinstance(node.iter.func, ast.Name) and node.iter.func.id == "enumerate"
    plain = all(isinstance(start, ast.Constant) for start in node.iter.args[1:]) and not node.iter.keywords
    first = node.target.elts[0]
    return first if counts and plain and isinstance(first, ast.Name) else None


def _only_picks_rows(walk: Recall, loop: Step) -> bool:
    """Whether what inference needs of a loop over folds are parts of tables: they are the request in each round."""
    needed = [child for child in loop.walk() if child is not loop and child.number in walk.served]
    for child in needed:
        node = child.node
        if child.parent is not loop or child.bind is not None or not isinstance(node, ast.Assign):
            return False
        made = {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        read = {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}
        plain = all(isinstance(target, (ast.Name, ast.Tuple)) for target in node.targets)
        if not plain or made & read:
            return False
    return True


def _tolerate_absence(walk: Recall) -> None:
    """A column that is no longer assigned cannot be dropped: let ``drop`` pass over it."""
    for step, node, names in walk.drops:
        if names & walk.skipped and (step.number, node) not in walk.edits:
            template = call_template(step, node, add={"errors": '"ignore"'})
            walk.edits[step.number, node] = Edit(template, same=True)


def _serve_score(walk: Recall, answer: Answer) -> None:
    """``model.score(X, y)``: the package answers ``model.predict(X)``."""
    event = answer.event
    assert event.features is not None
    at = event.features_step or answer.step
    serve(walk, answer.step, event.model_node)
    serve(walk, at, event.features)
    holes = (Hole(answer.step, event.model_node), Hole(at, event.features))
    walk.edits[answer.step.number, answer.node] = Edit(Template("__0__.predict(__1__)", holes), same=False)


def request_rows(trace: Trace, event: Event) -> dict[int, int]:
    """The predicted rows and all row sets that they come from."""
    chain: dict[int, int] = {}
    number, side = event.rows, ""
    while number is not None and number not in chain:
        rows = trace.row_sets[number]
        side = rows.side or side
        taken = 0
        if rows.how == "concat" and rows.parents:
            taken = 0 if side in ("head", "train") or _has_test(trace, number) else len(rows.parents) - 1
            taken = 0 if side == "head" else taken
        chain[number] = taken
        number = rows.parents[min(taken, len(rows.parents) - 1)] if rows.parents else None
    return chain | dict.fromkeys([*_alternatives(trace, chain), *_repeated(trace, chain)], 0)


def _repeated(trace: Trace, chain: Mapping[int, int]) -> list[int]:
    """The request with copies of some of its own rows, which each round of a loop puts behind it."""
    found = []
    for rows in trace.row_sets.values():
        if rows.how != "concat" or not rows.parents or rows.parents[0] not in chain or rows.step >= len(trace.steps):
            continue
        loops = any(isinstance(outer.node, (ast.For, ast.While)) for outer in trace.steps[rows.step].ancestors())
        if loops and all(_descends(trace, parent, chain) for parent in rows.parents):
            found.append(rows.number)
    return found


def _descends(trace: Trace, number: int, chain: Mapping[int, int]) -> bool:
    """Whether rows are rows of the request, or filters and samples of them."""
    while number not in chain:
        rows = trace.row_sets[number]
        if rows.how not in ("filter", "order", "more", "part") or not rows.parents:
            return False
        number = rows.parents[0]
    return True


def _alternatives(trace: Trace, chain: Mapping[int, int]) -> list[int]:
    """The same table as another branch of an ``if`` or ``try`` reads it."""
    found = []
    for rows in [trace.row_sets[number] for number in chain if trace.row_sets[number].how == "source"]:
        step = trace.steps[rows.step]
        for other in (rows for rows in trace.row_sets.values() if rows.step < len(trace.steps)):
            at = trace.steps[other.step]
            beside = step.parent is not None and at.parent is step.parent and at.binds == step.binds
            if other.how == "source" and other is not rows and beside and not isinstance(at.node, ast.For):
                found.append(other.number)
    return found


def _has_test(trace: Trace, number: int) -> bool:
    """Whether the concatenated rows are split again at random: then both parents are training rows."""
    return any(rows.side in ("train",) and number in rows.parents for rows in trace.row_sets.values())


def _header_expressions(node: ast.stmt) -> list[ast.expr]:
    match node:
        case ast.For() | ast.AsyncFor():
            return [node.iter]
        case ast.While() | ast.If():
            return [node.test]
        case ast.With() | ast.AsyncWith():
            return [item.context_expr for item in node.items]
        case ast.Match():
            return [node.subject]
        case _:
            return []


# ---------------------------------------------------------------------- statements


def _is_asked_for(walk: Recall, hidden: Hidden) -> bool:
    """Whether what cannot be followed may have changed a column that is needed."""
    return hidden.column is None or walk.need.has_any(frozenset({hidden.column}))


def serve_statement(walk: Recall, step: Step) -> None:  # noqa: C901, PLR0912 - one branch for each kind of statement
    """Serve one statement whose effect is asked for."""
    if step.hidden is not None:
        if _is_asked_for(walk, step.hidden):
            raise unfollowed(walk.trace, step.hidden)
        return
    if step.number in walk.trace.gathered:
        name, table = walk.trace.gathered[step.number]
        walk.served[step.number] = "bind"
        walk.bindings[step.number] = [(name, table)]
        serve(walk, step, table)
        return
    if step.bind is not None:
        if not walk.wanted.get(step.number) and _hands_out_parts(step, step.bind[1]):
            return
        walk.served[step.number] = "keep"
        part = walk.parts.get(step.number)
        if part is not None:
            walk.edits[step.number, step.bind[1]] = Edit(Template("__0__", (Hole(step, part),)), same=False)
        serve(walk, step, part or step.bind[1])
        return
    node = step.node
    match node:
        case ast.Assign():
            _serve_assign(walk, step, node)
        case ast.AugAssign():
            walk.served[step.number] = "keep"
            serve(walk, step, node.target)
            _demand_root(walk, step, node.target)
            serve(walk, step, node.value)
        case ast.AnnAssign() if node.value is not None:
            walk.served[step.number] = "keep"
            serve(walk, step, node.value)
            _demand_root(walk, step, node.target)
        case ast.Expr():
            _serve_expression(walk, step, node)
        case ast.Delete():
            walk.served[step.number] = "keep"
            for target in node.targets:
                _demand_root(walk, step, target)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
            walk.served[step.number] = "define"
            for names in step.free.values():
                for name, free in names.items():
                    walk.demand(free.steps, name)
        case _:
            walk.serve_header(step)
            if isinstance(node, (ast.Break, ast.Continue, ast.Raise, ast.Assert)):
                walk.served[step.number] = "keep"


def _demand_root(walk: Recall, step: Step, target: ast.expr, columns: Columns = ALL) -> None:
    root = root_name(target)
    if root is not None and root in step.deps:
        walk.demand(step.deps[root], step.emitted(root.id), columns)


def _stored_columns(step: Step, target: ast.Subscript | ast.Attribute) -> frozenset[object] | None:
    """The literal columns that a store changes in a frame of the variable itself."""
    root = root_name(target)
    if root is None or not isinstance(target, ast.Subscript):
        return None
    holder = target.value
    if isinstance(holder, ast.Name):
        value = step.values.get(holder)
        return literal_names(target.slice) if value is not None and value.kind == "frame" else None
    if isinstance(holder, ast.Attribute) and isinstance(holder.value, ast.Name) and holder.attr in ("loc", "at"):
        parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else []
        return literal_names(parts[1]) if len(parts) == 2 else None
    if isinstance(holder, ast.Subscript) and isinstance(holder.value, ast.Name):
        value = step.values.get(holder.value)
        return literal_names(holder.slice) if value is not None and value.kind == "frame" else None
    return None


def _serve_assign(walk: Recall, step: Step, node: ast.Assign) -> None:
    target = node.targets[0]
    if isinstance(target, (ast.Tuple, ast.List)) and len(node.targets) == 1:
        _serve_unpacking(walk, step, node, target)
        return
    if isinstance(target, (ast.Subscript, ast.Attribute)):
        _serve_store(walk, step, node, target)
        return
    walk.served[step.number] = "keep"
    serve(walk, step, node.value)


def _serve_store(walk: Recall, step: Step, node: ast.Assign, target: ast.Subscript | ast.Attribute) -> None:
    stored = _stored_columns(step, target)
    need, walk.need = walk.need, ALL
    if isinstance(target, ast.Attribute) and target.attr == "columns" and relabels(step, node.value):
        walk.served[step.number] = "keep"
        _demand_root(walk, step, target, need.blurred())
        for name, steps in _definitions_read(step, node.value):
            walk.demand(steps, name)
        return
    by_name = need == ALL or need.by_name
    if stored is not None and (not need.has_any(stored) or (by_name and walk.leaves_out(step))):
        walk.skipped |= stored
        walk.served[step.number] = "drop"
        _demand_root(walk, step, target, need)
        return
    if walk.leaves_out(step):
        walk.served[step.number] = "keep"
        walk.edits[step.number, node.value] = Edit(GAP, same=False)
        _demand_root(walk, step, target, need)
        return
    whole = stored is not None and isinstance(target.value, ast.Name)
    prior = need.without(stored) if whole and stored is not None else need.plus(stored or frozenset())
    labels = isinstance(target, ast.Attribute) and target.attr == "index" and isinstance(target.value, ast.Name)
    _demand_root(walk, step, target, need if labels else prior if stored is not None else need.blurred())
    if _names_rows(step, target):
        _leave_rows_unedited(walk, step, target)
        return
    walk.served[step.number] = "keep"
    value = step.values.get(node.value)
    if value is not None and value.relation == "rows" and not walk.in_chain(value) and not walk.is_side_filter(value):
        if _only_training(walk, value):
            walk.served[step.number] = "drop"
            return
    if isinstance(target, ast.Subscript):
        serve_children_of_index(walk, step, target)
        _refuse_position(walk, step, node.value)
    if not isinstance(target.value, ast.Name):
        serve(walk, step, target.value, storing=True)
    serve(walk, step, node.value)


def _refuse_position(walk: Recall, step: Step, node: ast.expr) -> None:
    """A feature that counts the rows: ``df['n'] = np.arange(len(df))``."""
    value = step.values.get(node)
    if value is not None and "position" in value.taints and value.kind not in SINGLE and walk.in_chain(value):
        walk.refuse(
            step, node, "NB401", f"{ast.unparse(node)[:70]} numbers the rows: a single row has no place among them",
            "the number depends on the order of the rows", "leave the column out, or read it from the source",
        )  # fmt: skip


def _definitions_read(step: Step, node: ast.expr) -> list[tuple[str, frozenset[int]]]:
    """The names that an expression reads, with the steps that define them."""
    names = [child for child in ast.walk(node) if isinstance(child, ast.Name) and child in step.deps]
    return [(step.emitted(name.id), step.deps[name]) for name in names]


def _only_training(walk: Recall, value: Value) -> bool:
    rows = walk.trace.row_sets.get(value.rows or -1)
    return rows is not None and rows.how == "part" and rows.side in ("train", "head")


def serve_children_of_index(walk: Recall, step: Step, node: ast.Subscript) -> None:
    """Serve the parts of a subscript's index."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for part in parts:
        serve(walk, step, part)


def _names_rows(step: Step, target: ast.expr) -> bool:
    """``df.loc[17, 'age'] = 3``: a repair of one training row."""
    if not isinstance(target, ast.Subscript):
        return False
    holder = step.values.get(target.value)
    by_place = isinstance(target.value, ast.Attribute) and target.value.attr in ("loc", "iloc", "at", "iat")
    if not by_place and (holder is None or holder.kind != "series" or not isinstance(target.value, ast.Subscript)):
        return False
    part = target.slice.elts[0] if isinstance(target.slice, ast.Tuple) else target.slice
    bounds = [part.lower, part.upper, part.step] if isinstance(part, ast.Slice) else [part]
    named = [bound for bound in bounds if bound is not None]
    values = [step.values.get(bound) for bound in named]
    literal = all(isinstance(bound, (ast.Constant, ast.List, ast.UnaryOp)) for bound in named)
    return literal and bool(named) and all(value is not None and value.relation == "const" for value in values)


def _leave_rows_unedited(walk: Recall, step: Step, target: ast.expr) -> None:
    """A repair of rows by their labels is made while training; the same row of a request is served as it comes."""
    walk.served.setdefault(step.number, "drop")
    message = f"{ast.unparse(target)[:60]} edits rows by hand; inference takes such rows as they come"
    found = Diagnostic("NB323", "warning", message, walk.trace.program.place(step.node))
    if found not in walk.diagnostics:
        walk.diagnostics.append(found)


def _serve_unpacking(walk: Recall, step: Step, node: ast.Assign, target: ast.Tuple | ast.List) -> None:
    """``X_train, X_test, y_train, y_test = ...``: only the names that are asked for."""
    walk.served[step.number] = "bind"
    wanted = walk.wanted.get(step.number, set())
    bound: list[tuple[str, ast.expr]] = []
    for at, element in enumerate(target.elts):
        if not isinstance(element, ast.Name):
            walk.served[step.number] = "keep"
            for stored in (other for other in target.elts if isinstance(other, (ast.Subscript, ast.Attribute))):
                _demand_root(walk, step, stored)
                serve_children(walk, step, stored)
            serve(walk, step, node.value)
            return
        name = step.context.rename.get(element.id, element.id)
        if name not in wanted:
            continue
        count = len(target.elts)
        returned = _returned(walk, step, node.value, at, count)
        if returned is not None:
            bound.append((name, returned))
            continue
        source = _aligned(walk, step, node.value, at) or _unpacked(step, node.value, at, count)
        if source is None:
            walk.served[step.number] = "keep"
            serve(walk, step, node.value)
            return
        serve(walk, step, source)
        bound.append((name, source))
    walk.bindings[step.number] = bound


def _returned(walk: Recall, step: Step, value: ast.expr, at: int, count: int) -> ast.expr | None:
    """``a, b, c, d = f(...)`` with an expanded ``f`` that ends in ``return train_test_split(X, y)``: X or y."""
    made = [walk.trace.steps[number] for number in step.deps.get(value, frozenset())]
    makers = [one for one in made if one.bind is not None and one.bind[0] == _inlined_name(step, value)]
    inside = makers[0] if len(makers) == 1 else None  # with several, each is made in a branch of its own
    if inside is None or inside.bind is None:
        return None
    part = _unpacked(inside, inside.bind[1], at, count)
    if part is None:
        return None
    name = inside.emitted(part.id) if isinstance(part, ast.Name) else inside.bind[0]
    if step.emitted(name) != name:
        return None
    if isinstance(part, ast.Name):
        walk.demand(inside.deps.get(part, frozenset()), name)
    elif walk.parts.setdefault(inside.number, part) is part:
        walk.demand({inside.number}, name)
    else:
        return None
    return ast.Name(name, ast.Load())


def _hands_out_parts(step: Step, value: ast.expr) -> bool:
    op = step.ops.get(value)
    return op is not None and op.detail == "train_test_split"


def _inlined_name(step: Step, value: ast.expr) -> str | None:
    found = step.inlined.get(value) if isinstance(value, ast.Call) else None
    return found[0] if found is not None else None


def _aligned(walk: Recall, step: Step, node: ast.expr, at: int) -> ast.expr | None:
    """``a, b = a.align(b, axis=1)``: the table itself, with the columns that both have in training."""
    op, value = step.ops.get(node), step.values.get(node)
    if op is None or op.detail != "align" or not isinstance(node, ast.Call) or value is None:
        return None
    assert isinstance(node.func, ast.Attribute)
    other = argument(node, 0, "other")
    kept = (node.func.value, other)[at] if at < 2 else None
    if kept is None:
        return None
    fit = Template(f"list(__0__[{at}].columns)", (Hole(step, node, fit=True),))
    key = ("align", step.number, at)
    found = add_capture(walk, step, node, key, "aligned_columns", fit, value, reads_of(step, node), replace=False)
    filled = argument(node, 5, "fill_value")
    options = f", fill_value={ast.unparse(filled)}" if isinstance(filled, ast.Constant) else ""
    walk.wraps[step.number, kept] = Template(f"__0__.reindex(columns={found.target()}{options})", (Hole(step, kept),))
    return kept


def _unpacked(step: Step, value: ast.expr, at: int, count: int) -> ast.expr | None:
    if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == count:
        return value.elts[at]
    op = step.ops.get(value)
    if isinstance(value, ast.Call) and op is not None:
        if op.detail == "train_test_split" and len(value.args) * 2 == count:
            return value.args[at // 2]
        if op.relation in ("aug", "ord") and len(value.args) == count:
            return value.args[at]
    return None


def _serve_expression(walk: Recall, step: Step, node: ast.Expr) -> None:
    call = node.value
    op = step.ops.get(call)
    if not isinstance(call, ast.Call):
        walk.served[step.number] = "drop"
        return
    in_place = any(keyword.arg == "inplace" for keyword in call.keywords)
    need = walk.need
    dropped = _dropped_columns(step, call)
    if (
        dropped is not None
        and in_place
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
    ):
        walk.served[step.number] = "keep"
        walk.drops.append((step, call, dropped))
        walk.need = ALL
        serve_arguments(walk, step, call)
        _demand_root(walk, step, call.func.value, need.without(dropped))
        return
    if op is not None and op.relation in IDENTITY and in_place and isinstance(call.func, ast.Attribute):
        walk.skipped |= _index_columns(call)
        walk.served[step.number] = "drop"
        serve(walk, step, call.func.value)
        return
    walk.served[step.number] = "keep"
    walk.need = need.blurred()
    if isinstance(call.func, ast.Attribute):
        column = call.func.value
        stored = _receiver_column(step, column) if in_place else None
        if stored is not None and not need.has_any(stored):
            walk.served[step.number] = "drop"
            walk.skipped |= stored
            _demand_root(walk, step, column, need)
            return
        _demand_root(walk, step, column, need.plus(stored) if stored is not None else need.blurred())
        if stored is not None:
            serve_arguments(walk, step, call)
            return
    serve(walk, step, call, in_place=in_place)


def _index_columns(node: ast.expr) -> frozenset[object]:
    """The columns that ``reset_index()`` makes of the labels, and that a request, whose labels stay, does not get."""
    made = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reset_index"
    return frozenset({"index", "level_0"}) if made else frozenset()


def _receiver_column(step: Step, receiver: ast.expr) -> frozenset[object] | None:
    """The column of ``df['c'].fillna(..., inplace=True)``."""
    if isinstance(receiver, ast.Subscript) and isinstance(receiver.value, ast.Name):
        value = step.values.get(receiver.value)
        return literal_names(receiver.slice) if value is not None and value.kind == "frame" else None
    return None


def _dropped_columns(step: Step, call: ast.expr) -> frozenset[object] | None:
    """The literal columns of ``df.drop(...)``; None if it is something else."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "drop":
        return None
    columns = argument(call, 99, "columns")
    if columns is not None:
        return _known_names(step, columns)
    axis = argument(call, 1, "axis")
    if isinstance(axis, ast.Constant) and axis.value in (1, "columns"):
        return _known_names(step, argument(call, 0, "labels"))
    return None


def _known_names(step: Step, node: ast.expr | None) -> frozenset[object] | None:
    found = literal_names(node)
    if found is not None or node is None:
        return found
    value = step.values.get(node)
    literal = value.literal if value is not None else None
    if isinstance(literal, str):
        return frozenset({literal})
    if isinstance(literal, list) and all(isinstance(item, (str, int)) for item in literal):
        return frozenset(literal)
    return None


def serve_arguments(walk: Recall, step: Step, call: ast.Call) -> None:
    """Serve the arguments of a call, but not what it is called on."""
    for given in [*call.args, *(keyword.value for keyword in call.keywords)]:
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("insert", "assign"):
            _refuse_position(walk, step, given)
        serve(walk, step, given)


# ---------------------------------------------------------------------- expressions


def serve(  # noqa: C901, PLR0912 - the order of these cases is the rule
    walk: Recall, step: Step, node: ast.AST, storing: bool = False, in_place: bool = False
) -> None:
    """Serve one expression: keep it, edit it or capture it, and ask for what it reads."""
    if isinstance(node, ast.expr):
        value = step.values.get(node)
        if _serve_narrowed(walk, step, node, value, storing):
            return
        if not isinstance(node, ast.Name) and not (isinstance(node, ast.Call) and node in step.inlined):
            op = step.ops.get(node)
            picked = picks_columns(step, node)
            if picked is not None:
                walk.need = picked
            elif op is None or op.relation not in IDENTITY:
                walk.need = walk.need.blurred()
        if isinstance(node, ast.Call) and node in step.inlined:
            _serve_inlined(walk, step, node)
            return
        sliced = isinstance(node, ast.Slice) or (
            isinstance(node, ast.Tuple) and any(isinstance(part, ast.Slice) for part in node.elts)
        )
        sliced = sliced or _is_live_shape(step, node)
        learned = value is not None and value.relation == "data" and not storing and not sliced
        learned = learned and not _walks_dict(step, node)
        if learned and value is not None and not _is_live(walk, step, node, value):
            if _names_by_key(walk, step, node):
                serve_children(walk, step, node)
                return
            if not _reads_any(node, walk.bound) and not _reads_row(walk, step, node):
                capture(walk, step, node, value)
                return
            if (step.number, node) in walk.edits:  # a handler has kept it
                return
            _refuse_statistic_by_row(walk, step, node)
        counted = _counted_table(step, node, value)
        if counted is not None:
            walk.need = NONE
            serve(walk, step, counted)
            walk.need = ALL
            return
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            _serve_scope(walk, step, node)
            return
        if value is not None and value.relation == "rows" and not storing:
            if (
                not walk.in_chain(value)
                and not walk.is_side_filter(value)
                and not (_reads_any(node, walk.bound) or _reads_row(walk, step, node))
            ):
                _serve_foreign(walk, step, node, value)
                return
        if isinstance(node, ast.Name):
            _serve_name(walk, step, node)
            return
        op = step.ops.get(node)
        if op is not None and not storing:
            _serve_operation(walk, step, node, op, in_place)
            return
    for child in ast.iter_child_nodes(node):
        serve(walk, step, child)


def _walks_dict(step: Step, node: ast.expr) -> bool:
    """``encoders.items()``, ``zip(weights, models)``: they can be walked over once; what they walk over is stored."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WALKS:
        return True
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.args:
        return False
    owner = step.values.get(node.func.value)
    if owner is not None and owner.kind == "dict":
        return node.func.attr in ("items", "values", "keys")
    return node.func.attr == "items" and owner is not None and owner.relation == "data"


def _serve_narrowed(walk: Recall, step: Step, node: ast.expr, value: Value | None, storing: bool) -> bool:
    """Column selections, drops and copies of a table: ask for the columns that matter only."""
    if storing or not walk.in_chain(value) or value is None:
        return False
    need, names = walk.need, None
    inner: ast.expr | None = None
    asked = ALL
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        owner = step.values.get(node.value)
        op = step.ops.get(node)
        names = _known_names(step, node.slice) if owner is not None and owner.kind == "frame" else None
        if names is not None and op is not None and op.relation == "col":
            inner, asked = node.value, Columns(names, complement=False)
            serve(walk, step, node.slice)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = step.values.get(node.value)
        op = step.ops.get(node)
        if owner is not None and owner.kind == "frame" and op is not None and op.relation == "col" and op.fact is None:
            inner, asked = node.value, Columns(frozenset({node.attr}), complement=False)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and value.kind == "frame":
        dropped = _dropped_columns(step, node)
        if node.func.attr == "copy" and not node.args:
            inner, asked = node.func.value, need
        elif dropped is not None:
            inner, asked = node.func.value, need.without(dropped)
            walk.drops.append((step, node, dropped))
            walk.need = ALL
            serve_arguments(walk, step, node)
    if inner is None:
        return False
    walk.need = asked
    serve(walk, step, inner)
    walk.need = need.blurred()
    return True


def _reads_any(node: ast.AST, names: frozenset[str]) -> bool:
    return bool(names) and any(isinstance(child, ast.Name) and child.id in names for child in ast.walk(node))


def _reads_row(walk: Recall, step: Step, node: ast.AST) -> bool:
    """In a loop over rows: whether an expression depends on the row at hand (``means[df["town"][i]]``)."""
    values = (step.values.get(child) for child in ast.walk(node) if child is not node)
    return any(v is not None and v.kind in SINGLE and v.relation == "rows" and walk.in_chain(v) for v in values)


def _refuse_statistic_by_row(walk: Recall, step: Step, node: ast.expr) -> None:
    """In a loop over rows, a statistic of those rows of the request that are like the row at hand."""
    op = step.ops.get(node)
    if op is None or op.relation not in ("agg", "meta") or op.receiver is None or op.receiver.kind in SINGLE:
        return
    if isinstance(node, ast.Attribute) and node.attr == "name":
        return
    if walk.in_chain(op.receiver) or walk.is_side_filter(op.receiver):
        _refuse_operation(walk, step, node, op)


def _serve_scope(walk: Recall, step: Step, node: ast.expr) -> None:
    """The body of a lambda or comprehension: its own names are neither captured nor asked for."""
    saved = walk.bound
    op = step.ops.get(node)
    if op is not None and op.relation in REFUSALS:
        _refuse_operation(walk, step, node, op)
    walk.bound = saved | bound_here(node)
    for child in ast.iter_child_nodes(node):
        serve(walk, step, child)
    walk.bound = saved


def bound_here(node: ast.AST) -> frozenset[str]:
    """The names that a lambda or comprehension binds."""
    if isinstance(node, ast.Lambda):
        return frozenset(argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg))
    generators = getattr(node, "generators", [])
    return frozenset(name.id for g in generators for name in ast.walk(g.target) if isinstance(name, ast.Name))


def _is_live(walk: Recall, step: Step, node: ast.expr, value: Value) -> bool:
    """A number of rows that shapes a row-aligned result must be the request's own."""
    if "size" not in value.taints or value.rows not in walk.chain:
        return False
    if node not in live_nodes(step) and not (step.number in walk.live and node is _assigned(step)):
        return False
    if isinstance(node, ast.Name):
        walk.live |= step.deps.get(node, frozenset())
    return True


def _counted_table(step: Step, node: ast.expr, value: Value | None) -> ast.expr | None:
    """The variable of ``len(df)``, whose columns do not matter."""
    if value is None or "size" not in value.taints or value.relation != "data":
        return None
    inner = node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 else None
    table = step.values.get(inner) if isinstance(inner, ast.Name) else None
    return inner if table is not None and table.kind == "frame" else None


def _assigned(step: Step) -> ast.expr | None:
    if step.bind is not None:
        return step.bind[1]
    return step.node.value if isinstance(step.node, ast.Assign) else None


def _is_live_shape(step: Step, node: ast.expr) -> bool:
    """Whether a tuple is a shape that holds a number of rows: its parts are looked at one by one."""
    if not isinstance(node, (ast.Tuple, ast.List)) or node not in live_nodes(step):
        return False
    parts = [step.values.get(part) for part in node.elts]
    return any(part is not None and "size" in part.taints for part in parts)


def _serve_inlined(walk: Recall, step: Step, node: ast.Call) -> None:
    name, value = step.inlined[node]
    if value.relation == "data":
        capture_name(walk, step, node, name, step.deps.get(node, frozenset()), value)
        return
    walk.edits[step.number, node] = Edit(Template(name), same=True)
    walk.demand(step.deps.get(node, frozenset()), name)


def _serve_name(walk: Recall, step: Step, node: ast.Name) -> None:
    if node.id in walk.bound:
        return
    name = step.emitted(node.id)
    if node in step.deps:
        walk.demand(step.deps[node], name)
    for free_name, free in step.free.get(node, {}).items():
        if free.value.relation == "const":
            walk.demand(free.steps, free_name)
        elif free.value.relation == "data":
            capture_free(walk, step, node, free_name, free.steps, free.value)
        else:
            walk.refuse(
                step, node, "NB406", f"the function reads the table {free_name!r} from the notebook's globals",
                "at inference there is no such table", f"pass {free_name} to the function as an argument",
            )  # fmt: skip


def _serve_foreign(walk: Recall, step: Step, node: ast.expr, value: Value) -> None:
    """Rows of another table: a lookup, kept beside the model."""
    if isinstance(node, (ast.Slice, ast.Constant)):
        return
    if isinstance(node, ast.Tuple) and any(isinstance(part, ast.Slice) for part in node.elts):
        _refuse_other_rows(walk, step, node)
    if any(walk.in_chain(item) for _, item in value.items or ()):
        _refuse_parts(walk, step, node)
    rows = walk.trace.row_sets.get(value.rows or -1)
    if rows is not None and _mixes_request(walk, value.rows) and rows.how in ("more", "reshape"):
        _refuse_other_rows(walk, step, node)
    capture(walk, step, node, value)


def _refuse_other_rows(walk: Recall, step: Step, node: ast.AST) -> None:
    walk.refuse(
        step, node, "NB405", "the rows here are not the rows that are predicted",
        "they were resampled or reshaped in between", "predict on the original rows",
    )  # fmt: skip


def _refuse_parts(walk: Recall, step: Step, node: ast.AST) -> None:
    walk.refuse(
        step, node, "NB406", "the parts of a split are kept together in one object",
        "inference needs the predicted part alone",
        "unpack them at once: X_train, X_test, y_train, y_test = train_test_split(...)",
    )  # fmt: skip


def _mixes_request(walk: Recall, number: int | None) -> bool:
    while number is not None:
        if number in walk.chain:
            return True
        rows = walk.trace.row_sets.get(number)
        number = rows.parents[0] if rows is not None and rows.parents else None
    return False


def _serve_operation(walk: Recall, step: Step, node: ast.expr, op: Op, in_place: bool) -> None:
    relation = op.relation
    value = step.values.get(node)
    if relation in REFUSALS:
        handled = handlers.find(step, node, op)
        if handled is None:
            _refuse_operation(walk, step, node, op)
            return
    given = _given_rows(walk, step, node, op)
    if given is not None:
        walk.edits[step.number, node] = Edit(given, same=False)
        return
    if relation in ("refuse", "opaque", "text") or is_target_of_source(op):
        _refuse_operation(walk, step, node, op)
        return
    if relation == "est" and op.fact is not None and op.fact.does == "fit_predict":  # cross_val_predict
        _refuse_operation(walk, step, node, Op("refuse", detail="NB404"))
        return
    if relation in IDENTITY and (in_place or walk.in_chain(value) or value is None):
        walk.skipped |= _index_columns(node)
        _serve_identity(walk, step, node, op)
        return
    recipe = handlers.find(step, node, op)
    if recipe is not None:
        recipe(walk, step, node, op)
        return
    if relation == "unknown":
        _warn_unknown(walk, step, node)
    if relation in ("fit", "grp", "sel", "fit_transform", "fit_predict"):
        _refuse_operation(walk, step, node, op)
        return
    serve_children(walk, step, node)


def _given_rows(walk: Recall, step: Step, node: ast.expr, op: Op) -> Template | None:
    """The rows of the request where the notebook reads them, and gaps where it reads their labels."""
    if op.relation == "source":
        walk.sources[step.number] = node
        return Template("rows")
    return NO_LABELS if is_target_of_source(op) and walk.asked != ALL else None


def _warn_unknown(walk: Recall, step: Step, node: ast.expr) -> None:
    """A call that the facts do not know is taken to be row-wise; training proves it or refuses."""
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ast.unparse(node)
    found = Diagnostic(
        "NB321", "warning", f"{called[:60]} is not known; it is taken to be row-wise", walk.trace.program.place(node)
    )
    if found not in walk.diagnostics:
        walk.diagnostics.append(found)


def serve_children(walk: Recall, step: Step, node: ast.AST) -> None:
    """Serve all operands of an expression that is kept."""
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.Call) and child is node.func and isinstance(child, ast.Attribute):
            serve(walk, step, child.value)
            if child.attr in ("insert", "assign"):
                for given in [*node.args, *(keyword.value for keyword in node.keywords)]:
                    _refuse_position(walk, step, given)
        else:
            serve(walk, step, child)


def _refuse_operation(walk: Recall, step: Step, node: ast.AST, op: Op) -> None:
    if is_target_of_source(op):
        raise refused_label(walk.trace, node)
    text = ast.unparse(node) if isinstance(node, ast.expr) else ""
    shown = text if len(text) <= 70 else text[:67] + "..."
    if op.relation in REFUSALS:
        code, why, do = REFUSALS[op.relation]
        walk.refuse(step, node, code, f"{shown} cannot be computed for a single row: it {why}", why, do)
    elif op.relation == "refuse":
        walk.refuse(
            step, node, op.detail, f"{shown}: this estimator cannot answer for rows that it was not fitted on",
            "it has no transform or predict for new rows", "use an estimator that has one",
        )  # fmt: skip
    elif op.relation == "text":
        walk.refuse(
            step, node, "NB406", f"{shown}: its text reads variables of the notebook",
            "a name in a text cannot be followed into the package", "write the formula without a text",
        )  # fmt: skip
    elif op.relation == "opaque":
        walk.refuse(
            step, node, "NB406", f"{shown}: the function learns from the rows, and {op.detail}",
            "its body cannot be followed", "let the function return once, at its end",
        )  # fmt: skip
    else:
        walk.refuse(
            step, node, "NB406", f"{shown} depends on the other rows, and no serving recipe is known for it",
            "a single row would get another value", "compute the statistic in a statement of its own",
        )  # fmt: skip


def _serve_identity(walk: Recall, step: Step, node: ast.expr, op: Op) -> None:
    """Filters, shuffles, splits and un-concatenations give back the request's rows."""
    if op.detail == "train_test_split":
        _refuse_parts(walk, step, node)
    kept = _kept_operand(walk, step, node)
    if kept is None:
        _refuse_operation(walk, step, node, Op("opaque", detail="its rows cannot be followed"))
        return
    columns = _column_part(node)
    value = step.values.get(node)
    if op.relation == "concat" and value is not None and value.kind == "frame":
        _serve_concat(walk, step, node, kept, value)
        return
    if isinstance(columns, ast.Slice):
        _serve_column_slice(walk, step, node, kept, columns)
    elif columns is not None:
        accessor = "iloc" if _is_iloc(node) else "loc"
        plain_array = isinstance(node, ast.Subscript) and not isinstance(node.value, ast.Attribute)
        code = "__0__[:, __1__]" if plain_array else f"__0__.{accessor}[:, __1__]"
        walk.edits[step.number, node] = Edit(Template(code, (Hole(step, kept), Hole(step, columns))), same=False)
        serve(walk, step, columns)
    else:
        walk.edits[step.number, node] = Edit(Template("__0__", (Hole(step, kept),)), same=False)
    serve(walk, step, kept)


def _serve_column_slice(walk: Recall, step: Step, node: ast.expr, kept: ast.expr, columns: ast.Slice) -> None:
    """``a[rows, :2]``: all rows, and the same columns."""
    bounds = [bound for bound in (columns.lower, columns.upper, columns.step) if bound is not None]
    texts = {f"__{at}__": bound for at, bound in enumerate(bounds, start=1)}
    part = ":".join(
        next((text for text, held in texts.items() if held is bound), "")
        for bound in (columns.lower, columns.upper, *([columns.step] if columns.step is not None else []))
    )
    holder = node.value if isinstance(node, ast.Subscript) else node
    accessor = f".{holder.attr}" if isinstance(holder, ast.Attribute) else ""
    holes = (Hole(step, kept), *(Hole(step, bound) for bound in bounds))
    walk.edits[step.number, node] = Edit(Template(f"__0__{accessor}[:, {part}]", holes), same=False)
    for bound in bounds:
        serve(walk, step, bound)


def _serve_concat(walk: Recall, step: Step, node: ast.expr, kept: ast.expr, value: Value) -> None:
    """Tables put below each other get the columns of all: the request does too, in the same order."""
    hint = "all_columns"
    fit = Template("list(__0__.columns)", (Hole(step, node, fit=True),))
    key = ("concat", step.number, node)
    found = add_capture(walk, step, node, key, hint, fit, value, reads_of(step, node), replace=False)
    walk.edits[step.number, node] = Edit(
        Template(f"__0__.reindex(columns={found.target()})", (Hole(step, kept),)), same=False
    )
    walk.need = ALL
    serve(walk, step, kept)


def _is_iloc(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "iloc"


def _column_part(node: ast.expr) -> ast.expr | None:
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple) or len(node.slice.elts) < 2:
        return None
    part = node.slice.elts[1]
    if isinstance(part, ast.Slice) and part.lower is None and part.upper is None and part.step is None:
        return None
    return part


def _kept_operand(walk: Recall, step: Step, node: ast.expr) -> ast.expr | None:
    """The operand that carries the request's rows."""
    if isinstance(node, ast.Subscript):
        holder = node.value
        if isinstance(holder, ast.Attribute) and holder.attr in ("loc", "iloc", "ix"):
            return holder.value
        return holder
    if not isinstance(node, ast.Call):
        return None
    candidates: list[ast.expr] = []
    if isinstance(node.func, ast.Attribute):
        candidates.append(node.func.value)
    for given in [*node.args, *(keyword.value for keyword in node.keywords)]:
        candidates.extend(given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given])
    for candidate in candidates:
        if walk.in_chain(step.values.get(candidate)):
            return candidate
    return None


# ---------------------------------------------------------------------- captures


def capture(walk: Recall, step: Step, node: ast.expr, value: Value) -> None:
    """Recall a learned value instead of computing it."""
    if any(isinstance(child, ast.NamedExpr) for child in ast.walk(node)):
        walk.refuse(
            step, node, "NB406", f"{ast.unparse(node)[:70]} names a learned value inside of an expression",
            "inference recalls the value, and nothing would bind the name", "assign it in a statement of its own",
        )  # fmt: skip
    if isinstance(node, ast.Name):
        name = step.emitted(node.id)
        capture_name(walk, step, node, name, step.deps.get(node, frozenset()), value)
        return
    key = ("expression", step.number, node)
    hint = walk.names.for_expression(node)
    fit = Template("__0__", (Hole(step, node, fit=True),))
    if is_draw_of_many(value):
        _capture_typical(walk, step, node, key, hint, fit, value)
        return
    add_capture(walk, step, node, key, hint, fit, value, after=_fitted_here(step, node))


def _fitted_here(step: Step, node: ast.expr) -> bool:
    """Whether an expression reads an estimator that this very statement fits."""
    read = [step.values[name] for name in ast.walk(node) if isinstance(name, ast.Name) and name in step.values]
    return any(value.kind == "estimator" and value.place in step.mutates for value in read)


def capture_name(walk: Recall, step: Step, node: ast.expr, name: str, steps: frozenset[int], value: Value) -> None:
    """Recall the value that a variable has at this point."""
    if not steps:
        return
    if any(
        isinstance(found.node, ast.For) and found.bind is None and name in found.binds
        for found in (walk.trace.steps[number] for number in steps)
    ):
        walk.demand(steps, name)
        return
    key = ("name", name, steps, _loop_keys(walk, step, steps))
    walk.uses.setdefault(key, []).append(step)
    if is_draw_of_many(value):
        _capture_typical(walk, step, node, key, name, Template(name), value, steps)
        return
    add_capture(walk, step, node, key, name, Template(name), value, steps)


def is_draw_of_many(value: Value) -> bool:
    """Whether a value holds random draws, one for each gap in the training rows."""
    return "random" in value.taints and value.kind in ("array", "series", "list")


def _capture_typical(
    walk: Recall,
    step: Step,
    node: ast.expr,
    key: object,
    hint: str,
    drawn: Template,
    value: Value,
    steps: frozenset[int] | None = None,
) -> None:
    """Random draws that fill gaps: training keeps them, inference fills with their typical value."""
    if isinstance(node, ast.Call):
        walk.refuse(
            step, node, "NB402", f"{ast.unparse(node)[:70]} draws random numbers in the statement that uses them",
            "inference fills with the mean of the draws, and training must draw only once",
            "assign the draws to a variable first, or fill with a statistic",
        )  # fmt: skip
    fit = Template(f"typical({drawn.code})", drawn.holes, ("typical",))
    found = add_capture(walk, step, node, key, f"typical_{hint}", fit, value, steps, replace=False)
    walk.edits[step.number, node] = Edit(found.recalled(), same=False)
    place = walk.trace.program.place(node)
    message = f"{hint} is drawn for each gap in training; inference fills with the mean of these draws"
    walk.diagnostics.append(Diagnostic("NB310", "warning", message, place))


def capture_free(walk: Recall, step: Step, node: ast.Name, name: str, steps: frozenset[int], value: Value) -> None:
    """Recall a learned global that a function of the notebook reads."""
    keys = _loop_keys(walk, step, steps)
    key = ("name", name, steps, keys)
    found = walk.known.get(key) or walk.captures.get(key)
    if found is None:
        found = _new_capture(walk, step, key, name, Template(name), value, steps, keys)
    walk.frees[step.number, node, name] = found.recalled()


def add_capture(
    walk: Recall,
    step: Step,
    node: ast.expr,
    key: object,
    hint: str,
    fit: Template,
    value: Value,
    steps: frozenset[int] | None = None,
    after: bool = False,
    replace: bool = True,
) -> Capture:
    """Register a capture and (unless told not to) replace the node by its recall."""
    if steps is None:
        steps = reads_of(step, node)
    found = walk.known.get(key) or walk.captures.get(key)
    if found is None:
        keys = _loop_keys(walk, step, steps)
        event = walk.answer.event
        final = node is event.model_node and step is event.step and not keys
        found = _new_capture(walk, step, key, hint, fit, value, steps, keys, after, final)
    if replace:
        walk.edits[step.number, node] = Edit(found.recalled(), same=not after)
    return found


def _new_capture(
    walk: Recall,
    step: Step,
    key: object,
    hint: str,
    fit: Template,
    value: Value,
    steps: frozenset[int],
    keys: tuple[str, ...] = (),
    after: bool = False,
    final: bool = False,
) -> Capture:
    _refuse_taken_twice(walk, step, fit)
    name = "model" if final else walk.names.fresh(hint)
    model = value.kind == "estimator"
    named = ("(" not in fit.code and "__" not in fit.code) or after
    copied = named and value.place is not None and _mutated_later(walk, step, value.place)
    copied = copied or (bool(keys) and value.kind == "estimator" and _made_outside_loop(walk, step, value))
    folds = keys == (FOLD,)
    at = step if keys or after else _before_loops(step, steps)
    found = Capture(name, at, fit, keys, len(walk.captures), steps, after, value.kind, model, copied, final, folds)
    walk.captures[key] = found
    return found


def _before_loops(step: Step, steps: frozenset[int]) -> Step:
    """Where a value that no round changes is stored: before the loops, which training need not run for it."""
    for outer in step.ancestors():
        if not isinstance(outer.node, ast.For) or is_fold_loop(outer):
            break
        if steps & {child.number for child in outer.walk()}:
            break
        step = outer
    return step


def _refuse_taken_twice(walk: Recall, step: Step, fit: Template) -> None:
    """``pd.get_dummies(df.pop('town'))``: training would take the column out for the state, and once more."""
    for hole in fit.holes:
        for node in ast.walk(hole.node):
            owner = step.values.get(node.func.value) if _is_pop(node) else None  # type: ignore[attr-defined]
            if owner is not None and owner.kind == "frame":
                walk.refuse(
                    step, node, "NB406", f"{ast.unparse(node)[:70]} takes a column out inside of an expression",
                    "what is learned from it would take it out a second time",
                    "take the column out in a statement of its own",
                )  # fmt: skip


def _is_pop(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "pop"


def _made_outside_loop(walk: Recall, step: Step, value: Value) -> bool:
    """Whether the loop refits one object that was made before it."""
    loop = next((outer for outer in step.ancestors() if isinstance(outer.node, ast.For)), None)
    if loop is None:
        return False
    inside = list(loop.walk())
    made = [c for c in inside for v in c.values.values() if v.place == value.place and v.relation == "const"]
    constructed = any(
        isinstance(node, ast.Call) and found.place == value.place and found.relation == "const"
        for child in inside
        for node, found in child.values.items()
        if node not in child.ops
    )
    return not (made and constructed)


def _names_by_key(walk: Recall, step: Step, node: ast.expr) -> bool:
    """A text made of the variables of a loop that is walked at inference too: ``f"{column}_rate"``."""
    if not isinstance(node, (ast.BinOp, ast.JoinedStr, ast.FormattedValue)):
        return False
    parts = [part for part in ast.walk(node) if not isinstance(part, (ast.operator, ast.expr_context))]
    if not all(
        isinstance(part, (ast.BinOp, ast.JoinedStr, ast.FormattedValue, ast.Constant, ast.Name)) for part in parts
    ):
        return False
    names = [part for part in parts if isinstance(part, ast.Name)]
    return bool(names) and all(_is_loop_key(walk, step, name) for name in names)


def _is_loop_key(walk: Recall, step: Step, node: ast.Name) -> bool:
    """Whether a name is the variable of a loop, and of nothing else."""
    found = [walk.trace.steps[number] for number in step.deps.get(node, frozenset())]
    name = step.emitted(node.id)
    return bool(found) and all(
        isinstance(loop.node, ast.For) and loop.bind is None and name in loop.binds for loop in found
    )


def _mutated_later(walk: Recall, step: Step, place: int) -> bool:
    return any(place in other.mutates and other.number > step.number for other in walk.trace.steps)


def reads_of(step: Step, node: ast.AST) -> frozenset[int]:
    """The steps whose definitions an expression reads."""
    found: set[int] = set()
    for child in ast.walk(node):
        found |= step.deps.get(child, frozenset())
        for free in step.free.get(child, {}).values():
            found |= free.steps
    return frozenset(found)


def _loop_keys(walk: Recall, step: Step, steps: frozenset[int]) -> tuple[str, ...]:
    """The loop variables that a captured value depends on: one state for each round."""
    keys: list[str] = []
    for outer in step.ancestors():
        if not isinstance(outer.node, (ast.For, ast.While)):
            continue
        inside = {child.number for child in outer.walk()}
        if not steps & inside:
            continue
        if isinstance(outer.node, (ast.For, ast.AsyncFor)) and _walks_rows(outer, outer.node):
            walk.refuse(
                step, step.node, "NB406", "a value is computed for each row in a loop over the rows",
                "there is nothing to recall it by for another row", "look it up by a column of the row",
            )  # fmt: skip
        if isinstance(outer.node, ast.While):
            walk.refuse(
                step, step.node, "NB406", "a value is learned in each round of a while loop",
                "there is no name for the round", "use a for loop over the columns",
            )  # fmt: skip
            continue
        keys[:0] = [FOLD] if is_fold_loop(outer) else _key_names(outer, outer.node.target)
    return tuple(keys)


def _walks_rows(step: Step, node: ast.For | ast.AsyncFor) -> bool:
    walked = step.values.get(node.iter)
    return walked is not None and walked.relation == "rows" and walked.kind not in ("frame", "groupby", "dict", *SINGLE)


def _key_names(step: Step, target: ast.expr) -> list[str]:
    names = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
    return [step.context.rename.get(name, name) for name in names[:1]]


def live_nodes(step: Step) -> frozenset[ast.AST]:
    """Expressions in shape position: sizes there follow the request."""
    found: set[ast.AST] = set()
    for node, op in step.ops.items():
        shapes = op.detail == "size" or (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reshape"
        )
        if shapes and isinstance(node, ast.Call):
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                found.update(ast.walk(argument))
    return frozenset(found)
