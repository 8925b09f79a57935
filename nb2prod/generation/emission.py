"""Steps to CST statements in three modes: as training, as inference, or as one body for both.

``fit`` emits the training slice with the captures written to ``state``; ``serve`` emits the inference slice; ``shared``
emits statements that both run once, with ``if fitting:`` around what only training does.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import libcst as cst

from nb2prod.facts import Facts, load_facts
from nb2prod.generation.origins import MARK, marked
from nb2prod.generation.present_names import present_form
from nb2prod.generation.rewrite import EditFor, Rewriter, assignment, result_of
from nb2prod.interpretation.trace import Step, Trace
from nb2prod.slicing.evaluation import Evaluation
from nb2prod.slicing.fitting import FitSlice
from nb2prod.slicing.reading import opens_sources
from nb2prod.slicing.slices import Capture, Hole, ServeSlice, Template
from nb2prod.slicing.train_part import TrainPart

Mode = Literal["fit", "serve", "shared"]
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@dataclass(frozen=True, eq=False)
class Loading:
    """What is emitted while tables are read: these steps, nothing that is learned, and paths that can be given."""

    steps: frozenset[int]
    edit: EditFor


@dataclass
class Emitter:
    """Emits the steps of a pair of slices."""

    trace: Trace
    serving: ServeSlice
    fitting: FitSlice
    rewriter: Rewriter
    before: dict[int, list[Capture]] = field(default_factory=dict)
    after: dict[int, list[Capture]] = field(default_factory=dict)
    needs: set[str] = field(default_factory=set)
    order: list[tuple[int, int]] = field(default_factory=list)
    facts: Facts = field(default_factory=load_facts)
    source_edits: dict[tuple[int, ast.AST], Template] = field(default_factory=dict)
    """In training, a source is what ``load_data`` gave."""

    constant_steps: set[int] = field(default_factory=set)
    """Assignments that became module-level constants."""
    hoisted: set[str] = field(default_factory=set)
    """Captures that training stores before it calls the function which recalls them."""
    adopted: set[int] = field(default_factory=set)
    """Steps of inference in functions that training calls too, for another table."""
    evaluation: Evaluation | None = None
    part: TrainPart | None = None
    """The split on whose train rows alone training learns."""
    train_rows: str = "train_rows"
    """In training on the train part alone: the variable with the labels of its rows."""
    test_rows: str = "test_rows"
    row_labels: str = "row_labels"
    """The variable with the labels of all its rows, where the split is one of arrays."""
    loading: Loading | None = None
    """While the statement that reads a table is emitted: what stands there in ``load_data``."""
    marked: set[int] = field(default_factory=set)
    """Steps after which training scores the prediction or proves that it can be served."""

    known: dict[tuple[object, ...], list[cst.BaseStatement]] = field(default_factory=dict)
    """Simple statements that were emitted before, by step, edit and how many edits there were."""

    def __post_init__(self) -> None:
        names = {name for step in self.trace.steps for name in step.binds} if self.part is not None else set()
        while {self.train_rows, self.test_rows, self.row_labels} & names:
            self.train_rows, self.test_rows = f"{self.train_rows}_", f"{self.test_rows}_"
            self.row_labels = f"{self.row_labels}_"
        self.marked = {metric.step.number for metric in self.fitting.metrics}
        if self.fitting.proof is not None:
            self.marked.add(self.fitting.proof.step.number)
        for capture in self.captures():
            step = anchor(capture)
            (self.after if capture.after else self.before).setdefault(step.number, []).append(capture)

    def captures(self) -> tuple[Capture, ...]:
        """Everything that training stores: for the prediction, and for the labels of an evaluation."""
        return (*self.serving.captures, *(self.evaluation.labels.captures if self.evaluation else ()))

    def for_labels(self) -> Emitter:
        """An emitter of the same training whose inference slice gives the labels."""
        assert self.evaluation is not None
        other = Emitter(self.trace, self.evaluation.labels, self.fitting, self.rewriter, facts=self.facts)
        other.passed, other.constant_steps = self.passed, self.constant_steps
        return other

    @property
    def model_capture(self) -> bool:
        """Whether there is one final model."""
        return any(capture.final for capture in self.serving.captures)

    def emit_plain(self, steps: Sequence[Step]) -> list[cst.BaseStatement]:
        """Emit steps as they are in the notebook, with all their children."""
        found: list[cst.BaseStatement] = []
        for step in steps:
            found.extend(self._statement(step, "fit", raw_edit(self)))
        return found

    # ------------------------------------------------------------------ which steps

    def fits(self, step: Step) -> bool:
        """Whether training runs the step itself."""
        defined = isinstance(step.node, DEFINITIONS) or step.number in self.constant_steps
        if self.loading is not None:
            return step.number in self.loading.steps and not defined
        return (step.number in self.fitting.steps or step.number in self.adopted) and not defined

    def serves(self, step: Step) -> bool:
        """Whether inference runs the step itself."""
        return self.serving.served.get(step.number) in ("keep", "bind") and step.number not in self.constant_steps

    def attached(self, step: Step) -> bool:
        """Whether something is stored right before or after the step in training."""
        return self.loading is None and step.number in {*self.before, *self.after, *self.marked}

    def in_training(self, step: Step) -> bool:
        """Whether training has anything here."""
        return any(self.fits(child) or self.attached(child) for child in step.walk())

    def in_serving(self, step: Step) -> bool:
        """Whether inference has anything here."""
        return any(self.serves(child) for child in step.walk())

    # ------------------------------------------------------------------ emission

    def emit(self, steps: Sequence[Step], mode: Mode) -> list[cst.BaseStatement]:
        """Emit steps in order."""
        found: list[cst.BaseStatement] = []
        for step in steps:
            found.extend(self._emit(step, mode))
        return merge_guards(found) if mode == "shared" else found

    def _emit(self, step: Step, mode: Mode) -> list[cst.BaseStatement]:
        if self._only_reads(step):
            return self.emit(step.children, mode)
        match mode:
            case "serve" if self.serving.served.get(step.number) == "once":
                return self.emit(step.children, "serve")
            case "serve":
                return self._statement(step, "serve", self.serve_edit) if self.in_serving(step) else []
            case "fit":
                return [
                    *self._stores(self.before, step),
                    *self.core(step),
                    *self._stores(self.after, step),
                ]
            case _:
                return self._shared(step)

    def _only_reads(self, step: Step) -> bool:
        """Whether a ``with`` holds open what only ``load_data`` reads from."""
        kept = step.number in self.fitting.steps or self.serving.served.get(step.number) == "keep"
        return self.loading is None and not kept and opens_sources(step)

    def core(self, step: Step) -> list[cst.BaseStatement]:
        """The training code of a step without what it stores."""
        if self.part is not None and step is self.part.step:
            return self._train_rows(self.part)
        if step.children:
            return self._statement(step, "fit", raw_edit(self)) if self.in_training(step) else []
        return self._statement(step, "fit", raw_edit(self)) if self.fits(step) else []

    def _train_rows(self, part: TrainPart) -> list[cst.BaseStatement]:
        """In place of a split: the rows that ``split_rows`` found to be the train part, in its order."""
        found: list[cst.BaseStatement] = []
        recipe, given = ("rows_at", f", {self.row_labels}") if part.by_position else ("rows_among", "")
        for train, _, array in part.arrays:
            code = f"{recipe}(__0__, {self.train_rows}{given})"
            rows = Template(code, (Hole(part.step, array),), needs=(recipe,))
            found.append(marked(assignment(train, self.fill(rows)), [part.step.line]))
        return found

    def _shared(self, step: Step) -> list[cst.BaseStatement]:
        stores = self._stores(self.before, step)
        guard = [guarded(stores)] if stores else []
        if not self.in_serving(step):
            core = self.core(step)
            after = self._stores(self.after, step)
            return [*guard, guarded([*core, *after])] if core or after else guard
        if self.serving.served.get(step.number) == "once":
            training = [*self.core(step), *self._stores(self.after, step)]
            return [*guard, guarded(training, self.emit(step.children, "serve"))]
        serving = self._statement(step, "shared" if step.children else "serve", self.serve_edit)
        if step.children:
            return [*guard, *serving]
        training = self._statement(step, "fit", self.same_edit) if self.fits(step) else []
        training += self._stores(self.after, step)
        if code_of(training) == code_of(serving):
            return [*guard, *serving]
        return [*guard, guarded(training, serving)]

    def _statement(self, step: Step, mode: Mode, edit_for: EditFor) -> list[cst.BaseStatement]:
        if is_compound(step):
            return [marked(statement, [step.line]) for statement in self._compound(step, mode, edit_for)]
        edits = (len(self.passed), len(self.source_edits), len(self.constant_steps))
        key = (step.number, mode, edit_for, self.loading, edits)
        if key not in self.known:
            plain = self._plain_statement(step, mode, edit_for)
            self.known[key] = [marked(statement, [step.line]) for statement in plain]
        return list(self.known[key])

    def _plain_statement(self, step: Step, mode: Mode, edit_for: EditFor) -> list[cst.BaseStatement]:
        if step.bind is not None:
            name, bound = step.bind
            value = self.rewriter.rewrite_expression(step, bound, self.noting(edit_for))
            return [] if code_of_expression(value) == name else [assignment(name, value)]
        if mode == "serve" and self.serving.served.get(step.number) == "bind":
            return self._bindings(step, edit_for)
        if isinstance(step.node, ast.Return):
            return []
        statement = normalised(self.rewriter.rewrite_statement(step, self.noting(edit_for)), _is_table_column(step))
        return [] if is_idle(statement) else [statement]

    def _bindings(self, step: Step, edit_for: EditFor) -> list[cst.BaseStatement]:
        found: list[cst.BaseStatement] = []
        for name, node in self.serving.bindings.get(step.number, []):
            value = self.rewriter.rewrite_expression(step, node, self.noting(edit_for))
            if code_of_expression(value) != name:
                found.append(assignment(name, value))
        return found

    def _compound(self, step: Step, mode: Mode, edit_for: EditFor) -> list[cst.BaseStatement]:
        if mode == "serve" and self.serving.served.get(step.number) == "bind":
            return self._bindings(step, edit_for)
        blocks: dict[str, list[cst.BaseStatement]] = {}
        for name in dict.fromkeys(child.block for child in step.children):
            children = [child for child in step.children if child.block == name]
            blocks[name] = self.emit(children, mode)
        if not any(blocks.values()) and not self._leaves_a_name(step, mode):
            return []
        if mode == "serve" and _all_alike(step, blocks):
            return blocks["body"]
        header = self.rewriter.rewrite_statement(step, self.noting(edit_for))
        return with_blocks(header, blocks)

    def _leaves_a_name(self, step: Step, mode: Mode) -> bool:
        """Whether something after a loop with nothing left in it reads the last value of its variable."""
        if not isinstance(step.node, ast.For) or not step.binds:
            return False
        inside = {child.number for child in step.walk()}
        kept = (
            self.fitting.steps
            if mode == "fit"
            else {n for n in self.serving.served if self.serving.wanted.get(step.number)}
        )
        readers = (self.trace.steps[number] for number in kept - inside)
        return any(
            isinstance(node, ast.Name) and reader.emitted(node.id) in step.binds and step.number in steps
            for reader in readers
            for node, steps in reader.deps.items()
        )

    def _stores(self, where: dict[int, list[Capture]], step: Step) -> list[cst.BaseStatement]:
        if self.loading is not None:
            return []
        wanted = [capture for capture in where.get(step.number, []) if capture.name not in self.hoisted]
        return self.stores(wanted)

    def stores(self, captures: Sequence[Capture]) -> list[cst.BaseStatement]:
        """``state.x = ...`` for captures."""
        found: list[cst.BaseStatement] = []
        for capture in captures:
            value = self.fill(capture.fit)
            if capture.copied:
                self.needs.add("import copy")
                value = cst.Call(cst.parse_expression("copy.deepcopy"), [cst.Arg(value)])
            if code_of_expression(value) != capture.stored():
                found.append(marked(assignment(capture.stored(), value), capture.lines()))
        return found

    def fill(self, template: Template) -> cst.BaseExpression:
        """Fill a template as training code."""
        self.needs |= set(template.needs)
        return self.rewriter.fill(template, self.noting(raw_edit(self)))

    # ------------------------------------------------------------------ edits

    def noting(self, edit_for: EditFor) -> EditFor:
        """Collect what the used templates need."""

        def noted(step: Step, node: ast.AST, inner: bool) -> Template | None:
            found = edit_for(step, node, inner) or self.free_edit(step, node, edit_for)
            found = found or (None if inner else present_form(self.facts, step, node))
            if found is not None:
                self.needs |= set(found.needs)
            return found

        return noted

    def serve_edit(self, step: Step, node: ast.AST, inner: bool) -> Template | None:
        """What stands at inference."""
        if not inner and (step.number, node) in self.serving.wraps:
            return self.serving.wraps[step.number, node]
        edit = self.serving.edits.get((step.number, node))
        return edit.template if edit is not None else None

    def same_edit(self, step: Step, node: ast.AST, inner: bool) -> Template | None:
        """What stands in a shared body while fitting: recalls that training has just stored."""
        if not inner and (step.number, node) in self.serving.wraps:
            return self.serving.wraps[step.number, node]
        edit = self.serving.edits.get((step.number, node))
        if edit is None:
            return self.as_training(step, node)
        if edit.same:
            return edit.template
        return edit.fit or self.as_training(step, node)

    def training_edit(self, step: Step, node: ast.AST, inner: bool) -> Template | None:
        """What stands in training code, whether inside a wrapper or not."""
        if self.loading is None:
            return self.as_training(step, node)
        return self.loading.edit(step, node, inner) or result_of(step, node)

    def as_training(self, step: Step, node: ast.AST) -> Template | None:
        """What stands in training code: results of expanded calls, tables that were loaded before."""
        for edits in (self.source_edits, self.serving.fit_edits):
            if (step.number, node) in edits:
                return edits[step.number, node]
        return result_of(step, node)

    def free_edit(self, step: Step, node: ast.AST, edit_for: EditFor) -> Template | None:
        """A reference to a function that reads globals: pass them."""
        free = {
            name: found
            for name, found in step.free.get(node, {}).items()
            if name in self.passed.get(_emitted(step, node), ())
        }
        if not free:
            return None
        parts = []
        for name in free:
            recalled = self.serving.frees.get((step.number, node, name))
            serving = edit_for == self.serve_edit or edit_for == self.same_edit
            parts.append(f"{name}={recalled.code if recalled is not None and serving else name}")
        assert isinstance(node, ast.Name)
        emitted = step.emitted(node.id)
        return Template(f"functools.partial({emitted}, {', '.join(parts)})", needs=("import functools",))

    passed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Function name -> the globals that are passed to it."""


def _emitted(step: Step, node: ast.AST) -> str:
    return step.emitted(node.id) if isinstance(node, ast.Name) else ""


def _all_alike(step: Step, blocks: dict[str, list[cst.BaseStatement]]) -> bool:
    """Whether every way through an ``if`` or ``try`` does the same."""
    node = step.node
    if isinstance(node, ast.If):
        ways = {"body", "orelse"}
    elif isinstance(node, ast.Try) and not node.finalbody:
        ways = {"body", *(f"handler{at}" for at in range(len(node.handlers)))}
    else:
        return False
    return ways == set(blocks) and len({code_of(block) for block in blocks.values()}) == 1


def raw_edit(emitter: Emitter) -> EditFor:
    """Training code as it is in the notebook; expanded calls are replaced by their results."""
    return emitter.training_edit


def is_compound(step: Step) -> bool:
    """Whether a step's blocks are emitted with it."""
    if step.bind is not None:
        return False
    return bool(step.children) or isinstance(step.node, (ast.Try, ast.For, ast.If, ast.While, ast.With))


def anchor(capture: Capture) -> Step:
    """Where training stores a capture: at its use, or before the loops that it does not depend on."""
    step = capture.step
    if capture.after or capture.keys:
        return step
    for outer in capture.step.ancestors():
        inside = {child.number for child in outer.walk()}
        if capture.steps & inside:
            break
        if isinstance(outer.node, (ast.For, ast.While)):
            step = outer
    return step


def is_idle(statement: cst.BaseStatement) -> bool:
    """Whether a statement is ``x = x``."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return False
    small = statement.body[0]
    return (
        isinstance(small, cst.Assign) and len(small.targets) == 1 and small.targets[0].target.deep_equals(small.value)
    )


def guarded(body: list[cst.BaseStatement], orelse: list[cst.BaseStatement] | None = None) -> cst.BaseStatement:
    """``if fitting: ... else: ...``."""
    if not body:
        assert orelse is not None
        return cst.If(cst.parse_expression("not fitting"), cst.IndentedBlock(orelse))
    other = cst.Else(cst.IndentedBlock(orelse)) if orelse else None
    return cst.If(cst.Name("fitting"), cst.IndentedBlock(body), other)


def merge_guards(statements: list[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """Join neighbouring ``if fitting:`` blocks."""
    found: list[cst.BaseStatement] = []
    for statement in statements:
        last = found[-1] if found else None
        if _is_guard(last) and _is_guard(statement) and last.orelse is None:  # type: ignore[union-attr]
            assert isinstance(last, cst.If) and isinstance(statement, cst.If)
            body = [*last.body.body, *statement.body.body]
            found[-1] = cst.If(cst.Name("fitting"), cst.IndentedBlock(body), statement.orelse)
            continue
        found.append(statement)
    return found


def _is_guard(node: object) -> bool:
    return isinstance(node, cst.If) and isinstance(node.test, cst.Name) and node.test.value == "fitting"


def with_blocks(header: cst.BaseStatement, blocks: dict[str, list[cst.BaseStatement]]) -> list[cst.BaseStatement]:
    """Put new blocks into a compound statement."""
    passing: list[cst.BaseStatement] = [cst.SimpleStatementLine([cst.Pass()])]
    body = cst.IndentedBlock(blocks.get("body") or passing)
    if isinstance(header, cst.If):
        orelse = blocks.get("orelse")
        if not blocks.get("body") and orelse:
            test = cst.UnaryOperation(cst.Not(), _wrapped(header.test))
            return [header.with_changes(test=test, body=cst.IndentedBlock(orelse), orelse=None)]
        return [header.with_changes(body=body, orelse=_orelse(orelse))]
    if isinstance(header, cst.Try):
        handlers = [
            handler.with_changes(body=cst.IndentedBlock(blocks.get(f"handler{at}") or passing))
            for at, handler in enumerate(header.handlers)
        ]
        final = blocks.get("finalbody")
        return [
            header.with_changes(
                body=body, handlers=handlers, orelse=None,
                finalbody=cst.Finally(cst.IndentedBlock(final)) if final else None,
            )
        ]  # fmt: skip
    if isinstance(header, (cst.For, cst.While)):
        return [header.with_changes(body=body, orelse=_orelse(blocks.get("orelse")))]
    if isinstance(header, cst.With):
        return [header.with_changes(body=body)]
    return [header]


def _wrapped(node: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(node, (cst.Name, cst.Call, cst.Attribute, cst.Subscript)) or node.lpar:
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _orelse(statements: list[cst.BaseStatement] | None) -> cst.Else | cst.If | None:
    only = statements[0] if statements and len(statements) == 1 else None
    if isinstance(only, cst.If) and not any(_is_comment(line) for line in only.leading_lines):
        return only
    return cst.Else(cst.IndentedBlock(statements)) if statements else None


def _is_comment(line: cst.EmptyLine) -> bool:
    return line.comment is None or not line.comment.value.startswith(MARK)


def _is_table_column(step: Step) -> bool:
    """Whether ``x['c'][...] = v`` stores into a column of a frame."""
    node = step.node
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Subscript):
        return False
    holder = step.values.get(target.value.value)
    return holder is not None and holder.kind == "frame"


def normalised(statement: cst.BaseStatement, table_column: bool = False) -> cst.BaseStatement:
    """What pandas 3 made a no-op, as the author meant it."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return statement
    small = statement.body[0]
    if isinstance(small, cst.Expr) and isinstance(small.value, cst.Call):
        changed = _column_in_place(small.value)
        return statement.with_changes(body=[changed]) if changed is not None else statement
    if table_column and isinstance(small, cst.Assign) and len(small.targets) == 1:
        target = _chained(small.targets[0].target)
        if target is not None:
            return statement.with_changes(body=[small.with_changes(targets=[cst.AssignTarget(target)])])
    return statement


def _column_in_place(call: cst.Call) -> cst.Assign | None:
    """``df['c'].fillna(v, inplace=True)`` -> ``df['c'] = df['c'].fillna(v)``."""
    if not isinstance(call.func, cst.Attribute):
        return None
    receiver = call.func.value
    kept = [a for a in call.args if not (a.keyword is not None and a.keyword.value == "inplace")]
    named = isinstance(receiver, cst.Attribute) and isinstance(receiver.value, cst.Name)
    if len(kept) == len(call.args) or not (_one_column(receiver) or named):
        return None
    kept[-1:] = [kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)] if kept else []
    target = receiver.deep_clone()
    assert isinstance(target, cst.BaseAssignTargetExpression)
    return cst.Assign([cst.AssignTarget(target)], call.with_changes(args=kept))


def _one_column(node: cst.BaseExpression) -> bool:
    if not isinstance(node, cst.Subscript) or len(node.slice) != 1:
        return False
    index = node.slice[0].slice
    return isinstance(index, cst.Index) and not isinstance(index.value, (cst.List, cst.Comparison))


def _chained(target: cst.BaseExpression) -> cst.BaseAssignTargetExpression | None:
    """``df['c'][mask] = v`` -> ``df.loc[mask, 'c'] = v``."""
    if not isinstance(target, cst.Subscript) or not isinstance(target.value, cst.Subscript):
        return None
    inner = target.value
    if not isinstance(inner.value, cst.Name) or not _one_column(inner):
        return None
    column = inner.slice[0].slice
    if not isinstance(column, cst.Index) or not isinstance(column.value, cst.SimpleString):
        return None
    holder = cst.Attribute(inner.value, cst.Name("loc"))
    row = target.slice[0].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
    return cst.Subscript(holder, [row, cst.SubscriptElement(cst.Index(column.value))])


def code_of(statements: Iterable[cst.BaseStatement]) -> str:
    """The text of statements; without any, an empty line that keeps what stands around them apart."""
    return "".join(_code_of_statement(statement) for statement in statements) or "\n"


@lru_cache(maxsize=4096)
def _code_of_statement(statement: cst.BaseStatement) -> str:
    return cst.Module([]).code_for_node(statement)


def code_of_expression(node: cst.BaseExpression) -> str:
    """The text of an expression."""
    return cst.Module([]).code_for_node(node)


Predicate = Callable[[Step], bool]
