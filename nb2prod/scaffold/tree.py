"""Render targets: their folders and a context in, one formatted tree of files and the README's sections out.

Names and texts that come from the notebook enter as values and are never read as template syntax. A file that two
targets give differently, and a template that does not render, are refused.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nb2prod.errors import UserError
from nb2prod.generation.render import ROOT_FOLDER
from nb2prod.scaffold.targets import Target

SECTION = "README.section.md"
"""A target's part of the package's README, beside its files in the rendered tree."""
_LEAF = "tree"


def render_targets(targets: Iterable[Target], context: Mapping[str, Any], scratch: Path, tree: Path) -> list[str]:
    """Render the targets into `tree`, and give their sections of the README."""
    sections: list[str] = []
    for target in targets:
        rendered = _render(target, context, scratch / target.name)
        section = rendered / SECTION
        if section.is_file():
            sections.append(section.read_text(encoding="utf-8").strip("\n"))
            section.unlink()
        _move(rendered, tree, target)
    return sections


def _render(target: Target, context: Mapping[str, Any], scratch: Path) -> Path:
    from cookiecutter.exceptions import CookiecutterException
    from cookiecutter.generate import generate_files
    from jinja2 import TemplateError

    source, output = scratch / "source", scratch / "output"
    for folder in target.folders:
        shutil.copytree(folder, source, dirs_exist_ok=True)
    output.mkdir(parents=True)
    if not (source / ROOT_FOLDER).is_dir():
        return output  # it only brings dependencies, or other targets
    values = {**context, "folder": _LEAF, "_jinja2_env_vars": {"trim_blocks": True, "lstrip_blocks": True}}
    try:
        generate_files(repo_dir=source, context={"cookiecutter": values}, output_dir=output, accept_hooks=False)
    except (CookiecutterException, TemplateError, UnicodeDecodeError) as fault:
        do = "mend that file, or the folder given with --templates"
        raise UserError(
            f"the target {target.name} cannot be rendered: {_reason(fault)}", code="NB505", do=do
        ) from fault
    return output / _LEAF


def _reason(fault: Exception) -> str:
    from cookiecutter.exceptions import UndefinedVariableInTemplate

    if isinstance(fault, UndefinedVariableInTemplate):  # whose own text shows all that templates are told
        return f"{fault.message}: {fault.error.message}"
    return " ".join(str(fault).split())


def _move(rendered: Path, tree: Path, target: Target) -> None:
    for path in sorted(rendered.rglob("*")):
        inner = path.relative_to(rendered)
        if path.is_file():
            if (tree / inner).exists() and (tree / inner).read_bytes() != path.read_bytes():
                raise UserError(f"{target.name} gives {inner.as_posix()}, as another target does", code="NB505")
            (tree / inner).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, tree / inner)
