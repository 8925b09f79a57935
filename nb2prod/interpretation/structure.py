"""Calls whose meaning is structural: splits, concatenation, table constructors, merges, grids of row numbers."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from nb2prod.interpretation import expressions, labels, statements
from nb2prod.interpretation.machine import Machine
from nb2prod.interpretation.sources import gathers_files, read_source
from nb2prod.interpretation.trace import Op, Sink
from nb2prod.interpretation.values import (
    EACH,
    MISSING,
    SINGLE,
    UNKNOWN,
    Value,
    combined_events,
    combined_taints,
    strongest,
)

if TYPE_CHECKING:
    from nb2prod.interpretation.calls import Arguments

PICKLERS = ("pickle", "joblib", "cPickle", "dill", "cloudpickle")
ROW_MAKERS = frozenset(
    [
        "range",
        "zeros",
        "ones",
        "full",
        "empty",
        "arange",
        "zeros_like",
        "ones_like",
        "full_like",
        "repeat",
        "tile",
        "date_range",
        "linspace",
        "Series",
    ]
)
COLUMN_AXES = (1, "columns", "axis=1")


def is_special(qualified: str) -> bool:
    """Whether a name belongs to the libraries whose calls are read here."""
    return qualified.partition(".")[0] in ("pandas", "numpy", "sklearn", "builtins", *PICKLERS)


def makes_rows(name: str) -> bool:
    """Whether a function called with a number of rows gives one value per row."""
    return name.rpartition(".")[2] in ROW_MAKERS


def train_test_split(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """Two parts of each array; arrays with the same rows share their parts."""
    parts: list[Value] = []
    made: dict[int | None, tuple[int, int]] = {}
    for value in given.positional:
        if value.relation != "rows":
            parts += [value, value]
            continue
        if value.rows not in made:
            parent = (value.rows,) if value.rows is not None else ()
            made[value.rows] = (
                machine.new_rows("part", parent, "train"),
                machine.new_rows("part", parent, "test"),
            )
        made_parts = [machine.fresh(value.but(rows=rows, items=None, literal=MISSING)) for rows in made[value.rows]]
        parts += made_parts
        places = [part.place for part in [*made_parts, value] if part.place is not None]
        for place in places:
            machine.siblings[place] = tuple(other for other in places if other != place)
    machine.note(node, Op("split", None, detail="train_test_split"), heavy=True)
    return Value(kind="list", relation="rows", rows=parts[0].rows if parts else None, items=tuple(enumerate(parts)))


def concat(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """``pd.concat`` and ``np.concatenate``: side by side, or one below the other."""
    if node.args and gathers_files(machine, node.args[0]):
        return read_source(machine, node)
    holder = machine.content(given.positional[0]) if given.positional else given.keywords.get("objs", UNKNOWN)
    values = [machine.content(value) for _, value in holder.items or ()]
    axis = given.get(1, "axis")
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    sideways = (axis is not None and axis.literal in COLUMN_AXES) or name in ("hstack", "column_stack", "c_")
    row_values = [value for value in values if value.relation == "rows"]
    kind = "array" if name in ("concatenate", "vstack", "hstack", "column_stack", "r_", "append") else "frame"
    if not row_values:
        return _unknown_parts(machine, node, holder, values, kind, sideways)
    if all(value.kind == "series" for value in values) and not sideways and kind == "frame":
        kind = "series"
    base = row_values[0]
    flat = name == "hstack" and all(value.kind in ("series", "list") for value in values)
    if sideways and not flat:
        machine.note(node, Op("col", base))
        if kind == "frame":
            labels.check(machine, node, row_values)
        return machine.fresh(_combined(kind, base.rows, values))
    parents = tuple(value.rows for value in row_values if value.rows is not None)
    rows = machine.new_rows("concat", parents, by=node)
    machine.note(node, Op("concat", base), heavy=True)
    return machine.fresh(_combined(kind, rows, values))


def _combined(kind: str, rows: int | None, values: list[Value]) -> Value:
    answer = next((value.answer for value in values if value.answer), None)
    return Value(
        kind=kind,
        relation="rows",
        rows=rows,
        taints=combined_taints(values),
        events=combined_events(values),
        answer=answer,
    )


def _unknown_parts(
    machine: Machine, node: ast.Call, holder: Value, values: list[Value], kind: str, sideways: bool
) -> Value:
    """A list whose elements are not known one by one."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if "each" in holder.taints and name in ("vstack", "column_stack"):
        machine.note(node, Op("map", holder))
        return machine.fresh(holder.but(kind="array", taints=holder.taints - EACH if sideways else holder.taints))
    if holder.relation == "rows" and holder.rows is not None:
        machine.note(node, Op("col" if sideways else "concat", holder), heavy=True)
        rows = holder.rows if sideways else machine.new_rows("concat", (holder.rows,))
        return machine.fresh(Value(kind=kind, relation="rows", rows=rows, taints=holder.taints, events=holder.events))
    base = strongest(values) or holder
    return machine.fresh(Value(kind=kind, relation=base.relation, rows=base.rows, taints=base.taints))


def table(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """``pd.DataFrame(...)`` and ``pd.Series(...)`` around existing values."""
    data = given.get(0, "data") or UNKNOWN
    index = given.get(1, "index")
    values = [value for name, value in given.keywords.items() if name not in ("columns", "dtype", "name")]
    values = [
        *given.positional[:1],
        *(v for v in values if v is not index),
        *([index] if index is not None else []),
    ]
    base = data if data.relation == "rows" else (strongest(values) or UNKNOWN)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "DataFrame")
    if base.relation == "rows":
        machine.note(node, Op("map", base))
    answer = data.answer
    if answer is None and data.events and node.args:
        answer = (machine.step, node.args[0], None)
    return machine.fresh(
        Value(
            kind="series" if name == "Series" else "frame",
            relation=base.relation,
            rows=base.rows,
            taints=combined_taints(values) | labels.numbered(machine, data, index),
            events=combined_events(values),
            answer=answer,
        )
    )


def merge(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """``pd.merge(left, right)``."""
    left, right = given.get(0, "left") or UNKNOWN, given.get(1, "right") or UNKNOWN
    return _merged(machine, node, left, right, given)


def merge_method(machine: Machine, node: ast.Call, owner: Value, given: Arguments) -> Value:
    """``left.merge(right)`` and ``left.join(right)``."""
    right = given.get(0, "right") or given.get(0, "other") or UNKNOWN
    return _merged(machine, node, owner, right, given)


def _merged(machine: Machine, node: ast.Call, left: Value, right: Value, given: Arguments) -> Value:
    same = left.rows == right.rows and left.relation == right.relation == "rows"
    if same:
        machine.note(node, Op("col", left))
        rows = left.rows
    else:
        machine.note(node, Op("join", left), heavy=True)
        rows = machine.new_rows("filter", (left.rows,) if left.rows else ()) if left.relation == "rows" else left.rows
    values = [left, right]
    return machine.fresh(
        Value(
            kind="frame", relation=left.relation if left.from_data else right.relation, rows=rows,
            taints=combined_taints(values), events=combined_events(values),
        )
    )  # fmt: skip


def append_method(machine: Machine, node: ast.Call, owner: Value, given: Arguments) -> Value:
    """``df.append(other)`` of old pandas: concatenation."""
    other = given.get(0, "other") or UNKNOWN
    values = [owner, *([machine.content(v) for _, v in other.items] if other.items else [other])]
    parents = tuple(value.rows for value in values if value.rows is not None)
    machine.note(node, Op("concat", owner, detail="append"), heavy=True)
    rows = machine.new_rows("concat", parents)
    base = strongest(values) or owner
    return machine.fresh(_combined(owner.kind, rows, values).but(relation=base.relation))


def copied(machine: Machine, node: ast.Call, owner: Value, given: Arguments) -> Value:
    """``df.copy()``: the same rows in a new object."""
    machine.note(node, Op("map", owner))
    return machine.fresh(owner)


def pair_up(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """``enumerate``, ``zip`` and ``dict.items`` over row values and lists of known elements."""
    values = [machine.content(value) for value in given.positional]
    name = getattr(node.func, "id", "")
    if name == "enumerate" and values and values[0].kind == "folds":
        values = values[:1]
    walked = next((v for v in values if (v.relation == "rows" and v.kind not in ("list", "dict")) or v.rows), None)
    if _neighbours_meet(machine, values):
        machine.note(node, Op("win", walked))
    lengths = {len(value.items) for value in values if value.items is not None}
    if values and all(value.items is not None for value in values) and len(lengths) == 1:
        return machine.fresh(_paired(name, values))
    if walked is not None and walked.kind not in ("frame", "groupby"):
        if walked.kind in SINGLE:
            return walked.but(kind="scalar", items=None, place=None)
        if name == "enumerate" and len(values) == 1:
            return _numbered(walked, expressions.element(walked, machine))
        return Value(kind="list", relation="rows", rows=walked.rows, taints=combined_taints(values))
    base = strongest(values) or UNKNOWN
    relation = "data" if base.relation == "rows" else base.relation
    return Value(kind="list", relation=relation, taints=combined_taints(values))


def _neighbours_meet(machine: Machine, values: list[Value]) -> bool:
    """``zip(v, v[1:])``: each row meets the one after it."""
    numbers = {value.rows for value in values if value.relation == "rows" and value.rows in machine.row_sets}
    cut = [machine.row_sets[number] for number in numbers if number is not None]
    return any(rows.side in ("head", "tail") and set(rows.parents) & numbers for rows in cut)


def _numbered(walked: Value, element: Value) -> Value:
    """``enumerate(rows)``: (position, element) pairs."""
    number = Value(kind="scalar", relation="rows", rows=walked.rows, taints=frozenset({"position"}))
    pair = Value(kind="tuple", relation="rows", rows=walked.rows, items=((0, number), (1, element)))
    return Value(kind="pairs", relation="rows", rows=walked.rows, items=((0, pair),))


def _paired(name: str, values: list[Value]) -> Value:
    columns = [[item for _, item in value.items or ()] for value in values]
    if name == "enumerate":
        folds = values[0].kind == "folds"  # one element stands for all of them
        columns = [
            [Value(kind="scalar", literal=MISSING if folds else at) for at in range(len(columns[0]))],
            columns[0],
        ]
    pairs = [tuple(enumerate(parts)) for parts in zip(*columns, strict=True)]
    base = strongest([v for column in columns for v in column]) or UNKNOWN
    items = tuple((at, Value(kind="tuple", relation=base.relation, items=pair)) for at, pair in enumerate(pairs))
    kind = "folds" if any(value.kind == "folds" for value in values) else "list"
    return Value(kind=kind, relation=base.relation, rows=base.rows, items=items)


def as_list(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """``list(x)``: a list of its own, which later calls may change."""
    if not given.positional:
        return machine.fresh(Value(kind="list", items=()))
    value = machine.content(given.positional[0])
    if value.kind in ("folds", "pairs", "groupby") or (value.kind == "tuple" and value.relation == "rows"):
        return machine.fresh(value)
    if value.relation == "rows" and value.kind == "frame":
        machine.note(node, Op("meta", value))
        return machine.fresh(Value(kind="list", relation="data", taints=frozenset({"meta"})))
    if value.relation == "rows":
        machine.note(node, Op("map", value))
    items = value.items
    if value.kind == "dict" and items is not None:
        items = tuple((at, Value(kind="scalar", literal=key)) for at, (key, _) in enumerate(items))
    return machine.fresh(value.but(kind="list", items=items, literal=MISSING, owner=None))


def dict_items(machine: Machine, node: ast.Call, owner: Value, given: Arguments) -> Value:
    """``models.items()``, ``.values()``, ``.keys()`` of a dict whose elements are known."""
    assert isinstance(node.func, ast.Attribute)
    name = node.func.attr
    if owner.items is None:
        relation = owner.relation if owner.relation != "rows" else "data"
        return Value(kind="list", relation=relation, taints=owner.taints, owner=_walked_element(name, owner))
    keys = [Value(kind="str" if isinstance(key, str) else "scalar", literal=key) for key, _ in owner.items]
    values = [value for _, value in owner.items]
    if name == "keys":
        return Value(kind="list", items=tuple(enumerate(keys)))
    if name == "values":
        return Value(kind="list", relation=owner.relation, items=tuple(enumerate(values)))
    pairs = [
        Value(kind="tuple", relation=value.relation, items=((0, key), (1, value)))
        for key, value in zip(keys, values, strict=True)
    ]
    return Value(kind="list", relation=owner.relation, items=tuple(enumerate(pairs)))


def _walked_element(name: str, owner: Value) -> Value | None:
    """What a walk over a dict of estimators meets: keys, estimators, or pairs of both."""
    if owner.owner is None or name == "keys":
        return None
    if name == "values":
        return owner.owner
    return Value(kind="tuple", relation="data", items=((0, Value(kind="str", relation="data")), (1, owner.owner)))


def aligned(machine: Machine, node: ast.Call, owner: Value, given: Arguments) -> Value:
    """``a.align(b, axis=1)``: both tables, with the same columns."""
    other, axis = given.get(0, "other") or UNKNOWN, given.get(2, "axis")
    if axis is None or axis.literal not in COLUMN_AXES or other.relation != "rows":
        return Value(kind="any", relation="rows", rows=owner.rows, taints=frozenset({"unknown"}))
    parts = [machine.fresh(value.but(items=None, literal=MISSING)) for value in (owner, other)]
    machine.note(node, Op("col", owner, detail="align"), heavy=True)
    return Value(kind="tuple", relation="rows", rows=owner.rows, items=tuple(enumerate(parts)))


def iterate_rows(machine: Machine, node: ast.Call, owner: Value, given: Arguments) -> Value:
    """``df.iterrows()`` and ``df.itertuples()``: (label, row) pairs."""
    assert isinstance(node.func, ast.Attribute)
    row = Value(kind="row", relation="rows", rows=owner.rows, taints=owner.taints)
    label = Value(kind="scalar", relation="rows", rows=owner.rows, taints=frozenset({"label"}))
    machine.note(node, Op("map", owner))
    if node.func.attr == "itertuples":
        return Value(kind="list", relation="rows", rows=owner.rows, owner=row)
    pair = Value(kind="tuple", relation="rows", rows=owner.rows, items=((0, label), (1, row)))
    return Value(kind="pairs", relation="rows", rows=owner.rows, items=((0, pair),))


def splitter(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """``KFold(...)`` and its relatives."""
    return Value(kind="splitter")


def split_folds(machine: Machine, node: ast.Call, owner: Value, given: Arguments) -> Value:
    """``KFold.split(X, y)``: pairs of row numbers, one pair for each fold."""
    features = given.get(0, "X")
    parents = (features.rows,) if features is not None and features.rows else ()
    machine.note(node, Op("split", features), heavy=True)
    train = Value(kind="index", relation="rows", rows=machine.new_rows("part", parents, "train"))
    test = Value(kind="index", relation="rows", rows=machine.new_rows("part", parents, "test"))
    pair = Value(kind="tuple", relation="data", items=((0, train), (1, test)))
    return Value(kind="folds", relation="data", items=((0, pair),))


def opened(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """``open(path)``: a file that remembers its path."""
    path = given.get(0, "file")
    return Value(kind="file", literal=path.literal if path is not None else MISSING)


def dumped(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """``pickle.dump(model, file)``: the object is saved, and may be loaded again below."""
    value, path = (
        given.get(0, "obj") or given.get(0, "value"),
        given.get(1, "file") or given.get(1, "filename"),
    )
    if value is None:
        return Value(kind="none", literal=None)
    for found in [value, *(machine.content(item) for _, item in value.items or ())]:
        if found.kind == "estimator":
            machine.sinks.append(Sink("save", machine.step, node.args[0] if node.args else node, found))
    if path is not None and isinstance(path.literal, str) and node.args:
        name = _name_of_saved(machine, node.args[0])
        if name in machine.memory.names:
            machine.saved[path.literal] = (name, machine.memory.names[name])
    machine.note(node, Op("io_write", value), heavy=value.from_data)
    return Value(kind="none", literal=None)


def _name_of_saved(machine: Machine, node: ast.expr) -> str:
    """The variable that is saved; an expression gets one."""
    if isinstance(node, ast.Name):
        return machine.emitted(node.id)
    name = machine.unique_for(machine.step, "saved")
    statements.bind_step(machine, name, node, machine.context, machine.context)
    return name


def loaded(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """``pickle.load(file)`` of what this notebook has saved: the very object."""
    path = given.get(0, "file") or given.get(0, "filename")
    known = machine.saved.get(path.literal) if path is not None and isinstance(path.literal, str) else None
    if known is None:
        return machine.fresh(Value(kind="estimator" if path is not None else "any", relation="data"))
    name, binding = known
    value = machine.content(binding.value)
    if machine.memory.names.get(name) == binding:
        machine.step.inlined[node] = (name, value)
        machine.step.deps[node] = binding.steps | machine.writers(value)
    return value


SPLITTERS = [
    "KFold",
    "StratifiedKFold",
    "GroupKFold",
    "RepeatedKFold",
    "RepeatedStratifiedKFold",
    "ShuffleSplit",
    "StratifiedShuffleSplit",
    "TimeSeriesSplit",
    "StratifiedGroupKFold",
    "GroupShuffleSplit",
    "LeaveOneOut",
]

Special = Callable[[Machine, ast.Call, "Arguments"], Value]
Method = Callable[[Machine, ast.Call, Value, "Arguments"], Value]

SPECIAL: dict[str, Special] = {
    "train_test_split": train_test_split,
    "concat": concat,
    "concatenate": concat,
    "vstack": concat,
    "hstack": concat,
    "column_stack": concat,
    "DataFrame": table,
    "Series": table,
    "merge": merge,
    "list": as_list,
    "enumerate": pair_up,
    "zip": pair_up,
    "open": opened,
    "dump": dumped,
    "load": loaded,
    **dict.fromkeys(SPLITTERS, splitter),
}
METHODS: dict[str, tuple[frozenset[str], Method]] = {
    "split": (frozenset({"splitter"}), split_folds),
    "merge": (frozenset({"frame", "any"}), merge_method),
    "join": (frozenset({"frame"}), merge_method),
    "append": (frozenset({"frame", "series"}), append_method),
    "align": (frozenset({"frame"}), aligned),
    "copy": (frozenset({"frame", "series", "array"}), copied),
    "items": (frozenset({"dict"}), dict_items),
    "values": (frozenset({"dict"}), dict_items),
    "keys": (frozenset({"dict"}), dict_items),
    "iterrows": (frozenset({"frame", "any"}), iterate_rows),
    "itertuples": (frozenset({"frame", "any"}), iterate_rows),
}
