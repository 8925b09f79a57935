"""Source text of the small functions that serving recipes call in generated packages."""

from __future__ import annotations

import ast
from functools import cache

from nb2prod.generation.render import built_in_templates


@cache
def _sources() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((built_in_templates() / "recipes").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef):
                found[node.name] = ast.get_source_segment(text, node) or ""
    return found


def recipe_source(name: str) -> str:
    """The source of one recipe function."""
    return _sources()[name]
