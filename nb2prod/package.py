"""Analysis to package: the rendering context, the manifest and the finished tree in a temporary folder."""

from __future__ import annotations

import ast
import json
import keyword
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod import __version__
from nb2prod.diagnostics import Diagnostic
from nb2prod.emission import Emitter
from nb2prod.errors import UserError
from nb2prod.manifest import build_manifest
from nb2prod.modules import Modules, build_modules
from nb2prod.naming import identifier
from nb2prod.pipeline import Analysis
from nb2prod.render import format_package, render_package
from nb2prod.requirements import requirements_of
from nb2prod.rewrite import Rewriter
from nb2prod.trace import Step


@dataclass(frozen=True, eq=False)
class Package:
    """A generated package before it is on disk."""

    name: str
    modules: Modules
    context: dict[str, Any]
    diagnostics: tuple[Diagnostic, ...]


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
    return identifier(Path(notebook).stem, "notebook").strip("_") or "notebook"


def generate(analysis: Analysis, name: str, python: str | None = None) -> Package:
    """Generate the modules and everything that the templates need to know."""
    emitter = Emitter(
        analysis.trace,
        analysis.serving,
        analysis.fitting,
        Rewriter(analysis.trace.program),
        evaluation=analysis.evaluation,
    )
    modules = build_modules(emitter, name)
    requirements = requirements_of(modules, analysis.trace.program.requirements, python, name)
    answer = analysis.answer
    target = target_column(analysis)
    context = {
        "package": name,
        "title": _title(analysis, target),
        "notebook": analysis.notebook.name,
        "notebook_digest": analysis.notebook.digest,
        "nb2prod_version": __version__,
        "requires_python": ">=3.10",
        "dependencies": list(requirements),
        "source_names": list(modules.source_names),
        "raw_source": modules.raw_source,
        "source_kind": modules.source_kind,
        "proba": modules.proba,
        "target_columns": [target] if target else [],
        "modules": dict(modules.texts),
        "functions": [
            {"module": note.module, "name": note.name, "cells": list(note.cells), "summary": note.summary}
            for note in modules.functions
        ],
        "limits": _limits(analysis),
        "warnings": [_warning(found) for found in analysis.diagnostics if found.severity == "warning"],
        "dropped": dropped_cells(analysis, emitter),
        "state": [
            {
                "name": capture.name,
                "cell": _cell(analysis, capture.step),
                "meaning": _meaning(capture.fit.code),
            }
            for capture in modules.state
        ],
        "has_preprocessing": modules.has_preprocessing,
        "evaluate": modules.evaluates,
        "read_options": modules.read_options,
        "model_choice": f"{ast.unparse(answer.event.model_node)}: {answer.reason}",
    }
    return Package(name, modules, context, analysis.diagnostics)


def _title(analysis: Analysis, target: str | None) -> str:
    what = f"Predicts {target}" if target else "Predicts"
    return f"{what} as in {analysis.notebook.name}"


def _cell(analysis: Analysis, step: Step) -> int:
    return analysis.trace.program.cell_at(step.line).number


def _meaning(code: str) -> str:
    return "learned in training" if "__" in code else code


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


def dropped_cells(analysis: Analysis, emitter: Emitter) -> list[dict[str, Any]]:
    """Cells of which nothing is in the package."""
    program = analysis.trace.program
    used: set[int] = set()
    for step in analysis.trace.steps:
        if step.number in analysis.fitting.steps or step.number in analysis.serving.served or emitter.attached(step):
            used.add(program.cell_at(step.line).number)
    found = []
    for cell in program.cells:
        if cell.body and cell.number not in used:
            found.append({"cell": cell.number, "reason": _why_dropped(cell.body)})
    return found


def _why_dropped(body: tuple[ast.stmt, ...]) -> str:
    text = " ".join(ast.unparse(statement) for statement in body)
    if re.search(r"\b(plt|sns|px|go)\.|\.(plot|hist|boxplot)\(", text):
        return "plot"
    if re.search(r"\.(head|tail|describe|info|shape|columns|value_counts|sample|dtypes)\b|print\(", text):
        return "a look at the data"
    if ".fit(" in text:
        return "another model or experiment"
    return "nothing of it reaches the prediction"


def render_tree(package: Package, folder: Path, analysis: Analysis, template: Path | None = None) -> None:
    """Render the package into an empty folder, with its manifest and pristine copies."""
    render_package(package.context, folder, template)
    if package.modules.written:
        for name, text in package.modules.written.items():
            (folder / "src" / package.name / f"{name}.py").write_text(text, encoding="utf-8")
        format_package(folder)
    base = folder / ".nb2prod" / "base"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        target = base / f"{path.relative_to(folder).as_posix()}.orig"  # no second module for tools to find
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    manifest = build_manifest(package, analysis, folder, files)
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / ".nb2prod" / "manifest.json").write_text(text + "\n", encoding="utf-8")
