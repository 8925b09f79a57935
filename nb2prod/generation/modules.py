"""Slices to the generated modules: config, data, preprocessing, training and inference as source text.

Statements come from emission.py as CST nodes; this module decides on functions, their parameters and results, the
state's fields, and which definitions and imports each module needs.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import libcst as cst

from nb2prod.generation.annotations import Annotations, annotations_for
from nb2prod.generation.class_attributes import refuse_shared_attributes
from nb2prod.generation.emission import DEFINITIONS, Emitter, code_of, code_of_expression, raw_edit
from nb2prod.generation.gathering import gather
from nb2prod.generation.lambdas import name_lambdas
from nb2prod.generation.layout import Group, arrange, names_in
from nb2prod.generation.literals import promote_literals
from nb2prod.generation.origins import mark, marked, take_marks
from nb2prod.generation.plan import FunctionNote, Module
from nb2prod.generation.recipes import recipe_source
from nb2prod.generation.rewrite import assignment
from nb2prod.generation.step_names import from_code, from_heading, sentence
from nb2prod.generation.travelling import import_lines, travelling_modules
from nb2prod.generation.twins import name_parameters, share_twins
from nb2prod.interpretation.trace import Source, Step
from nb2prod.slicing.fitting import settings
from nb2prod.slicing.naming import identifier
from nb2prod.slicing.reading import is_read_with
from nb2prod.slicing.slices import Capture, Hole, Template

BUILTINS = frozenset(dir(builtins))
COLLECTORS = frozenset({"dict", "frozenset", "list", "range", "set", "sorted", "tuple"})
PREPROCESS = "preprocess"
WIDTH = 110
"""Columns of a line of the package; its pyproject.toml says the same."""
HEADER = "from __future__ import annotations\n\n"


@dataclass(frozen=True, eq=False)
class DataSource:
    """One table that the training reads."""

    name: str
    source: Source
    direct: bool
    """Whether the notebook's statement assigns exactly the source to a variable of this name."""
    path: str | None
    served: bool
    others: tuple[Source, ...] = ()
    """Where else the notebook may read the table from: the branches of an ``if``, the handlers of a ``try``."""

    @property
    def switch(self) -> Step | None:
        """The statement that decides where the table is read from."""
        return self.source.step.parent if self.others else None

    @property
    def places(self) -> tuple[Source, ...]:
        """Everywhere that the table may be read from."""
        return (self.source, *self.others)


@dataclass(frozen=True, eq=False)
class Modules:
    """The generated modules and what the plan says of them."""

    modules: tuple[Module, ...]
    functions: tuple[FunctionNote, ...]
    captures: tuple[Capture, ...]
    sources: tuple[DataSource, ...]
    source_kind: str
    proba: bool
    read_options: str
    evaluates: bool
    written: dict[str, str]
    """Modules that the notebook wrote itself: name -> text."""
    inside: dict[int, dict[str, str]]
    """Steps whose variables have other names in the function that they became: number -> names."""


@dataclass
class Builder:
    """Collects the parts of the package."""

    emitter: Emitter
    package: str
    notes: list[FunctionNote] = field(default_factory=list)
    definitions: dict[str, str] = field(default_factory=dict)
    """Function or class name -> source text."""
    constants: dict[str, str] = field(default_factory=dict)
    import_lines: list[str] = field(default_factory=list)
    imported: set[str] = field(default_factory=set)
    travelling: set[str] = field(default_factory=set)
    sources: list[DataSource] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    annotations: Annotations = field(default_factory=Annotations)

    # ------------------------------------------------------------------ small helpers

    def cells_of(self, steps: Iterable[Step]) -> tuple[int, ...]:
        """The notebook cells of steps."""
        program = self.emitter.trace.program
        return tuple(sorted({program.cell_at(child.line).number for step in steps for child in step.walk()}))

    def known(self) -> set[str]:
        """Names that modules have at top level."""
        return self.imported | set(self.definitions) | set(self.constants) | BUILTINS


def cells_text(cells: Sequence[int]) -> str:
    """``From cells 4, 5 and 7.``"""
    if not cells:
        return ""
    if len(cells) == 1:
        return f"From cell {cells[0]}."
    shown = ", ".join(map(str, cells[:-1])) + f" and {cells[-1]}"
    return f"From cells {shown}." if len(cells) <= 12 else f"From cells {cells[0]} to {cells[-1]}."


def docstring(summary: str, cells: Sequence[int]) -> str:
    """The docstring of a function, in one line if it fits."""
    line = f'    """{summary}. {cells_text(cells)}"""'
    return f"{line}\n" if len(line) <= WIDTH else f'    """{summary}.\n\n    {cells_text(cells)}\n    """\n'


def build_modules(emitter: Emitter, package: str) -> Modules:
    """Build all generated modules."""
    builder = Builder(emitter, package, annotations=annotations_for(emitter.trace))
    _collect_definitions(builder)
    _collect_sources(builder)
    _install_source_edits(builder)
    _promote_constants(builder)
    promote_literals(emitter)
    builder.groups = gather(emitter, share_twins(emitter, arrange(emitter, builder.known())))
    _name_groups(builder)
    _interfaces(builder)
    name_parameters(builder.groups, builder.known())
    from nb2prod.generation.bodies import inference_text, merge_only_step, preprocessing_text
    from nb2prod.generation.loading import data_text
    from nb2prod.generation.training import training_text

    merge_only_step(builder)
    preprocessing = preprocessing_text(builder)
    marked_texts = {
        "config": _config_text(builder),
        "data": data_text(builder),
        "preprocessing": preprocessing,
        "training": training_text(builder),
        "inference": inference_text(builder),
    }
    operations = _operations_text(builder)
    marked_texts |= {"operations": operations} if operations else {}
    served = next(source for source in builder.sources if source.served)
    kind = {"array": "array", "list": "list"}.get(rows_kind(builder, served), "table")
    return Modules(
        modules=tuple(Module(name, *take_marks(name_lambdas(text))) for name, text in marked_texts.items()),
        functions=tuple(builder.notes),
        captures=tuple(c for c in emitter.captures() if not is_model(emitter, c)),
        sources=tuple(builder.sources),
        source_kind=kind,
        proba=has_probabilities(emitter),
        read_options=_read_options(builder, served),
        evaluates=emitter.evaluation is not None,
        written=travelling_modules(emitter.trace.program.own_modules, sorted(builder.travelling), package),
        inside={
            child.number: group.parameters
            for group in builder.groups
            if group.kind == "shared" and group.parameters
            for step in group.steps
            for child in step.walk()
        },
    )


def is_model(emitter: Emitter, capture: Capture) -> bool:
    """Whether a capture is the final model itself."""
    return capture.final


def has_probabilities(emitter: Emitter) -> bool:
    """Whether the package can offer ``predict_proba``."""
    answer = emitter.serving.answer
    if answer.method != "predict" or not isinstance(answer.node, ast.Call) or answer.node is not answer.event.node:
        return False
    qualified = answer.event.model.qualified
    without = (
        "SVC",
        "NuSVC",
        "LinearSVC",
        "RidgeClassifier",
        "Perceptron",
        "SGDClassifier",
        "PassiveAggressive",
        "NearestCentroid",
    )
    fact = emitter.facts.estimator(qualified) if qualified else None
    return fact is not None and fact.kind == "classifier" and not qualified.endswith(without)


# ---------------------------------------------------------------------- definitions


def _collect_definitions(builder: Builder) -> None:
    """Imports for every module; functions, classes and the literal constants that they read."""
    emitter = builder.emitter
    wanted = [step for step in emitter.trace.steps if _needed_definition(emitter, step)]
    lines: dict[str, None] = {}
    for step in wanted:
        if isinstance(step.node, (ast.Import, ast.ImportFrom)):
            for line, name in _import_lines(step.node, builder):
                if name in builder.imported and _is_fallback(step):
                    continue
                lines.setdefault(line)
                builder.imported.add(name)
    builder.import_lines = list(lines)
    for step in wanted:
        if isinstance(step.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            _add_definition(builder, step)


def _is_fallback(step: Step) -> bool:
    """``except ImportError: from old import Imputer as Imp``: what is there under the name already stays."""
    handlers = step.parent.node.handlers if step.parent is not None and isinstance(step.parent.node, ast.Try) else []
    return any(step.node in handler.body for handler in handlers)


def _needed_definition(emitter: Emitter, step: Step) -> bool:
    if not isinstance(step.node, DEFINITIONS):
        return False
    if isinstance(step.node, ast.ImportFrom) and step.node.module == "sklearn.experimental":
        return True  # nothing reads what it binds: it makes other imports possible
    labels = emitter.evaluation.labels.served if emitter.evaluation else {}
    return step.number in emitter.fitting.steps or step.number in emitter.serving.served or step.number in labels


def _import_lines(node: ast.Import | ast.ImportFrom, builder: Builder) -> list[tuple[str, str]]:
    files = {name[:-3] for name in builder.emitter.trace.program.own_modules}
    modules = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    builder.travelling.update(module for module in modules if module in files)
    return import_lines(node, builder.package, files)


def _add_definition(builder: Builder, step: Step) -> None:
    emitter = builder.emitter
    assert isinstance(step.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    if isinstance(step.node, ast.ClassDef):
        refuse_shared_attributes(emitter.trace, step)
    name = step.context.rename.get(step.node.name, step.node.name)
    statement = emitter.rewriter.rewrite_statement(step, emitter.noting(raw_edit(emitter)))
    free = _free_values(builder, step, name)
    passed: list[str] = []
    for free_name, steps in free.items():
        literal = _literal_constant(builder, steps, free_name)
        if literal is not None:
            builder.constants[free_name] = literal
        else:
            passed.append(free_name)
    if passed and isinstance(statement, cst.FunctionDef):
        emitter.passed[name] = tuple(passed)
        statement = _with_keyword_parameters(statement, passed)
    if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
        statement = statement.with_changes(leading_lines=[], name=cst.Name(name))
    builder.definitions[name] = code_of([marked(statement, [step.line])])


def _free_values(builder: Builder, definition: Step, name: str) -> dict[str, frozenset[int]]:
    """Globals of a function that are neither imports nor functions, with their definitions."""
    found: dict[str, frozenset[int]] = {}
    for step in builder.emitter.trace.steps:
        for node, names in step.free.items():
            called = step.emitted(node.id) if isinstance(node, ast.Name) else None
            if called != name and node is not definition.node:
                continue
            for free_name, free in names.items():
                if free.value.kind not in ("module", "class", "function"):
                    found[free_name] = found.get(free_name, frozenset()) | free.steps
    return found


def _literal_constant(builder: Builder, steps: frozenset[int], name: str) -> str | None:
    """The statement of a global that is one literal and never changed."""
    if len(steps) != 1:
        return None
    step = builder.emitter.trace.steps[next(iter(steps))]
    node = step.node
    if not isinstance(node, ast.Assign) or step.parent is not None or step.bind is not None or len(node.targets) != 1:
        return None
    if not _is_literal(node.value) or any(step.deps.values()):
        return None
    statement = builder.emitter.rewriter.rewrite_statement(step, raw_edit(builder.emitter))
    return code_of([marked(statement, [step.line])])


def _is_literal(node: ast.expr) -> bool:
    """Whether an expression consists of literals alone, collected or split by built-in means."""
    match node:
        case ast.Constant():
            return True
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return all(map(_is_literal, parts))
        case ast.Dict():
            return all(key is not None and _is_literal(key) for key in node.keys) and all(map(_is_literal, node.values))
        case ast.UnaryOp(operand=operand):
            return _is_literal(operand)
        case ast.BinOp(left=left, right=right):
            return _is_literal(left) and _is_literal(right)
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            return name in COLLECTORS and all(map(_is_literal, node.args))
        case ast.Call(func=ast.Attribute(value=text, attr="split" | "splitlines"), keywords=[]):
            return _is_literal(text) and all(map(_is_literal, node.args))
    return False


def _promote_constants(builder: Builder) -> None:
    """Literals that are assigned once and never changed become constants of the module."""
    emitter = builder.emitter
    emitted = [step for step in emitter.trace.steps if emitter.fits(step) or emitter.serves(step)]
    bound: dict[str, int] = {}
    for step in emitted:
        for name in step.binds:
            bound[name] = bound.get(name, 0) + 1
    changed = {place for step in emitted for place in step.mutates}
    for step in settings(emitter.trace):
        text = code_of([emitter.rewriter.rewrite_statement(step, raw_edit(emitter))])
        builder.constants[text] = mark([step.line]) + text
    for step in emitted:
        node = step.node
        if not isinstance(node, ast.Assign) or len(step.binds) != 1 or step.bind is not None:
            continue
        (name,) = step.binds
        value = step.values.get(node.value)
        if bound[name] != 1 or value is None or (value.place is not None and value.place in changed):
            continue
        literal = _literal_constant(builder, frozenset({step.number}), name)
        if literal is not None:
            builder.constants[name] = literal or builder.constants[name]
            emitter.constant_steps.add(step.number)


def _with_keyword_parameters(node: cst.FunctionDef, names: Sequence[str]) -> cst.FunctionDef:
    extra = [cst.Param(cst.Name(name)) for name in names]
    params = node.params
    star = params.star_arg if isinstance(params.star_arg, (cst.Param, cst.ParamStar)) else cst.ParamStar()
    passed = node.visit(_WithoutGlobals(frozenset(names)))
    assert isinstance(passed, cst.FunctionDef)
    return passed.with_changes(params=params.with_changes(star_arg=star, kwonly_params=[*params.kwonly_params, *extra]))


@dataclass
class _WithoutGlobals(cst.CSTTransformer):
    """Take names out of ``global`` statements: they are parameters now."""

    names: frozenset[str]

    def __post_init__(self) -> None:
        super().__init__()

    def leave_Global(  # noqa: N802 - libcst's name
        self, original_node: cst.Global, updated_node: cst.Global
    ) -> cst.Global | cst.RemovalSentinel:
        del original_node
        kept = [item for item in updated_node.names if item.name.value not in self.names]
        if not kept:
            return cst.RemoveFromParent()
        return updated_node.with_changes(names=[*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])


# ---------------------------------------------------------------------- sources


def _collect_sources(builder: Builder) -> None:
    emitter = builder.emitter
    taken: set[str] = set()
    served_nodes = set(emitter.serving.sources.values())
    for source in emitter.trace.sources:
        if source.step.number not in emitter.fitting.steps or not isinstance(source.node, ast.Call):
            continue
        if is_read_with(source.step, source.node):
            continue
        if _is_alternative(builder, source, served_nodes):
            continue
        direct = _is_direct(source)
        name = _source_name(source, direct)
        while name in taken:
            name += "_2"
        taken.add(name)
        path = source.node.args[0] if source.node.args else None
        known = source.step.values.get(path) if path is not None else None
        text = known.literal if known is not None and isinstance(known.literal, str) else None
        served = source.node in served_nodes or _holds(source, served_nodes)
        builder.sources.append(DataSource(name, source, direct, text, served))
    if not any(source.served for source in builder.sources):
        builder.sources[:] = [_as_served(s, s is builder.sources[0]) for s in builder.sources]


def _as_served(source: DataSource, served: bool) -> DataSource:
    return replace(source, served=served)


def _is_alternative(builder: Builder, source: Source, served: set[ast.expr]) -> bool:
    """Whether a table was met in another branch of the same ``try`` or ``if``, under the same name."""
    for at, known in enumerate(builder.sources):
        parent = source.step.parent
        same = parent is not None and known.source.step.parent is parent and isinstance(parent.node, (ast.Try, ast.If))
        if same and _variable(source) is not None and _variable(source) == _variable(known.source):
            others, name = (*known.others, source), _variable(source) or known.name
            any_served = known.served or source.node in served
            builder.sources[at] = replace(known, name=name, path=None, served=any_served, others=others)
            return True
    return False


def _variable(source: Source) -> str | None:
    """The variable that a statement assigns just the table to."""
    node = source.step.node
    if source.step.bind is None and isinstance(node, ast.Assign) and node.value is source.node:
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, ast.Name):
            return source.step.context.rename.get(target.id, target.id)
    return None


def rows_kind(builder: Builder, served: DataSource) -> str:
    """What the raw rows are held in: of a bunch, its table or its array."""
    if served.source.value.kind != "bunch":
        return served.source.value.kind
    step, node = served_part(builder)
    return step.values[node].kind


def served_part(builder: Builder) -> tuple[Step, ast.expr]:
    """The expression that stands for the raw rows, and its step."""
    number, node = next(iter(builder.emitter.serving.sources.items()))
    return builder.emitter.trace.steps[number], node


def _holds(source: Source, nodes: set[ast.expr]) -> bool:
    """A bunch whose ``.data`` is served."""
    if source.value.kind != "bunch":
        return False
    return any(not isinstance(node, ast.Call) for node in nodes)


def _is_direct(source: Source) -> bool:
    node = source.step.node
    if source.step.bind is not None:
        return source.step.bind[1] is source.node
    return (
        source.step.parent is None
        and isinstance(node, ast.Assign)
        and node.value is source.node
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
    )


def _source_name(source: Source, direct: bool) -> str:
    node = source.step.node
    if direct and source.step.bind is not None:
        return source.step.bind[0]
    if direct and isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return source.step.context.rename.get(node.targets[0].id, node.targets[0].id)
    call = source.node
    if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
        stem = str(call.args[0].value).replace("\\", "/").rpartition("/")[2].partition(".")[0]
        return f"{identifier(stem, 'table')}_rows"
    return "source_rows"


def _install_source_edits(builder: Builder) -> None:
    """In training, a source is what load_data gave."""
    for source in builder.sources:
        for place in source.places:
            builder.emitter.source_edits[place.step.number, place.node] = Template(source.name)
    builder.emitter.rewriter.tables |= builder.emitter.source_edits
    builder.emitter.source_edits |= _drawn(builder.emitter)


def _drawn(emitter: Emitter) -> dict[tuple[int, ast.AST], Template]:
    """What stands in place of statements that only show what is drawn in them."""
    found: dict[tuple[int, ast.AST], Template] = {}
    for number, shown in emitter.fitting.shown.items():
        step = emitter.trace.steps[number]
        holes = tuple(Hole(step, node) for node in shown)
        assert isinstance(step.node, ast.Expr)
        found[number, step.node.value] = Template(", ".join(f"__{at}__" for at in range(len(holes))), holes)
    return found


def _read_options(builder: Builder, served: DataSource) -> str:
    node = served.source.node
    if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith("read_csv"):
        return "{}"
    options = {}
    for keyword in node.keywords:
        try:
            options[keyword.arg] = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, SyntaxError):
            continue
    return repr({k: v for k, v in options.items() if k is not None})


# ---------------------------------------------------------------------- groups


def _name_groups(builder: Builder) -> None:
    """Name the functions: from their heading, unless it is the title of the notebook, else from what they do."""
    used: set[str] = builder.known() | {name for step in builder.emitter.trace.steps for name in step.binds}
    cells = [cell for cell in builder.emitter.trace.program.cells if cell.body]
    title = cells[0].heading if len({cell.heading for cell in cells}) > 1 else ""
    for group in builder.groups:
        group.cells = builder.cells_of(group.steps)
        if group.kind != "shared":
            continue
        heading = "" if group.heading == title else group.heading
        done, told = from_code(code_of(builder.emitter.emit(group.steps, "serve")))
        name = from_heading(heading) or done
        if name in used and name != done:
            name = f"{name}_{done}" if done in used else done
        base, number = name, 2
        while name in used:
            name, number = f"{base}_{number}", number + 1
        used.add(name)
        group.name, group.summary = name, sentence(heading) or told


def _interfaces(builder: Builder) -> None:
    """Parameters and results of the shared functions."""
    emitter = builder.emitter
    known = builder.known() | {"state", "fitting", "scores", "model"}
    later: set[str] = _finally_needed(builder)
    for group in reversed(builder.groups):
        if group.kind == "shared":
            code = code_of(emitter.emit(group.steps, "shared"))
            reads, binds, changes = names_in(code)
            _, served_binds, served_changes = names_in(code_of(emitter.emit(group.steps, "serve")))
            refined = [
                name for name in [*binds, *changes] if name in reads and name not in known
            ]  # rows that only training filters
            given = [*served_binds, *served_changes, *refined]
            group.outputs = tuple(dict.fromkeys(name for name in given if name in later))
            group.inputs = tuple(name for name in reads if name not in known | emitter.needs)
            group.given = tuple(dict.fromkeys(given))
            later |= set(group.inputs) | set(names_in(code_of(emitter.stores(group.stores)))[0])
        elif group.of is not None:
            function, names = group.of, group.names
            wanted = {name for name in function.given if names.get(name, name) in later}
            function.outputs = tuple(name for name in function.given if name in {*wanted, *function.outputs})
            later |= {names.get(name, name) for name in function.inputs}
            later |= set(names_in(code_of(emitter.stores(group.stores)))[0])
        else:
            code = code_of([*emitter.emit(group.steps, "fit"), *emitter.emit(group.steps, "serve")])
            later |= set(names_in(code)[0])


def _finally_needed(builder: Builder) -> set[str]:
    emitter = builder.emitter
    answer = emitter.serving.answer
    code = code_of_expression(
        emitter.rewriter.rewrite_expression(answer.step, answer.node, emitter.noting(emitter.serve_edit))
    )
    needed = set(names_in(code)[0])
    for metric in emitter.fitting.metrics:
        needed |= {n.id for n in ast.walk(metric.node) if isinstance(n, ast.Name)}
    proof = emitter.fitting.proof
    if proof is not None:
        needed |= {n.id for node in (proof.node, proof.labels) for n in ast.walk(node) if isinstance(n, ast.Name)}
    return needed


# ---------------------------------------------------------------------- config


def _config_text(builder: Builder) -> str:
    paths = {source.name: source.path for source in builder.sources if source.path is not None}
    lines = {source.name: source.source.step.line for source in builder.sources}
    body = "\n".join(f"{mark([lines[name]], '    ')}    {name!r}: {path!r}," for name, path in paths.items())
    data = f"DATA: dict[str, str] = {{\n{body}\n}}" if paths else "DATA: dict[str, str] = {}"
    notebook = builder.emitter.trace.program.notebook.name
    title = "".join(c for c in notebook if c.isprintable() and c not in '"\\')
    return (
        f'"""Paths of the package, as in {title}; relative ones are read from the current folder."""\n\n{HEADER}'
        f'from pathlib import Path\n\n{data}\nARTIFACTS = Path("artifacts")\n'
    )


def needed_imports(builder: Builder) -> str:
    """What the used templates import: libraries, and the recipe functions of the package's module of operations."""
    lines = [need for need in sorted(builder.emitter.needs) if _is_import(need)]
    recipes = [need for need in sorted(builder.emitter.needs) if not _is_import(need)]
    if recipes:
        lines.append(f"from {builder.package}.operations import {', '.join(recipes)}")
    return "\n".join(lines)


def _is_import(need: str) -> bool:
    return need.startswith(("import ", "from "))


def _operations_text(builder: Builder) -> str:
    """The recipe functions that the package uses; nothing where it uses none."""
    sources = [recipe_source(need) for need in sorted(builder.emitter.needs) if not _is_import(need)]
    if not sources:
        return ""
    head = '"""Operations that learn as they run, taken apart: what they learn, and how rows are treated with it."""'
    return "\n\n".join([head, f"{HEADER}from typing import Any\nimport numpy as np\nimport pandas as pd", *sources])


def call_line(
    group: Group, fitting: bool, shared_code: str, names: Mapping[str, str] | None = None
) -> cst.BaseStatement:
    """``df = clean(df, state, fitting=True)``; `names` are those of a twin."""
    own = names or {}
    arguments = [own.get(name, name) for name in group.inputs]
    if "state." in shared_code or group.name == PREPROCESS:
        arguments.append("state")
    if fitting and "fitting" in shared_code:
        arguments.append("fitting=True")
    call = cst.parse_expression(f"{group.name}({', '.join(arguments)})")
    if not group.outputs:
        return cst.SimpleStatementLine([cst.Expr(call)])
    return assignment(", ".join(own.get(name, name) for name in group.outputs), call)
