"""Evaluate expressions abstractly: values, reaching definitions and row treatment of every node."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence

from nb2prod.interpretation import calls, hidden, passed_on
from nb2prod.interpretation.machine import Machine
from nb2prod.interpretation.sources import FEATURES_AND_TARGET
from nb2prod.interpretation.trace import Event, Op, Source
from nb2prod.interpretation.values import (
    EACH,
    MISSING,
    NONE,
    SINGLE,
    UNKNOWN,
    Function,
    Value,
    combined_events,
    combined_taints,
    events_in,
    strongest,
)
from nb2prod.reading.scopes import free_names

ROW_KINDS = frozenset({"frame", "series", "array", "sparse", "index", "list", "any"})
ACCESSORS = {"str": "series.str", "dt": "series.dt", "cat": "series.cat", "sparse": "accessor"}
INDEXERS = frozenset({"loc", "iloc", "ix", "at", "iat"})
ESTIMATOR_ROW_ATTRIBUTES = frozenset({"labels_", "row_labels_", "oob_prediction_", "fittedvalues"})
OBJECTS = frozenset({"frame", "series", "array", "sparse", "estimator"})
"""Kinds of values that are no None, unless a branch left them so."""


def evaluate(machine: Machine, node: ast.expr) -> Value:
    """Evaluate one expression in the current step; the value is recorded for the node."""
    handler = _EVALUATORS.get(type(node), _evaluate_other)
    value = handler(machine, node)
    machine.step.values[node] = value
    return value


def combine(values: list[Value], kind: str | None = None) -> Value:
    """The value of an element-wise operation on several operands."""
    base = strongest(values)
    if base is None:
        return Value(kind=kind or "any")
    return Value(
        kind=kind or base.kind,
        relation=base.relation,
        rows=base.rows,
        taints=combined_taints(values),
        events=combined_events(values),
    )


def _name(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.Name)
    value = machine.read(node)
    if value is UNKNOWN and machine.emitted(node.id) not in machine.memory.names and node.id not in machine.local:
        return _outer_name(machine, node)
    if value.function is not None and isinstance(value.function.node, ast.Lambda):
        hidden.rebound(machine, node, value.function)
    if value.function is not None and isinstance(value.function.node, ast.FunctionDef):
        machine.step.free[node] = calls.free_definitions(machine, value.function)
    return value


def _outer_name(machine: Machine, node: ast.Name) -> Value:
    """A name that the notebook does not bind: from a star import, or a builtin."""
    for module, step in reversed(machine.stars):
        qualified = f"{module}.{node.id}"
        if _brings(machine, qualified):
            machine.step.deps[node] = frozenset({step})
            return Value(kind="class" if node.id[:1].isupper() else "function", qualified=qualified)
    if hasattr(builtins, node.id):
        return Value(kind="function", qualified=f"builtins.{node.id}")
    machine.step.deps[node] = star_imports(machine, node.id)
    for module, _ in reversed(machine.stars):
        if machine.facts.estimator(f"{module}.{node.id}") is not None:
            return Value(kind="class", qualified=f"{module}.{node.id}")
    return UNKNOWN


def star_imports(machine: Machine, name: str) -> frozenset[int]:
    """The star imports that may bring a name which nothing else binds."""
    if not machine.stars or hasattr(builtins, name):
        return frozenset()
    exact = [step for module, step in machine.stars if _brings(machine, f"{module}.{name}")]
    return frozenset(exact[-1:] or [step for _, step in machine.stars])


def _brings(machine: Machine, qualified: str) -> bool:
    return machine.facts.has_estimator(qualified) or _has_row(machine, qualified)


def _has_row(machine: Machine, qualified: str) -> bool:
    owner, _, name = qualified.rpartition(".")
    return name in machine.facts.rows.facts.get(owner, {})


def _constant(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.Constant)
    if node.value is None:
        return NONE
    return Value(kind="str" if isinstance(node.value, str) else "scalar", literal=node.value)


def _attribute(machine: Machine, node: ast.expr) -> Value:  # noqa: C901, PLR0912 - one branch for each kind of owner
    assert isinstance(node, ast.Attribute)
    owner = evaluate(machine, node.value)
    name = node.attr
    if owner.kind in ("module", "class") and owner.qualified:
        return calls.module_attribute(machine, f"{owner.qualified}.{name}", node)
    if owner.kind == "estimator":
        return _estimator_attribute(machine, node, owner)
    if owner.kind == "bunch":
        return _bunch_item(machine, node, owner, name)
    passed_on.taken_method(machine, node, owner)
    if name in ACCESSORS and owner.kind in ("series", "index", "any"):
        return owner.but(kind=ACCESSORS[name], owner=owner, place=None)
    if name in INDEXERS:
        return owner.but(kind=f"indexer.{name}", owner=owner, place=None)
    if name == "T" and owner.kind in ("frame", "array", "any"):
        machine.note(node, Op("map", owner))
        return machine.share(machine.fresh(owner.but(taints=owner.taints - EACH)), [owner])
    fact = machine.facts.method(owner.kind, name)
    known = _known_column(owner, name)
    if known is not None:
        return known
    if owner.kind == "frame" and (fact is None or owner.relation == "const"):
        if fact is None:
            machine.note(node, Op("col", owner))
            return machine.fresh(owner.but(kind="series", items=None, answer=None, events=events_in(owner, name)))
    if owner.kind in ("frame", "series", "array", "index", "groupby", "any") and fact is not None:
        return _property(machine, node, owner, fact.relation, fact.returns)
    if owner.kind.startswith("series.") and fact is not None and owner.relation == "rows":
        machine.note(node, Op(fact.relation, owner, fact), heavy=fact.relation in calls.HEAVY)
        if fact.relation in ("agg", "meta"):
            return Value(kind="any", relation="data")
        return machine.fresh(owner.but(kind="series", owner=None, items=None, literal=MISSING))
    if owner.kind == "groupby" and fact is None:
        return owner.but(owner=owner.owner)
    return owner.but(kind="any", literal=MISSING, items=None, place=None, function=None)


def _known_column(owner: Value, name: str) -> Value | None:
    if owner.kind != "instance" or owner.items is None:
        return None
    return next((value for key, value in owner.items if key == name), None)


def _property(machine: Machine, node: ast.Attribute, owner: Value, relation: str, returns: str) -> Value:
    """``df.columns``, ``df.shape``, ``s.values``: attributes that describe or convert."""
    value = _described(machine, node, owner, relation, returns)
    return machine.share(value, [owner]) if node.attr in hidden.VIEWS else value


def _described(machine: Machine, node: ast.Attribute, owner: Value, relation: str, returns: str) -> Value:
    if relation in ("agg", "meta") and owner.relation == "rows":
        machine.note(node, Op("meta", owner), heavy=True)
        kind = returns if returns not in ("any", "same", "arg") else "any"
        taint = frozenset({"meta"}) | ({"size"} if node.attr in ("shape", "size", "index") else frozenset())
        index = node.attr in ("index",)
        return Value(
            kind="index" if index else ("tuple" if node.attr == "shape" else kind),
            relation="rows" if index else "data",
            rows=owner.rows if index or "size" in taint else None,
            taints=(taint - {"meta"}) | {"label"} if index else taint,
        )
    if owner.relation == "rows" and relation in ("map", "col", "const", "fit"):
        machine.note(node, Op(relation if relation != "const" else "map", owner))
        kind = owner.kind if returns in ("same", "any") else returns
        value = owner.but(kind=kind, items=None, literal=MISSING)
        return value if kind == owner.kind else machine.fresh(value)
    described = owner.but(kind="any" if returns in ("same", "any") else returns, literal=MISSING, items=None)
    return described if node.attr == "values" and owner.place is not None else machine.fresh(described)


def _estimator_attribute(machine: Machine, node: ast.Attribute, owner: Value) -> Value:
    if node.attr in ESTIMATOR_ROW_ATTRIBUTES and owner.rows is not None:
        event = Event(len(machine.events), machine.step, node, "labels_", owner, node.value, None, owner.rows)
        machine.events.append(event)
        fact = machine.facts.estimator(owner.qualified)
        lost = fact is not None and fact.no_predict
        machine.note(
            node, Op("refuse" if lost else "predict", owner, detail="NB404" if lost else str(event.number)), True
        )
        return machine.fresh(Value(kind="array", relation="rows", rows=owner.rows, events=frozenset({event.number})))
    if node.attr == "resid" and owner.rows is not None:
        machine.note(node, Op("refuse", owner, detail="NB404"), heavy=True)
        return machine.fresh(Value(kind="array", relation="rows", rows=owner.rows, taints=frozenset({"target"})))
    kind = "estimator" if node.attr.endswith("estimator_") or node.attr in ("model", "best_model") else "any"
    return owner.but(kind=kind, items=None, literal=MISSING, place=owner.place if kind == "estimator" else None)


def _bunch_item(machine: Machine, node: ast.expr, owner: Value, name: str) -> Value:
    """``load_iris().data``: the array whose rows are the raw rows."""
    if name in ("data", "frame", "images", "target"):
        table = name == "frame" or (name == "data" and "as_frame" in owner.names)
        kind = "frame" if table else ("series" if name == "target" else "array")
        rows = owner.rows
        value = machine.fresh(Value(kind=kind, relation="rows", rows=rows))
        if name != "target":
            source = Source(len(machine.sources), machine.step, node, value)
            machine.sources.append(source)
            machine.note(node, Op("source", owner, detail=str(source.number)), heavy=True)
        else:
            machine.note(node, Op("col", owner))
        return value
    return Value(kind="list", relation="data")


def _part_of_bunch(owner: Value, index: Value) -> str | None:
    """``wine["data"]``; with ``return_X_y=True`` the features are ``wine[0]`` and the target ``wine[1]``."""
    if owner.kind != "bunch":
        return None
    if FEATURES_AND_TARGET in owner.names:
        return {0: "data", 1: "target"}.get(index.literal) if isinstance(index.literal, int) else None
    return index.literal if isinstance(index.literal, str) else None


def _subscript(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.Subscript)
    owner = evaluate(machine, node.value)
    index = evaluate(machine, node.slice)
    item = _known_item(owner, index)
    if item is not None:
        return machine.content(item)
    table = _part_of_bunch(owner, index)
    if table is not None:
        return _bunch_item(machine, node, owner, table)
    if owner.relation != "rows":
        part = _plain_subscript(owner, index)
        if part.kind == "estimator":
            return machine.content(part)
        copied = index.kind == "slice" and owner.kind in ("list", "tuple")
        return part if copied or part.place is not None else machine.share(machine.fresh(part), [owner])
    if "each" in owner.taints and isinstance(index.literal, int):
        return machine.fresh(owner.but(kind="array", items=None, literal=MISSING, taints=owner.taints - EACH))
    if owner.kind == "tuple" and isinstance(index.literal, int) and _is_fit(machine, node.value):
        part = Value(kind="any", relation="data", taints=owner.taints)
        return machine.fresh(part if index.literal else part.but(kind="array", relation="rows", rows=owner.rows))
    return calls.select(machine, node, owner, index)


def _is_fit(machine: Machine, node: ast.expr) -> bool:
    """Whether a call gives a pair of values by row and of what was learned, as ``factorize`` and ``boxcox`` do."""
    op = machine.step.ops.get(node)
    return op is not None and op.relation == "fit"


def _plain_subscript(owner: Value, index: Value) -> Value:
    if index.relation == "rows":
        kind = "scalar" if index.kind in SINGLE else "any"
        taints = index.taints - {"position", "label"}
        return Value(kind=kind, relation="rows", rows=index.rows, taints=taints, events=index.events)
    items = [value for _, value in owner.items or ()]
    if not items and owner.kind in ("dict", "list") and owner.owner is not None and index.kind != "slice":
        return owner.owner
    if items and owner.kind in ("dict", "list", "tuple") and index.kind != "slice":
        chosen = items[0]
        for other in items[1:]:
            chosen = chosen if chosen is other else _join_all(chosen, other)
        return chosen.but(relation="data") if index.from_data and chosen.relation == "const" else chosen
    relation = "data" if "data" in (owner.relation, index.relation) else owner.relation
    kind = owner.kind if index.kind == "slice" else "any"
    of_columns = owner.kind == "tuple" and index.literal in (1, -1)  # df.shape[1]
    size = frozenset[str]() if of_columns else owner.taints & {"size"}
    return Value(
        kind=kind, relation=relation, rows=owner.rows if size else None, taints=(owner.taints - {"size"}) | size
    )


def _join_all(left: Value, right: Value) -> Value:
    from nb2prod.interpretation.values import join

    return join(left, right)


def _known_item(owner: Value, index: Value) -> Value | None:
    if owner.items is None or isinstance(index.literal, type(MISSING)):
        return None
    wanted = index.literal
    if owner.kind in ("list", "tuple") and isinstance(wanted, int) and wanted < 0:
        wanted += len(owner.items)
    return next((value for key, value in owner.items if type(key) is type(wanted) and key == wanted), None)


def _slice(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.Slice)
    parts = [evaluate(machine, part) for part in (node.lower, node.upper, node.step) if part is not None]
    return combine([part.but(rows=None) for part in parts], "slice").but(kind="slice")


def _sequence(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, (ast.List, ast.Tuple, ast.Set))
    kind = {"List": "list", "Tuple": "tuple", "Set": "set"}[type(node).__name__]
    values = [evaluate(machine, item) for item in node.elts]
    literals = [value.literal for value in values]
    known = all(not isinstance(literal, type(MISSING)) for literal in literals)
    base = combine(values, kind)
    items = None if any(isinstance(e, ast.Starred) for e in node.elts) else tuple(enumerate(values))
    if kind == "set":
        return machine.fresh(base)
    sized = next((value for value in values if "size" in value.taints and value.rows is not None), None)
    if kind == "tuple" and sized is not None and base.relation == "data":  # (len(df), 3)
        base = base.but(taints=base.taints | {"size"}, rows=sized.rows)
    value = base.but(items=items, literal=literals if known and len(literals) <= 500 else MISSING)
    return machine.fresh(value) if kind == "list" else value


def _dict(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.Dict)
    keys = [UNKNOWN if key is None else evaluate(machine, key) for key in node.keys]
    values = [evaluate(machine, value) for value in node.values]
    known = all(not isinstance(key.literal, type(MISSING)) for key in keys)
    items = tuple((key.literal, value) for key, value in zip(keys, values, strict=True)) if known else None
    literal: object = MISSING
    if known and all(not isinstance(value.literal, type(MISSING)) for value in values):
        literal = {str(key.literal): value.literal for key, value in zip(keys, values, strict=True)}
    value = combine([*keys, *values], "dict").but(items=items, literal=literal)
    value = value.but(answer=_answer_of(machine, node, values))
    return machine.fresh(value)


def _answer_of(machine: Machine, node: ast.Dict, values: list[Value]) -> object:
    for key, item, value in zip(node.keys, node.values, values, strict=True):
        if value.events:
            column = key.value if isinstance(key, ast.Constant) else None
            return value.answer or (machine.step, item, column)
    return None


def _asks_for_a_name(node: ast.expr) -> bool:
    """``'df' in globals()``: whether a name is bound, not what it holds."""
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.In, ast.NotIn)):
        return False
    return ast.unparse(node.comparators[0]) in ("globals()", "locals()", "vars()", "dir()")


def _is_bound(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.Compare)
    if not isinstance(node.left, ast.Constant):
        return evaluate(machine, node.comparators[0]).but(kind="scalar")
    bound = machine.emitted(str(node.left.value)) in machine.memory.names
    return Value(kind="scalar", literal=bound == isinstance(node.ops[0], ast.In))


def _asks_for_none(node: ast.expr, values: Sequence[Value]) -> bool | None:
    """``df is None``, ``model is not None``: the answer, for what is certainly an object."""
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.ops[0], (ast.Is, ast.IsNot)):
        return None
    left, right = values
    certain = left.kind in OBJECTS and "absent" not in left.taints and right.kind == "none"
    return isinstance(node.ops[0], ast.IsNot) if certain else None


def _is_ratio(node: ast.expr, values: Sequence[Value]) -> bool:
    """Whether one number of rows is divided by another: the result counts no rows."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.FloorDiv)) and "size" in values[-1].taints


def _operation(machine: Machine, node: ast.expr) -> Value:
    """Arithmetic, comparisons and boolean operators are element-wise."""
    if _asks_for_a_name(node):
        return _is_bound(machine, node)
    parts = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    values = [evaluate(machine, part) for part in parts]
    present = _asks_for_none(node, values)
    if present is not None:
        return Value(kind="scalar", literal=present)
    value = combine([value for value in values if value.kind != "none"])
    literal = _fold(node, values)
    if isinstance(node, (ast.Compare,)) and any(isinstance(op, (ast.In, ast.NotIn)) for op in node.ops):
        value = value.but(kind="scalar")
    sized = any("size" in v.taints for v in values) and value.relation == "data" and not _is_ratio(node, values)
    size = frozenset({"size"}) if sized else frozenset()
    rows = next((v.rows for v in values if "size" in v.taints), None) if size else value.rows
    taints = value.taints | size
    if isinstance(node, ast.BinOp) and taints & {"position", "label"} and value.relation == "rows":
        taints = (taints - {"position", "label"}) | {"shifted"}
    result = value.but(literal=literal, taints=taints, rows=rows)
    if result.kind in ("str", "scalar", "slice"):
        return result
    return machine.fresh(result) if result.kind in ROW_KINDS else result


def _fold(node: ast.expr, values: list[Value]) -> object:
    """Constant-fold what decides branches: comparisons and boolean operators on literals."""
    literals = [value.literal for value in values]
    if any(isinstance(literal, type(MISSING)) for literal in literals):
        return MISSING
    if isinstance(node, ast.UnaryOp):
        return _fold_unary(node, literals[0])
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        if isinstance(node.ops[0], (ast.Eq, ast.Is)):
            return literals[0] == literals[1]
        if isinstance(node.ops[0], (ast.NotEq, ast.IsNot)):
            return literals[0] != literals[1]
    if isinstance(node, ast.BoolOp):
        flags = [bool(literal) for literal in literals]
        return all(flags) if isinstance(node.op, ast.And) else any(flags)
    return MISSING


def _fold_unary(node: ast.UnaryOp, literal: object) -> object:
    if isinstance(node.op, ast.Not):
        return not literal
    if isinstance(node.op, ast.USub) and isinstance(literal, (int, float)):
        return -literal
    return MISSING


def _conditional(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.IfExp)
    test = evaluate(machine, node.test)
    body, other = evaluate(machine, node.body), evaluate(machine, node.orelse)
    if isinstance(test.literal, bool):
        return body if test.literal else other
    value = _join_all(body, other)
    if test.relation == "data" and value.relation == "const":
        return value.but(relation="data", literal=MISSING)
    if test.relation == "rows":
        return combine([test, body, other], value.kind)
    return value


def _lambda(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.Lambda)
    names = {argument.arg: UNKNOWN for argument in _arguments(node.args)}
    for default in [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]:
        evaluate(machine, default)
    with machine.locals(names):
        body = evaluate(machine, node.body)
    reads = {
        machine.emitted(name): machine.memory.names[machine.emitted(name)].steps
        for name in free_names(node)
        if machine.emitted(name) in machine.memory.names and name not in machine.local
    }
    function = Function(node, defaults=hidden.defaults_now(machine, node), reads=reads)
    return Value(kind="function", function=function, taints=body.taints & {"random"})


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    extra = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


def element(value: Value, machine: Machine) -> Value:
    """What a loop variable is when walking over a value."""
    items = [machine.content(item) for _, item in value.items or ()]
    if value.kind == "dict":
        return Value(kind="str", relation="data" if value.relation != "const" else "const")
    if value.kind == "list" and not items and value.relation != "rows" and value.owner is not None:
        return machine.content(value.owner)
    if items:
        result = items[0]
        for other in items[1:]:
            result = _join_all(result, other)
        if len({item.place for item in items}) > 1:
            return machine.share(machine.fresh(result.but(literal=MISSING, place=None)), items)
        return result.but(literal=MISSING) if len(items) > 1 else result
    if value.relation == "rows":
        if "each" in value.taints:
            return value.but(kind="array", items=None, place=None, literal=MISSING, taints=value.taints - EACH)
        if value.kind == "frame":
            return Value(kind="str", relation="data", taints=frozenset({"meta"}))
        if value.kind == "groupby":
            return value.but(kind="frame", items=None)
        return value.but(kind="scalar", items=None, place=None, literal=MISSING)
    kind = "str" if value.kind in ("index", "str") else "any"
    return Value(kind=kind, relation=value.relation, taints=value.taints)


def _comprehension(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp))
    saved = machine.local
    sources: list[Value] = []
    conditions: list[Value] = []
    for generator in node.generators:
        iterated = evaluate(machine, generator.iter)
        sources.append(iterated)
        machine.local = {**machine.local, **_targets(generator.target, element(iterated, machine))}
        conditions.extend(evaluate(machine, test) for test in generator.ifs)
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    values = [evaluate(machine, part) for part in parts]
    machine.local = saved
    kind = {"ListComp": "list", "SetComp": "set", "GeneratorExp": "list", "DictComp": "dict"}[type(node).__name__]
    return machine.fresh(_gathered(machine, node, kind, sources, conditions, values))


def _gathered(
    machine: Machine,
    node: ast.expr,
    kind: str,
    sources: list[Value],
    conditions: list[Value],
    values: list[Value],
) -> Value:
    first = sources[0]
    walks_rows = first.relation == "rows" and first.kind not in ("frame", "groupby")
    if walks_rows and first.kind in SINGLE:
        machine.note(node, Op("map", first))
        return combine([first, *conditions, *values], "scalar")
    if walks_rows and kind in ("list",) and not conditions and len(sources) == 1:
        machine.note(node, Op("map", first))
        value = combine([first, *values], "list")
        return value.but(items=None, rows=first.rows)
    if walks_rows:
        machine.note(node, Op("agg", first), heavy=True)
        return Value(kind=kind, relation="data")
    everything = [*sources, *conditions, *values]
    if any(value.relation == "rows" for value in values):
        base = combine(values, kind)
        stacked = kind == "list" and base.events and values[-1].kind in ("array", "series")
        return base.but(items=None, taints=base.taints | EACH if stacked else base.taints)
    relation = "data" if any(value.from_data for value in everything) else "const"
    element = values[-1] if values[-1].kind == "estimator" else None
    return Value(kind=kind, relation=relation, taints=combined_taints(everything) - {"target"}, owner=element)


def _targets(target: ast.expr, value: Value) -> dict[str, Value]:
    if isinstance(target, ast.Name):
        return {target.id: value}
    names = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
    items = [item for _, item in value.items or ()]
    if isinstance(target, (ast.Tuple, ast.List)) and len(items) == len(names) == len(target.elts):
        return dict(zip(names, items, strict=True))
    part = value.but(items=None, literal=MISSING, place=None)
    return dict.fromkeys(names, part.but(kind="any") if part.kind in ("tuple", "list", "str") else part)


def _joined_string(machine: Machine, node: ast.expr) -> Value:
    values = [evaluate(machine, part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    return combine(values, "str").but(literal=MISSING)


def _starred(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.Starred)
    return evaluate(machine, node.value)


def _named(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.NamedExpr)
    value = evaluate(machine, node.value)
    machine.bind(node.target.id, value)
    return value


def _call(machine: Machine, node: ast.expr) -> Value:
    assert isinstance(node, ast.Call)
    return calls.call(machine, node)


def _evaluate_other(machine: Machine, node: ast.expr) -> Value:
    values = [evaluate(machine, part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    return combine(values)


_EVALUATORS: dict[type[ast.expr], Callable[[Machine, ast.expr], Value]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.BinOp: _operation,
    ast.UnaryOp: _operation,
    ast.BoolOp: _operation,
    ast.Compare: _operation,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.JoinedStr: _joined_string,
    ast.FormattedValue: _joined_string,
    ast.Starred: _starred,
    ast.NamedExpr: _named,
    ast.Call: _call,
}
