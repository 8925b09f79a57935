"""Digests of code that say whether it means the same, whatever it looks like.

Input: the cells of a notebook, a program, or a generated package. Output: hexadecimal digests. Comments, white
space, quotes, docstrings, magics, outputs and cell numbers do not enter them; code, directives and, where the
notebook can only run in the order of its counts, that order do. Refuses nothing and runs nothing.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from nb2prod.upkeep.manifest import digest

if TYPE_CHECKING:
    from nb2prod.generation.plan import Plan
    from nb2prod.reading.notebook import Notebook
    from nb2prod.reading.syntax import CodeCell, Program

SAID_ONLY = frozenset(
    {
        "dependencies",
        "dropped",
        "functions",
        "limits",
        "model_choice",
        "modules",
        "nb2prod_version",
        "notebook",
        "notebook_digest",
        "package",
        "requires_python",
        "state",
        "title",
        "warnings",
    }
)
"""What the templates say of a package in words; the modules are compared by themselves."""
ORDER_FAULTS = frozenset({"NB205", "NB206"})
"""The findings of a notebook that cannot run as stored, so that its counts matter."""
Source = tuple[str, tuple[str, ...], int | None]
"""The text of a code cell, its tags, and its execution count."""


class CellCode(NamedTuple):
    """A code cell: its number, the digest of its code, the heading above it."""

    number: int
    digest: str
    heading: str


# ---------------------------------------------------------------------- the text of a notebook


def counted(notebook: Notebook) -> bool:
    """Tell whether the execution counts of a notebook have a say in the order of its cells."""
    return any(found.code in ORDER_FAULTS for found in notebook.diagnostics)


def sources_of(notebook: Notebook) -> list[Source]:
    """Give the code cells of a notebook as stored."""
    return [
        (cell.source, tuple(sorted(cell.tags)), cell.execution_count) for cell in notebook.cells if cell.kind == "code"
    ]


def stored_sources(data: bytes) -> list[Source] | None:
    """Give the code cells of a notebook file of format 4; None where a closer look is needed."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.get("nbformat") != 4:
        return None
    cells = content.get("cells")
    found = [_source(cell) for cell in cells] if isinstance(cells, list) else [None]
    return None if None in found else [source for source in found if source]


def _source(cell: object) -> Source | tuple[()] | None:
    """Give nothing for a cell without code, None for one that is odd."""
    if not isinstance(cell, dict):
        return None
    metadata = cell.get("metadata") or {}
    if cell.get("cell_type") != "code":
        return () if cell.get("cell_type") in ("markdown", "raw") else None
    if not isinstance(metadata, dict) or "vscode" in metadata:
        return None
    source, tags, count = cell.get("source"), metadata.get("tags") or [], cell.get("execution_count")
    if not _texts(tags) or not (isinstance(source, str) or _texts(source)):
        return None
    if count is not None and type(count) is not int:
        return None
    text = "".join(source) if isinstance(source, list) else source
    return text.replace("\r\n", "\n").replace("\r", "\n"), tuple(sorted(set(tags))), count


def _texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def sources_digest(sources: Iterable[Source], counts: bool) -> str:
    """Digest the code cells as stored, comments and all; of the counts at most their order."""
    cells = list(sources)
    ranks = {count: rank for rank, count in enumerate(sorted({cell[2] for cell in cells if cell[2] is not None}))}
    parts = [
        [
            text,
            [tag for tag in tags if _says_something(tag)],
            ranks.get(count) if counts and count is not None else None,
        ]
        for text, tags, count in cells
    ]
    return digest(json.dumps(parts).encode())


def _says_something(tag: str) -> bool:
    return tag == "parameters" or "nb2prod:" in tag


# ---------------------------------------------------------------------- the meaning of a program


def cells_of(program: Program) -> list[CellCode]:
    """Give the digest of every cell that has code, in reading order."""
    found = ((cell, list(_cell_code(cell))) for cell in program.cells)
    return [CellCode(cell.number, digest("\n".join(code).encode())[:16], cell.heading) for cell, code in found if code]


def program_digest(program: Program) -> str:
    """Digest the statements of a program, however they are spread over its cells."""
    parts = [*(line for cell in program.cells for line in _cell_code(cell)), *program.requirements]
    return digest("\n".join([*parts, *(repr(written) for written in program.written)]).encode())


def _cell_code(cell: CodeCell) -> Iterator[str]:
    directives = " ".join(sorted(cell.directives))
    for statement in cell.body:
        if text := code_text([statement]):
            yield f"{directives}:{text}"


def code_text(body: Iterable[ast.stmt]) -> str:
    """Write statements in one way for all versions of Python: node names and values in order.

    Iterative, because the nesting of a notebook's code has no bound.
    """
    words: list[str] = []
    pending: list[object] = [list(body)]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            kept = [(None,) if child is None else child for child in item if not _is_docstring(child)]
            pending += [")", *reversed(kept), "("] if kept else []
        elif isinstance(item, ast.AST):
            words.append(type(item).__name__)
            pending.extend(_fields(item))
        else:
            words.append(_word(item))
    return " ".join(words)


def _fields(node: ast.AST) -> list[object]:
    if isinstance(node, ast.Constant):
        return [("value", node.value)]
    found: list[object] = [")"]
    for name, value in reversed(list(ast.iter_fields(node))):
        if name not in ("ctx", "kind", "type_comment") and value is not None and value != []:
            found += [value if isinstance(value, list | ast.AST) else (name, value), (name,)]
    return [*found, "("]


def _word(item: object) -> str:
    if isinstance(item, str):
        return item
    match item:
        case (_, bool()):
            return repr(item)
        case (_, int() as number):
            return hex(number)  # a decimal text of a long number is refused by Python itself
    return repr(item)


def _is_docstring(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


# ---------------------------------------------------------------------- the meaning of a package


def module_digests(plan: Plan) -> dict[str, str]:
    """Digest the code of every generated module."""
    texts: Mapping[str, str] = {**plan.texts, **plan.written}
    return {name: digest(code_text(_without_idle_imports(text)).encode()) for name, text in sorted(texts.items())}


def _without_idle_imports(text: str) -> list[ast.stmt]:
    """Parse a module, and drop the imports that ruff will drop; they follow what the notebook imports for looks."""
    body = ast.parse(text).body
    used = {node.id for statement in body for node in ast.walk(statement) if isinstance(node, ast.Name)}
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom) and not _switches(statement):
            statement.names = [alias for alias in statement.names if _bound(alias) in used]
    return [statement for statement in body if getattr(statement, "names", True)]


def _switches(statement: ast.Import | ast.ImportFrom) -> bool:
    """Tell whether an import only switches something on."""
    return isinstance(statement, ast.ImportFrom) and statement.module == "sklearn.experimental"


def _bound(alias: ast.alias) -> str:
    return (alias.asname or alias.name).partition(".")[0]


def settings_digest(plan: Plan) -> str:
    """Digest what the templates are told besides the modules: sources, options, kinds, pinned libraries."""
    from nb2prod.generation.package import context_of

    told: dict[str, Any] = {key: value for key, value in context_of(plan).items() if key not in SAID_ONLY}
    told["pinned"] = [name for name in plan.dependencies if name in plan.stated]
    return digest(json.dumps(told, sort_keys=True, default=repr).encode())
