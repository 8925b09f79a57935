"""Sets of table columns that a use needs: some, or all but some."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Columns:
    """``names``, or with ``complement`` every column but ``names``."""

    names: frozenset[object] = frozenset()
    complement: bool = True

    def __or__(self, other: Columns) -> Columns:
        """Either's columns."""
        if self.complement and other.complement:
            return Columns(self.names & other.names)
        if self.complement:
            return Columns(self.names - other.names)
        if other.complement:
            return Columns(other.names - self.names)
        return Columns(self.names | other.names, complement=False)

    def without(self, names: frozenset[object]) -> Columns:
        """These columns less some."""
        return Columns(self.names | names if self.complement else self.names - names, self.complement)

    def plus(self, names: frozenset[object]) -> Columns:
        """These columns and some."""
        return self | Columns(names, complement=False)

    def blurred(self) -> Columns:
        """What this says of the columns of an operand: all are needed, or some may not be."""
        return ALL if self == ALL else NAMED if self.by_name else PICKED

    @property
    def by_name(self) -> bool:
        """Whether these are every column, but for those that a list of names leaves out."""
        return self.complement and NAMED.names <= self.names

    def has_any(self, names: frozenset[object]) -> bool:
        """Whether one of the names is among these columns."""
        return bool(names - self.names) if self.complement else bool(names & self.names)


ALL = Columns()
NONE = Columns(complement=False)
PICKED = Columns(frozenset({object()}))
"""Every column, of which some may be left out later: a place or a mask picks them."""
NAMED = Columns(frozenset({object()}))
"""Every column, of which some may be left out later: a list of names picks them, which is not known."""


def literal_names(node: ast.expr | None) -> frozenset[object] | None:
    """The column names of ``'a'`` or ``['a', 'b']``; None if they are not literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int)) and not isinstance(node.value, bool):
        return frozenset({node.value})
    if isinstance(node, (ast.List, ast.Tuple)) and all(isinstance(e, ast.Constant) for e in node.elts):
        return frozenset(e.value for e in node.elts if isinstance(e, ast.Constant))
    return None
