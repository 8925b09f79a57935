"""Analysis to package: the rendering context, the manifest and the finished tree in a temporary folder."""

from __future__ import annotations

import ast
import json
import keyword
import re
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nb2prod import __version__
from nb2prod.diagnostics import Diagnostic
from nb2prod.errors import Refusal, UserError
from nb2prod.generation.emission import Emitter, code_of_expression
from nb2prod.generation.modules import DataSource, build_modules
from nb2prod.generation.plan import Dropped, Learned, Origin, Plan, Prediction, ScoreNote, Table
from nb2prod.generation.render import UnresolvedNamesError, format_package, render_package
from nb2prod.generation.requirements import requirements_of
from nb2prod.generation.rewrite import Rewriter
from nb2prod.generation.travelling import own_name
from nb2prod.generation.undefined import refuse_undefined
from nb2prod.interpretation.trace import Step
from nb2prod.pipeline import Analysis
from nb2prod.reading.syntax import CodeCell
from nb2prod.slicing.choice import Answer
from nb2prod.slicing.naming import identifier
from nb2prod.slicing.scores import Metric
from nb2prod.slicing.slices import Capture
from nb2prod.upkeep.manifest import POINTS, build_manifest
from nb2prod.verify.points import points_of


def package_name(notebook: str, wanted: str | None) -> str:
    """An importable package name: the ``--name`` given, or one made from the notebook's file name."""
    if wanted is not None:
        if (
            not wanted.isidentifier()
            or keyword.iskeyword(wanted)
            or not wanted.isascii()
            or wanted in sys.stdlib_module_names
        ):
            raise UserError(f"{wanted!r} cannot be a package name", code="NB502", do="give an importable --name")
        return wanted
    name = identifier(Path(notebook).stem, "notebook").strip("_") or "notebook"
    return f"{name}_package" if keyword.iskeyword(name) or name in sys.stdlib_module_names else name


def generate(analysis: Analysis, name: str, python: str | None = None) -> Plan:
    """Decide on everything that the package ``name`` consists of; `python` gives the versions that are installed."""
    emitter = Emitter(
        analysis.trace,
        analysis.serving,
        analysis.fitting,
        Rewriter(analysis.trace.program),
        evaluation=analysis.evaluation,
        part=analysis.part,
    )
    modules = build_modules(emitter, name)
    refuse_undefined(analysis.trace, modules.modules, {source.name: source.source.node for source in modules.sources})
    stated = analysis.trace.program.requirements
    texts = [*(module.text for module in modules.modules), *modules.written.values()]
    target = target_column(analysis)
    beside = dict(analysis.trace.program.beside)
    return Plan(
        package=name,
        title=_title(analysis, target),
        notebook=analysis.notebook.name,
        notebook_digest=analysis.notebook.digest,
        requires_python=">=3.10",
        dependencies=requirements_of(texts, stated, python, name),
        stated=tuple(stated),
        modules=modules.modules,
        written=modules.written,
        beside={name: text for name, text in beside.items() if own_name(name[:-3]) in modules.written},
        functions=modules.functions,
        tables=tuple(_table(emitter, source) for source in modules.sources),
        learned=tuple(_learned(emitter, capture) for capture in modules.captures),
        prediction=_prediction(emitter, analysis.answer),
        scores=tuple(_score(emitter, metric) for metric in analysis.fitting.metrics),
        source_kind=modules.source_kind,
        target=target,
        probabilities=modules.proba,
        evaluates=modules.evaluates,
        read_options=modules.read_options,
        warnings=tuple(_warning(found) for found in analysis.diagnostics if found.severity == "warning"),
        limits=tuple(_limits(analysis)),
        dropped=tuple(dropped_cells(analysis, emitter)),
        points=points_of(emitter, {module.name: module.text for module in modules.modules}, modules.inside),
    )


def _origin(emitter: Emitter, node: ast.AST, step: Step) -> Origin:
    place = emitter.trace.program.place(node if hasattr(node, "lineno") else step.node)
    return Origin(place.cell, place.line)


def _table(emitter: Emitter, source: DataSource) -> Table:
    origin = _origin(emitter, source.source.node, source.source.step)
    return Table(source.name, origin, ast.unparse(source.source.node), source.path, source.served)


def _learned(emitter: Emitter, capture: Capture) -> Learned:
    expression = code_of_expression(emitter.fill(capture.fit))
    if expression.isidentifier():
        expression = _defined_by(emitter, capture, expression)
    return Learned(capture.name, _origin(emitter, capture.step.node, capture.step), expression, capture.keys)


def _defined_by(emitter: Emitter, capture: Capture, name: str) -> str:
    """The expression that a captured variable holds, where one statement defines it."""
    steps = [emitter.trace.steps[number] for number in sorted(capture.steps)]
    values = [step.node.value for step in steps if isinstance(step.node, ast.Assign) and step.binds == {name}]
    return ast.unparse(values[0]) if len(values) == 1 else name


def _prediction(emitter: Emitter, answer: Answer) -> Prediction:
    event = answer.event
    return Prediction(
        origin=_origin(emitter, answer.node, answer.step),
        expression=ast.unparse(answer.node),
        model=ast.unparse(event.model_node),
        method=answer.method,
        features=ast.unparse(event.features) if event.features is not None else None,
        reason=answer.reason,
        runners_up=answer.runners_up,
    )


def _score(emitter: Emitter, metric: Metric) -> ScoreNote:
    return ScoreNote(metric.name, _origin(emitter, metric.node, metric.step), ast.unparse(metric.node))


def _title(analysis: Analysis, target: str | None) -> str:
    what = f"Predicts {target}" if target else "Predicts"
    return f"{what} as in {analysis.notebook.name}"


def _warning(found: Diagnostic) -> str:
    where = f"cell {found.place.cell} line {found.place.line}: " if found.place is not None else ""
    return f"{found.code} {where}{found.message}"


def _limits(analysis: Analysis) -> list[str]:
    others = analysis.answer.runners_up
    found = [f"The model is {ast.unparse(analysis.answer.event.model_node)}: {analysis.answer.reason}."]
    if others:
        found.append(f"Not taken: {', '.join(others)} (choose with --model).")
    return found


def target_column(analysis: Analysis) -> str | None:
    """The column that the model was fitted to predict, where it is a literal."""
    place = analysis.answer.event.model.place
    for fit in reversed(analysis.trace.fits):
        if fit.model.place == place and len(fit.node.args) > 1:
            return _column_behind(analysis, fit.step, fit.node.args[1])
    return None


def _column_behind(analysis: Analysis, step: Step, node: ast.expr, depth: int = 0) -> str | None:
    for child in ast.walk(node):
        if (
            isinstance(child, ast.Subscript)
            and isinstance(child.slice, ast.Constant)
            and isinstance(child.slice.value, str)
        ):
            return child.slice.value
    if depth > 5:
        return None
    for child in ast.walk(node):
        for number in sorted(step.deps.get(child, frozenset()), reverse=True):
            origin = analysis.trace.steps[number]
            value = getattr(origin.node, "value", None)
            if isinstance(origin.node, ast.Assign) and value is not None:
                if (
                    isinstance(value, ast.Call)
                    and ast.unparse(value.func).endswith("train_test_split")
                    and len(value.args) > 1
                ):
                    return _column_behind(analysis, origin, value.args[1], depth + 1)
                found = _column_behind(analysis, origin, value, depth + 1)
                if found:
                    return found
    return None


def dropped_cells(analysis: Analysis, emitter: Emitter) -> list[Dropped]:
    """Cells of which nothing is in the package."""
    program = analysis.trace.program
    used: set[int] = set()
    for step in analysis.trace.steps:
        if step.number in analysis.fitting.steps or step.number in analysis.serving.served or emitter.attached(step):
            used.add(program.cell_at(step.line).number)
    found = []
    for cell in program.cells:
        if cell.body and cell.number not in used:
            found.append(Dropped(cell.number, _why_dropped(cell)))
    return found


def _why_dropped(cell: CodeCell) -> str:
    text = "\n".join(cell.lines)
    if re.search(r"\b(plt|sns|px|go)\.|\.(plot|hist|boxplot)\(", text):
        return "plot"
    if re.search(r"\.(head|tail|describe|info|shape|columns|value_counts|sample|dtypes)\b|print\(", text):
        return "a look at the data"
    if ".fit(" in text:
        return "another model or experiment"
    return "nothing of it reaches the prediction"


def context_of(plan: Plan) -> dict[str, Any]:
    """What the templates are told of a plan."""
    return {
        "package": plan.package,
        "title": plan.title,
        "notebook": plan.notebook,
        "notebook_digest": plan.notebook_digest,
        "nb2prod_version": __version__,
        "requires_python": plan.requires_python,
        "dependencies": list(plan.dependencies),
        "source_names": [table.name for table in plan.tables],
        "raw_source": plan.raw_source,
        "source_kind": plan.source_kind,
        "proba": plan.probabilities,
        "target_columns": [plan.target] if plan.target else [],
        "modules": plan.texts,
        "functions": [{**asdict(note), "cells": list(note.cells)} for note in plan.functions],
        "limits": list(plan.limits),
        "warnings": list(plan.warnings),
        "dropped": [asdict(found) for found in plan.dropped],
        "state": [
            {"name": found.name, "cell": found.origin.cell, "meaning": f"`{found.expression}`"}
            for found in plan.learned
        ],
        "has_preprocessing": True,
        "has_operations": "operations" in plan.texts,
        "evaluate": plan.evaluates,
        "read_options": plan.read_options,
        "model_choice": f"{plan.prediction.model}: {plan.prediction.reason}",
    }


IMPORTS = (ast.Import, ast.ImportFrom)


def _out_of_reach(names: tuple[str, ...], analysis: Analysis) -> Refusal:
    """The refusal of a notebook whose generated code would read variables that are not there."""
    program = analysis.trace.program
    nodes = (node for statement in program.statements() for node in ast.walk(statement))
    place = next((program.place(node) for node in nodes if isinstance(node, ast.Name) and node.id in names), None)
    early = next((found for found in program.diagnostics if found.code == "NB206"), None)
    if early is not None and early.message.startswith(repr(names[0])):
        return Refusal(early.message, code=early.code, place=early.place, why=early.why, do=early.do)
    imported = {name for step in analysis.trace.steps if isinstance(step.node, IMPORTS) for name in step.binds}
    if names[0] in imported:
        return Refusal(
            f"{names[0]} is the name of an import and of a variable",
            code="NB406",
            place=place,
            why="in a function the one would hide the other",
            do=f"give the variable another name than {names[0]}",
        )
    return Refusal(
        f"the prediction needs {', '.join(names)} where the package cannot reach it",
        code="NB406",
        place=place,
        why="a function that was made by another function, or a value of one round, has no name outside",
        do="assign the value to a variable of the cell, and pass it to the function as an argument",
    )


def render_tree(plan: Plan, folder: Path, analysis: Analysis, template: Path | None = None) -> None:
    """Render the package into an empty folder, with its manifest and pristine copies."""
    try:
        render_package(context_of(plan), folder, template)
        if plan.written:
            for name, text in plan.written.items():
                (folder / "src" / plan.package / f"{name}.py").write_text(text, encoding="utf-8")
            format_package(folder)
    except UnresolvedNamesError as fault:
        raise _out_of_reach(fault.names, analysis) from fault
    base = folder / ".nb2prod" / "base"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        target = base / f"{path.relative_to(folder).as_posix()}.orig"  # no second module for tools to find
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    manifest = build_manifest(plan, analysis, folder, files)
    for name, content in (("manifest.json", manifest), (POINTS, plan.points)):
        text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
        (folder / ".nb2prod" / name).write_text(text + "\n", encoding="utf-8")
