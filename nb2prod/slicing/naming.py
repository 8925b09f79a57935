"""Names for learned values, derived from the expression that computes them."""

from __future__ import annotations

import ast
import keyword
import re
from dataclasses import dataclass, field

LONGEST = 40
GENERIC = frozenset({"dict", "list", "set", "tuple", "str", "int", "float", "bool"})
"""The builtins that annotate the fields of a state; a field must not take them over."""
SKIPPED = frozenset({"df", "data", "values", "pd", "np", "loc", "iloc", "to_dict", "tolist", "index", "T", "astype"})


def identifier(text: str, fallback: str = "value") -> str:
    """Turn any text into a snake_case identifier."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    name = re.sub(r"[^0-9a-zA-Z]+", "_", words).strip("_").lower()
    if len(name) > LONGEST:
        name = name[: name.rfind("_", 0, LONGEST + 1)] if "_" in name[: LONGEST + 1] else name[:LONGEST]
    if not name or name[0].isdigit():
        name = f"{fallback}_{name}".strip("_")
    return f"{name}_" if keyword.iskeyword(name) or name in GENERIC else name


@dataclass
class StateNames:
    """Hands out names that are unique within one state."""

    taken: set[str] = field(default_factory=set)

    def fresh(self, hint: str) -> str:
        """A unique identifier near the hint."""
        base = identifier(hint)
        name, number = base, 2
        while name in self.taken:
            name, number = f"{base}_{number}", number + 1
        self.taken.add(name)
        return name

    def for_expression(self, node: ast.expr) -> str:
        """``df['Age'].mean()`` -> ``age_mean``."""
        words: list[str] = []
        for child in _in_order(node):
            word = _word(child)
            if word and word.lower() not in SKIPPED and word not in words:
                words.append(word)
        return identifier("_".join(words[-3:]), "value") if words else "value"


def _in_order(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(node):
        found.extend(_in_order(child))
    found.append(node)
    return found


def _word(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) <= 30:
        return node.value
    return node.attr if isinstance(node, ast.Attribute) else ""
