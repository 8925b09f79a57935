"""Render the generated package: a context and the templates in, a formatted folder of files out.

The templates are the folder templates/package, rendered by cookiecutter; text of the notebook enters them as
values and is never read as template syntax. Afterwards ruff sorts the imports and formats. A fault that would
change the run is a bug of ours and raises AssertionError; the author's own style is kept, and marked noqa.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT_FOLDER = "{{cookiecutter.folder}}"
RENDERED = "tree"
REQUIRED = {"joblib": "joblib>=1.3", "numpy": "numpy>=1.26", "pandas": "pandas>=2.2"}
ROUNDS = 3
"""How often a fault is excused and the code formatted: formatting can move a fault away from its excuse."""
BREAKING = ("F404", "F50", "F52", "F62", "F63", "F70", "F81", "F82", "E9", "invalid-syntax")
"""Rules of ruff whose faults change the run; all else is style."""
DOCSTRINGS = {
    "training": "Training: the only place that fits.",
    "inference": "Inference: answers for raw rows, from what training learned.",
}
SIDE_EFFECT_IMPORT = re.compile(r"^(from sklearn\.experimental import enable_([a-z]+)\w*)[ \t]*$", re.MULTILINE)
"""The word after `enable_` begins the name of what is switched on: IterativeImputer, HalvingGridSearchCV."""

MODULE_IMPORT = re.compile(r"^import (\w+)(?: as (\w+))?$", re.MULTILINE)


class ModuleText(NamedTuple):
    """The text of a module, taken apart so that other imports can join its own."""

    docstring: str
    imports: str
    body: str


def render_package(context: Mapping[str, Any], destination: Path, template: Path | None = None) -> None:
    """Write the package of a context into an empty folder; files of `template` replace the built-in ones."""
    from cookiecutter.generate import generate_files

    values = {**context, **_derived(context), "folder": RENDERED}
    values["_jinja2_env_vars"] = {"trim_blocks": True, "lstrip_blocks": True}
    with tempfile.TemporaryDirectory() as scratch:
        source, output = _overlay(Path(scratch), template), Path(scratch, "output")
        # Away from the destination: cookiecutter reads its whole path as template syntax.
        generate_files(repo_dir=source, context={"cookiecutter": values}, output_dir=output, accept_hooks=False)
        shutil.copytree(output / RENDERED, destination, dirs_exist_ok=True)
    format_package(destination)


def format_package(folder: Path) -> None:
    """Sort imports, drop unused ones, format; the settings are those of the folder's own pyproject.toml."""
    faults = _faults(folder, "--fix", "--extend-select", ",".join(rule for rule in BREAKING if rule[-1].isdigit()))
    _expect_none("\n".join(fault for fault in faults.splitlines() if _code(fault).startswith(BREAKING)))
    _ruff(folder, "format", "--quiet")
    for _ in range(ROUNDS):
        if not _faults(folder):
            return
        _ruff(folder, "check", "--add-noqa", "--quiet", "--exit-zero")
        _ruff(folder, "format", "--quiet")
    _expect_none(_faults(folder))


def split_module(text: str, docstring: str) -> ModuleText:
    """Take the docstring and the leading imports off a module's text."""
    statements = ast.parse(text).body
    lines = text.splitlines(keepends=True)
    start = 0
    if statements and ast.get_docstring(ast.parse(text)) is not None:
        first = statements.pop(0)
        docstring, start = "".join(lines[first.lineno - 1 : first.end_lineno]).strip(), first.end_lineno or 0
    else:
        docstring = f'"""{docstring}"""'
    end = start
    while statements and isinstance(statements[0], ast.Import | ast.ImportFrom):
        end = statements.pop(0).end_lineno or end
    imports = [line for line in lines[start:end] if not line.startswith("from __future__ ")]
    return ModuleText(docstring, "".join(imports).strip("\n"), "".join(lines[end:]).strip("\n"))


def built_in_templates() -> Path:
    """Find the folder of scaffold templates: inside the wheel, or beside the package in a checkout."""
    here = Path(__file__).resolve().parents[1]
    inside = here / "templates"
    return inside if inside.is_dir() else here.parent / "templates"


def _overlay(scratch: Path, template: Path | None) -> Path:
    """Lay the user's template over a copy of the built-in one."""
    source = built_in_templates() / "package"
    if template is None:
        return source
    shutil.copytree(source, scratch / "package")
    own = template / ROOT_FOLDER
    shutil.copytree(own if own.is_dir() else template, scratch / "package" / ROOT_FOLDER, dirs_exist_ok=True)
    return scratch / "package"


def _derived(context: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates need in another form: escaped for Python, TOML and Markdown."""
    title = " ".join(str(context["title"]).split())
    requirements = _requirements(context["dependencies"])
    read_options = _read_options(context.get("read_options", "{}"))
    modules = context["modules"].items()
    texts = {name: _keep_formula_imports(_keep_side_effects(text)).strip("\n") for name, text in modules}
    return {
        "modules": texts,
        "training": split_module(texts["training"], DOCSTRINGS["training"]),
        "inference": split_module(texts["inference"], DOCSTRINGS["inference"]),
        "labels_argument": _labels_argument(context),
        "requirements": requirements,
        "libraries": repr(tuple(_distribution(requirement) for requirement in requirements)),
        "title": title,
        "title_docstring": _docstring(title),
        "title_python": json.dumps(_docstring(title)),
        "title_toml": json.dumps(title, ensure_ascii=False),
        "raw_source_python": json.dumps(context["raw_source"]),
        "read_options": repr(read_options),
        "has_read_options": bool(read_options),
        "functions_table": [_function_row(function) for function in context["functions"]],
        "state_table": [{key: _cell(value) for key, value in item.items()} for item in context["state"]],
        "remarks": _remarks(context),
        **_input_files(context["source_kind"]),
    }


def _keep_side_effects(text: str) -> str:
    """An import that only switches something on looks unused to ruff; where that is not used it goes."""

    def kept(found: re.Match[str]) -> str:
        return f"{found[1]}  # noqa: F401" if found[2].capitalize() in text else ""

    return SIDE_EFFECT_IMPORT.sub(kept, text)


def _keep_formula_imports(text: str) -> str:
    """A formula such as ``"price ~ np.log(area)"`` reads the modules around it, which look unused to ruff."""
    strings = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
    formulas = [value for value in strings if isinstance(value, str) and "~" in value]
    read = {name for formula in formulas for name in re.findall(r"\b([A-Za-z_]\w*)\.\w", formula)}
    kept: set[str] = set()

    def marked(found: re.Match[str]) -> str:
        name = found[2] or found[1]
        if name not in read:
            return found[0]
        if name in kept:
            return ""
        kept.add(name)
        return f"{found[0]}  # noqa: F401 - the formula reads it"

    return MODULE_IMPORT.sub(marked, text) if read else text


def _labels_argument(context: Mapping[str, Any]) -> str:
    labels = list(context["target_columns"])
    return f", labels={labels!r}" if labels and context["source_kind"] == "table" else ""


def _read_options(text: str) -> dict[str, Any]:
    """Rows to predict may lack columns that training read, and be more than training read."""
    options: dict[str, Any] = ast.literal_eval(text.strip())
    used = options.get("usecols")
    by_name = isinstance(used, list | tuple) and all(isinstance(name, str) for name in used)
    left_out = {"nrows", "usecols"} if by_name and "names" not in options else {"nrows"}
    return {name: value for name, value in options.items() if name not in left_out}


def _requirements(dependencies: Iterable[str]) -> list[str]:
    given = {_distribution(dependency): dependency for dependency in dependencies}
    return [text for _, text in sorted({**REQUIRED, **given}.items())]


def _distribution(requirement: str) -> str:
    return re.split(r"[\s\[<>=!~;@(]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def _docstring(title: str) -> str:
    text = title.replace("\\", "/").replace('"', "'").strip()
    text = text if len(text) <= 95 else text[:94].rsplit(" ", 1)[0] + " ..."
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _function_row(function: Mapping[str, Any]) -> dict[str, str]:
    cells = ", ".join(map(str, function["cells"]))
    return {**{key: _cell(function[key]) for key in ("module", "name", "summary")}, "cells": cells}


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _remarks(context: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    dropped = [f"cell {_cell(item['cell'])}: {_cell(item['reason'])}" for item in context["dropped"]]
    sections = [
        ("Warnings", context["warnings"]),
        ("Known limits", context["limits"]),
        ("Left out of the notebook", dropped),
    ]
    return [(heading, [" ".join(str(item).split()) for item in items]) for heading, items in sections if items]


def _input_files(source_kind: str) -> dict[str, str]:
    kinds = {
        "table": ".csv, .parquet, .json or .jsonl",
        "array": ".npy, .csv, .parquet, .json or .jsonl",
        "list": ".txt (one text a line), .json or .jsonl",
    }
    examples = {"table": "rows.csv", "array": "rows.npy", "list": "rows.txt"}
    return {"input_kinds": kinds[source_kind], "input_example": examples[source_kind]}


def _faults(folder: Path, *options: str) -> str:
    return _ruff(folder, "check", *options, "--output-format", "concise", "--exit-zero", "--quiet")


def _code(fault: str) -> str:
    """The rule of a fault: `F821` of `src/pkg/training.py:3:5: F821 Undefined name`."""
    return fault.partition(": ")[2].partition(" ")[0].rstrip(":")


class UnresolvedNamesError(AssertionError):
    """Generated code reads names that nothing binds."""

    def __init__(self, names: tuple[str, ...], faults: str) -> None:
        super().__init__(f"ruff finds faults in the generated package:\n{faults}")
        self.names = names


def _expect_none(faults: str) -> None:
    names = re.findall(r"F821 Undefined name `(\w+)`|F823 Local variable `(\w+)`", faults)
    names = [one or other for one, other in names]
    if names:
        raise UnresolvedNamesError(tuple(dict.fromkeys(names)), faults)
    if faults.strip():
        raise AssertionError(f"ruff finds faults in the generated package:\n{faults}")


def _ruff(folder: Path, command: str, *options: str) -> str:
    from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]  # where every version has it

    config = folder / "pyproject.toml"
    line = [find_ruff_bin(), command, "--no-cache", "--config", str(config), *options, "."]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise AssertionError(f"ruff {command} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
