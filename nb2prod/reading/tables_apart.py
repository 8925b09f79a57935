"""Tables that are made together in one statement: each gets a statement, and a variable, of its own.

Input: the cells in the order in which they run, as plain Python. Output: the same cells with as many lines each, where
``train, test = [pd.read_csv(name) for name in ("train.csv", "test.csv")]`` is ``train = pd.read_csv("train.csv");
test = pd.read_csv("test.csv")``, and the tables of ``frames = {"train": pd.read_csv("train.csv")}`` have names. The
analysis can then follow them one by one. A statement whose meaning this could change is left as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nb2prod.reading.magics import Neutralised, parse
from nb2prod.reading.own_modules import Edit, edited, span

MOST = 20
"""Elements that one statement is taken apart into."""
SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
READS = "read_"
UNPACKS = re.compile(r"^[^#=\n]*,[^#=\n]*= *(?:[\[(]|list\(|tuple\(|map\()", re.MULTILINE)
COLLECTS = re.compile(r"= *(?:[\[({]|dict\()")
"""What the statements that are taken apart look like; most cells have none, and need not be parsed."""


@dataclass(frozen=True)
class _Notebook:
    """What is known of the whole notebook: its words, and the lists of constants that a name stands for."""

    words: frozenset[str]
    constants: Mapping[str, Sequence[ast.expr]]

    def free(self, name: str) -> str:
        """A name like this one that the notebook does not use."""
        while name in self.words:
            name += "_"
        return name


def with_tables_apart(cells: Sequence[Neutralised]) -> list[Neutralised]:
    """Take apart the statements that make several tables; `cells` are in the order in which they run."""
    if not any(_may_hold_one(cell.source) for cell in cells):
        return list(cells)
    trees = [parse(cell.source) for cell in cells]
    words = frozenset(word for cell in cells for word in re.findall(r"\w+", cell.source))
    whole = _Notebook(words, _constants([tree for tree in trees if tree is not None]))
    return [
        replace(cell, source=edited(cell.source, list(_edits(tree, whole)))) if tree is not None else cell
        for cell, tree in zip(cells, trees, strict=True)
    ]


def _may_hold_one(source: str) -> bool:
    return UNPACKS.search(source) is not None or (READS in source and COLLECTS.search(source) is not None)


def _edits(tree: ast.Module, whole: _Notebook) -> Iterator[Edit]:
    for statement in _statements(tree.body):
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            text = _apart(statement.targets[0], statement.value, whole) or _named(statement, whole)
            if text:
                yield Edit(*span(statement), text)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements; without those of classes, whose variables are attributes."""
    for statement in body:
        yield statement
        if not isinstance(statement, ast.ClassDef):
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, ast.ExceptHandler):
                    yield from _statements(child.body)
            for block in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(statement, block, []))


# ---------------------------------------------------------------------- one variable each, by a comprehension


def _apart(target: ast.expr, value: ast.expr, whole: _Notebook) -> str:
    """The statements that ``a, b = [f(x) for x in (1, 2)]`` stands for; nothing where it is something else."""
    if not isinstance(target, ast.Tuple | ast.List):
        return ""
    names = [element.id for element in target.elts if isinstance(element, ast.Name)]
    made = _elements(value, whole)
    if made is None or len(names) != len(target.elts) or len(names) != len(made) or len(set(names)) < len(names):
        return ""
    later = {name for at, name in enumerate(names) if any(name in _read_in(element) for element in made[at + 1 :])}
    kept = {name: whole.free(f"{name}_new") for name in names if name in later}
    each = [f"{kept.get(name, name)} = {ast.unparse(part)}" for name, part in zip(names, made, strict=True)]
    return "; ".join([*each, *(f"{name} = {new}" for name, new in kept.items())])


def _elements(value: ast.expr, whole: _Notebook) -> list[ast.expr] | None:
    match value:
        case ast.Call(func=ast.Name(id="list" | "tuple"), args=[inner], keywords=[]):
            return _elements(inner, whole)
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name() | ast.Attribute() as function, iterated], keywords=[]):
            given = _listed(iterated, whole)
            return None if given is None else [ast.Call(function, [element], []) for element in given]
        case ast.ListComp(elt=made, generators=[one]) | ast.GeneratorExp(elt=made, generators=[one]):
            given = _listed(one.iter, whole)
            if given is None or one.ifs or one.is_async or not isinstance(one.target, ast.Name):
                return None
            return _each(made, one.target.id, given)
        case ast.Call(func=ast.Name(id="map"), args=[ast.Lambda(args=parameters, body=made), iterated], keywords=[]):
            given = _listed(iterated, whole)
            alone = ast.unparse(parameters)
            return _each(made, alone, given) if given is not None and alone.isidentifier() else None
    return None


def _each(made: ast.expr, name: str, given: Sequence[ast.expr]) -> list[ast.expr] | None:
    """An expression with each of the elements in place of a variable."""
    if _in_a_scope(made, name):
        return None
    return [_Given(name, element).visit(_copy(made)) for element in given]


def _listed(iterated: ast.expr, whole: _Notebook) -> Sequence[ast.expr] | None:
    """The elements of a list that is written down, here or where its name is bound."""
    found: Sequence[ast.expr] | None = None
    if isinstance(iterated, ast.Tuple | ast.List):
        found = iterated.elts
    elif isinstance(iterated, ast.Name):
        found = whole.constants.get(iterated.id)
    if found is None or not 1 < len(found) <= MOST or any(isinstance(element, ast.Starred) for element in found):
        return None
    return found


def _in_a_scope(node: ast.expr, name: str) -> bool:
    """Whether a name is read by code that may run later, or where it may mean something else."""
    scopes = [child for child in ast.walk(node) if isinstance(child, (*SCOPES, ast.NamedExpr))]
    return any(name in _read_in(scope) for scope in scopes)


def _read_in(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


class _Given(ast.NodeTransformer):
    """Puts an expression in place of a variable."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self.name, self.value = name, value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace the variable."""
        return self.value if node.id == self.name else node


def _copy(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body


def _constants(trees: Sequence[ast.Module]) -> dict[str, Sequence[ast.expr]]:
    """The lists and tuples of constants that are bound to a name which nothing else binds or changes."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    stores: dict[str, int] = {}
    loads: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, ast.Name):
            counts = loads if isinstance(node.ctx, ast.Load) else stores
            counts[node.id] = counts.get(node.id, 0) + 1
    found: dict[str, Sequence[ast.expr]] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Tuple(elts=elements) | ast.List(elts=elements)):
                if stores[name] == 1 and loads.get(name) == 1 and all(isinstance(e, ast.Constant) for e in elements):
                    found[name] = elements
    return found


# ---------------------------------------------------------------------- tables in a dictionary or a list


def _named(statement: ast.Assign, whole: _Notebook) -> str:
    """The statements that give names to the tables which a dictionary or a list is made of; else nothing."""
    target, value = statement.targets[0], statement.value
    if not isinstance(target, ast.Name):
        return ""
    entries = _entries(value)
    if entries is None or len(entries) > MOST or not any(_reads_a_table(element) for _, element in entries):
        return ""
    before, parts = [], []
    for key, element in entries:
        text = ast.unparse(element)
        if _reads_a_table(element):
            name = whole.free(f"{target.id}_" + re.sub(r"\W", "_", str(key)))
            before.append(f"{name} = {text}")
            text = name
        parts.append(f"{key!r}: {text}" if not isinstance(value, ast.List | ast.Tuple) else text)
    brackets = "[{}]" if isinstance(value, ast.List) else "({})" if isinstance(value, ast.Tuple) else "{{{}}}"
    return "; ".join([*before, f"{target.id} = {brackets.format(', '.join(parts))}"])


def _entries(value: ast.expr) -> list[tuple[object, ast.expr]] | None:
    """Keys and values of what is written down as a dictionary, keys being constants; places for a list."""
    match value:
        case ast.Dict(keys=keys, values=values):
            told = [key.value for key in keys if isinstance(key, ast.Constant)]
            same = len(told) == len(keys) == len(set(told))
            return list(zip(told, values, strict=True)) if same else None
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=[_, *_] as given):
            return None if any(k.arg is None for k in given) else [(k.arg, k.value) for k in given]
        case ast.List(elts=[_, _, *_] as elements) | ast.Tuple(elts=[_, _, *_] as elements):
            return None if any(isinstance(e, ast.Starred) for e in elements) else list(enumerate(elements))
    return None


def _reads_a_table(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith(READS)
