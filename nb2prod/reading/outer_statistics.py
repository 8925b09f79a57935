"""Statistics of the notebook's tables inside of functions that are called for each row.

Input: the cells in the order in which they run, as plain Python. Output: the same cells with as many lines. In

    def fill(row):
        return df["age"].median() if pd.isnull(row["age"]) else row["age"]
    df["age"] = df.apply(fill, axis=1)

the median gets a name of its own before the statement that calls the function: it is the same for all rows, and can be
kept for inference. A function is left as it is where its calls could change what it computes with, or where it is
called by another function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nb2prod.reading.magics import Neutralised, parse
from nb2prod.reading.own_modules import Edit, edited, span
from nb2prod.reading.scopes import imported_name, locals_of

STATISTICS = frozenset(
    {"count", "max", "mean", "median", "min", "mode", "quantile", "std", "sum", "value_counts", "var"}
)
PLAIN = STATISTICS | frozenset({
    "abs", "agg", "astype", "between", "dropna", "fillna", "get_group", "groupby", "idxmax", "idxmin", "isin", "isna",
    "isnull", "item", "notna", "notnull", "nunique", "percentile", "query", "round", "sort_values", "to_dict", "unique",
})  # fmt: skip
"""Methods that give the same each time and change nothing."""
BUILTINS = frozenset({"abs", "float", "int", "len", "max", "min", "round", "str", "sum"})
EXPRESSIONS = (ast.Attribute, ast.Subscript, ast.Call, ast.Name, ast.Constant, ast.Compare, ast.BinOp, ast.UnaryOp)
PARTS = (ast.keyword, ast.Slice, ast.List, ast.Tuple, ast.operator, ast.unaryop, ast.cmpop, ast.expr_context)
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LEAVES = (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await, *DEFINITIONS)


@dataclass(frozen=True)
class _Hoisted:
    """A function, and the statistics in it with their new names."""

    name: str
    at: int
    found: tuple[tuple[ast.expr, str], ...]

    @property
    def statements(self) -> str:
        """What stands before each statement that calls the function."""
        return "".join(f"{name} = {ast.unparse(node)}; " for name, node in {n: e for e, n in self.found}.items())


def with_outer_statistics(cells: Sequence[Neutralised]) -> list[Neutralised]:
    """Name such statistics; `cells` are in the order in which they run."""
    if not any("def " in cell.source and any(f".{name}(" in cell.source for name in STATISTICS) for cell in cells):
        return list(cells)
    trees = [parse(cell.source) or ast.Module([], []) for cell in cells]
    words = frozenset(word for cell in cells for word in re.findall(r"\w+", cell.source))
    edits: list[list[Edit]] = [[] for _ in cells]
    for one in _functions(trees, words):
        calls = _calls(trees, one.name)
        if not calls:
            continue
        edits[one.at] += [Edit(*span(node), name) for node, name in one.found]
        for at, statement in calls:
            start = span(statement)[0]
            edits[at].append(Edit(start, start, one.statements))
    return [
        replace(cell, source=edited(cell.source, mine)) if mine else cell
        for cell, mine in zip(cells, edits, strict=True)
    ]


# ---------------------------------------------------------------------- functions with statistics


def _functions(trees: Sequence[ast.Module], words: frozenset[str]) -> Iterator[_Hoisted]:
    taken = set(words)
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = frozenset(imported_name(node) for node in nodes if isinstance(node, ast.alias))
    names = [node.name for node in nodes if isinstance(node, DEFINITIONS)]
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for at, tree in enumerate(trees):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and names.count(node.name) == 1 and node.name not in stored:
                found = _statistics(node, imported)
                if found and _is_plain(node):
                    yield _Hoisted(node.name, at, tuple(_named(node.name, found, taken)))


def _is_plain(function: ast.FunctionDef) -> bool:
    """Whether a function changes no table, and runs from its head to a return."""
    return not function.decorator_list and not any(
        _changes_something(node, function) for node in ast.walk(function) if node is not function
    )


def _changes_something(node: ast.AST, function: ast.FunctionDef) -> bool:
    if isinstance(node, (ast.Subscript, ast.Attribute)):
        return not isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        given = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
        return _root(node.value.func) not in (locals_of(function) - given) | {"print"}
    return isinstance(node, LEAVES) or (isinstance(node, ast.keyword) and node.arg == "inplace")


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Subscript, ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _statistics(function: ast.FunctionDef, imported: frozenset[str]) -> list[ast.expr]:
    """The largest expressions of a body that are computed from the notebook's variables alone, statistics in them."""
    own, found = locals_of(function), []
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.expr) and _is_outer(node, own, imported):
            found.append(node)
        elif not isinstance(node, (ast.Lambda, ast.JoinedStr)):
            pending.extend(ast.iter_child_nodes(node))
    return found


def _is_outer(node: ast.expr, own: frozenset[str], imported: frozenset[str]) -> bool:
    below = list(ast.walk(node))
    if not all(isinstance(child, (*EXPRESSIONS, *PARTS)) for child in below):
        return False
    names = {child.id for child in below if isinstance(child, ast.Name)}
    if names & own or not names - imported - BUILTINS:
        return False
    calls = [child for child in below if isinstance(child, ast.Call)]
    learned = any(isinstance(call.func, ast.Attribute) and call.func.attr in STATISTICS for call in calls)
    return learned and all(_is_the_same(call) for call in calls)


def _is_the_same(call: ast.Call) -> bool:
    """Whether a call gives the same each time."""
    if isinstance(call.func, ast.Name):
        return call.func.id in BUILTINS
    return isinstance(call.func, ast.Attribute) and call.func.attr in PLAIN


def _named(function: str, found: Iterable[ast.expr], taken: set[str]) -> Iterator[tuple[ast.expr, str]]:
    known: dict[str, str] = {}
    for node in found:
        text = ast.unparse(node)
        if text not in known:
            words = (child.attr for child in ast.walk(node) if isinstance(child, ast.Attribute))
            start = name = f"{function}_{next(word for word in words if word in STATISTICS)}"
            number = 2
            while name in taken:
                name, number = f"{start}_{number}", number + 1
            taken.add(name)
            known[text] = name
        yield node, known[text]


# ---------------------------------------------------------------------- where it is called


def _calls(trees: Sequence[ast.Module], name: str) -> list[tuple[int, ast.stmt]]:
    """The statements that use a function, with their cells; none, if one of them cannot have another before it."""
    found: list[tuple[int, ast.stmt]] = []
    for at, tree in enumerate(trees):
        pending: list[ast.stmt] = list(tree.body)
        while pending:
            statement = pending.pop(0)
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                continue
            if not _uses(statement, name):
                continue
            blocks = [block for field in ("body", "orelse", "finalbody") for block in getattr(statement, field, [])]
            blocks += [child for handler in getattr(statement, "handlers", []) for child in handler.body]
            if isinstance(statement, SIMPLE):
                found.append((at, statement))
            elif isinstance(statement, DEFINITIONS) or _uses_in_head(statement, name) or not blocks:
                return []
            pending.extend(blocks)
    return found


def _uses(node: ast.AST, name: str) -> bool:
    return any(isinstance(child, ast.Name) and child.id == name for child in ast.walk(node))


def _uses_in_head(statement: ast.stmt, name: str) -> bool:
    heads = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, (ast.stmt, ast.ExceptHandler))]
    return any(_uses(head, name) for head in heads)
