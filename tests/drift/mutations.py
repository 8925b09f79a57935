"""Edits of notebooks, drawn from a seed: cosmetic ones that must not matter, and changes of the code that may.

Input: a notebook as data and a `random.Random`. Output: another notebook as data. A cosmetic edit never touches
what the package came from; a change of code edits one place of one cell, and whether it changes a prediction
is for a run of the notebook to say.
"""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable, Collection, Iterator
from functools import partial
from random import Random
from typing import Any

from nb2prod.reading.magics import neutralise, parse

Notebook = dict[str, Any]
CosmeticEdit = Callable[[Notebook, Collection[int], Random], None]
"""An edit in place; the numbers are those of the cells that were dropped."""


def text_of(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return "".join(source) if isinstance(source, list) else str(source)


def code_cells(notebook: Notebook) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


# ---------------------------------------------------------------------- cosmetic


def run_again(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    for cell in code_cells(notebook):
        cell["execution_count"] = random.choice([None, random.randint(1, 999)])
        text = f"{random.random()}\n"
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}] * random.randint(0, 2)


def change_metadata(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    notebook["metadata"] = {"kernelspec": {"name": "python3", "display_name": str(random.random())}}
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"x{number}-{random.randint(0, 999)}"
        cell["metadata"] = {"collapsed": True, "tags": ["slow"], "ExecuteTime": {"start_time": "now"}}


def comment(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    for cell in random.sample(code_cells(notebook), 5):
        lines = text_of(cell).split("\n")
        if parse(text_of(cell)) is not None and "'''" not in text_of(cell) and '"""' not in text_of(cell):
            cell["source"] = "\n".join(["# a remark", *lines, "", "# another   "])


def reformat(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    for cell in random.sample(code_cells(notebook), 5):
        tree = parse(text_of(cell))
        if tree is not None and tree.body:
            cell["source"] = ast.unparse(tree).splitlines(keepends=True)


def white_space(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    for cell in code_cells(notebook):
        text = text_of(cell)
        cell["source"] = random.choice([text, f"\n{text}\n\n", text.replace("\n", "\r\n")])


def write_prose(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = random.choice([text_of(cell), "# Another heading\n\ntext", "no heading"])


def look_again(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    looks = ["print('hello')", "import matplotlib.pyplot as plt\nplt.figure()", "1 + 1", "%matplotlib inline", ""]
    cell = {"cell_type": "code", "source": random.choice(looks), "metadata": {}, "outputs": []}
    notebook["cells"].insert(random.randint(0, len(notebook["cells"])), {**cell, "execution_count": None})


def insert_prose(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    cell = {"cell_type": random.choice(["markdown", "raw"]), "source": "## New\n", "metadata": {}}
    notebook["cells"].insert(random.randint(0, len(notebook["cells"])), cell)


def edit_dropped(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    cell = notebook["cells"][random.choice(sorted(dropped)) - 1]
    tree = ast.parse(neutralise(text_of(cell)).source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            node.value = f"{node.value} again"
    cell["source"] = ast.unparse(tree) + "\nprint('looked')"


def delete_dropped(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    del notebook["cells"][random.choice(sorted(dropped)) - 1]


def split_cell(notebook: Notebook, dropped: Collection[int], random: Random) -> None:
    long = [cell for cell in code_cells(notebook) if len(getattr(parse(text_of(cell)), "body", ())) > 2]
    cell = random.choice(long)
    body = ast.parse(text_of(cell)).body
    cut = random.randint(1, len(body) - 1)
    parts = ["\n".join(map(ast.unparse, part)) for part in (body[:cut], body[cut:])]
    place = notebook["cells"].index(cell)
    notebook["cells"][place : place + 1] = [{**cell, "source": part} for part in parts]


COSMETIC: tuple[CosmeticEdit, ...] = (
    run_again,
    change_metadata,
    comment,
    reformat,
    white_space,
    write_prose,
    edit_dropped,  # from here on the cells change their numbers, so at most one of these
    delete_dropped,
    look_again,
    insert_prose,
    split_cell,
)
RENUMBERING = 6


def cosmetic(notebook: Notebook, dropped: Collection[int], random: Random) -> Notebook:
    """Draw up to three edits of looks and at most one of what was dropped, and do them."""
    edited = copy.deepcopy(notebook)
    edits = random.sample(COSMETIC[:RENUMBERING], random.randint(0, 3))
    for edit in (*edits, random.choice(COSMETIC[RENUMBERING:])):
        edit(edited, dropped, random)
    return edited


def stored(notebook: Notebook, random: Random) -> bytes:
    """Write a notebook as one of many tools would."""
    return json.dumps(notebook, indent=random.choice([None, 1, 2]), ensure_ascii=random.random() < 0.5).encode()


# ---------------------------------------------------------------------- changes of code


def change_notebook(notebook: Notebook, random: Random, numbers: Collection[int] = ()) -> Notebook:
    """Change one place in the code of one cell (of these numbers), or take a cell out, move it or run it twice."""
    if random.random() < 0.75:
        return change_code(notebook, random, numbers)
    cells = list(notebook["cells"])
    code = [at for at, cell in enumerate(cells) if cell["cell_type"] == "code" and (not numbers or at + 1 in numbers)]
    at = random.choice(code)
    kind = random.choice(["deleted", "moved", "repeated"])
    cell = cells.pop(at) if kind != "repeated" else cells[at]
    if kind != "deleted":
        cells.insert(random.randint(max(0, at - 8), min(len(cells), at + 8)), copy.deepcopy(cell))
    return {**notebook, "cells": cells}


def change_code(notebook: Notebook, random: Random, numbers: Collection[int] = ()) -> Notebook:
    """Change one place in the code of one cell (of these numbers)."""
    cells = [
        cell
        for number, cell in enumerate(notebook["cells"], start=1)
        if cell["cell_type"] == "code" and (not numbers or number in numbers)
    ]
    while True:
        chosen = random.choice(cells)
        tree = copy.deepcopy(parse(neutralise(text_of(chosen)).source))  # parsed once for all who ask
        places = list(_places(tree)) if tree is not None else []
        if places:
            random.choice(places)(random)
            changed = {**chosen, "source": ast.unparse(ast.fix_missing_locations(tree or ast.Module([], [])))}
            return {**notebook, "cells": [changed if cell is chosen else cell for cell in notebook["cells"]]}


def _places(tree: ast.AST) -> Iterator[Callable[[Random], None]]:
    for node in ast.walk(tree):
        for kind, (changeable, change) in CHANGES.items():
            if isinstance(node, kind) and changeable(node):
                # Most texts are names of columns, and most changes of those only break the notebook.
                text = isinstance(node, ast.Constant) and isinstance(node.value, str)
                yield from [partial(change, node)] * (1 if text else 6)
        body = getattr(node, "body", None)
        if isinstance(body, list) and body:
            yield from [partial(_change_body, body)] * 2


def _change_constant(node: ast.Constant, random: Random) -> None:
    match node.value:
        case bool():
            node.value = not node.value
        case int():
            node.value = random.choice([node.value + 1, node.value + 7, node.value * 3, node.value // 2])
        case float():
            node.value = node.value * random.choice([0.1, 0.5, 2.0])
        case str():
            node.value = random.choice([f"{node.value}x", node.value[:-1]])


def _change_operator(node: ast.BinOp, random: Random) -> None:
    node.op = random.choice([op for op in (ast.Add(), ast.Sub(), ast.Mult()) if type(op) is not type(node.op)])


def _change_comparison(node: ast.Compare, random: Random) -> None:
    others = (ast.Lt(), ast.Gt(), ast.GtE(), ast.Eq(), ast.NotEq())
    node.ops[0] = random.choice([op for op in others if type(op) is not type(node.ops[0])])


def _change_method(node: ast.Attribute, random: Random) -> None:
    node.attr = SWAPS[node.attr]


def _change_call(node: ast.Call, random: Random) -> None:
    node.keywords.pop(random.randrange(len(node.keywords)))


def _change_list(node: ast.List | ast.Dict | ast.Tuple, random: Random) -> None:
    values = node.keys if isinstance(node, ast.Dict) else node.elts
    place = random.randrange(len(values))
    values.pop(place)
    if isinstance(node, ast.Dict):
        node.values.pop(place)


def _change_value(node: ast.Assign, random: Random) -> None:
    """Leave out the last call of a chain, or do something to the value."""
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and random.random() < 0.4:
        node.value = value.func.value
        return
    wrapped = ast.unparse(value)
    forms = ["({}) * 3", "({}) + 1", "({})[::-1]", "({}).iloc[40:]", "({}).fillna(1)", "({}).sample(frac=1).values"]
    node.value = ast.parse(random.choice(forms).format(wrapped), mode="eval").body


def _change_body(body: list[ast.stmt], random: Random) -> None:
    place = random.randrange(len(body))
    if random.random() < 0.5 and len(body) > 1:
        body[place - 1], body[place] = body[place], body[place - 1]
    else:
        body[place] = ast.Pass()


def _is_long(node: ast.List | ast.Dict | ast.Tuple) -> bool:
    values = node.keys if isinstance(node, ast.Dict) else node.elts
    return len(values) > 1 and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


_PAIRS = (("mean", "median"), ("max", "min"), ("lower", "upper"), ("log1p", "sqrt"), ("sum", "mean"))
SWAPS = {**{b: a for a, b in _PAIRS}, **dict(_PAIRS)}
CHANGES: dict[Any, tuple[Callable[[Any], bool], Callable[[Any, Random], None]]] = {
    ast.Constant: (lambda node: isinstance(node.value, bool | int | float | str), _change_constant),
    ast.BinOp: (lambda node: True, _change_operator),
    ast.Compare: (lambda node: True, _change_comparison),
    ast.Attribute: (lambda node: node.attr in SWAPS, _change_method),
    ast.Call: (lambda node: bool(node.keywords), _change_call),
    ast.Assign: (lambda node: True, _change_value),
    (ast.List, ast.Dict, ast.Tuple): (_is_long, _change_list),
}
