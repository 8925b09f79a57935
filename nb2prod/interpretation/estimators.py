"""Interpret estimators by the names of their methods, whatever library they come from."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nb2prod.interpretation import batches, hidden
from nb2prod.interpretation.machine import Machine
from nb2prod.interpretation.trace import Event, Fit, Op, Sink
from nb2prod.interpretation.values import MISSING, NONE, UNKNOWN, Value, combined_events, combined_taints, strongest

if TYPE_CHECKING:
    from nb2prod.interpretation.calls import Arguments

FEATURES = ("X", "x", "data", "raw_documents", "dtrain", "y", "exog", "K", "texts", "input")
PREDICTIONS = frozenset({"predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples"})


def construct(machine: Machine, node: ast.Call, qualified: str, given: Arguments) -> Value:
    """``StandardScaler()``, ``Pipeline([...])``, ``sm.OLS(y, X)``, ``xgb.train(...)``: a new estimator."""
    values = given.all()
    nested = [item for value in values for item in _nested(machine, value)]
    base = strongest([*values, *nested]) or UNKNOWN
    relation = "const" if base.relation == "const" else "data"
    rows = base.rows if base.relation == "rows" else None
    value = machine.fresh(Value(kind="estimator", qualified=qualified, relation=relation, rows=rows))
    if qualified.endswith(".FunctionTransformer"):
        batches.look_at_function(machine, given.get(0, "func"))
    if value.place is not None and "copy" in given.keywords and given.keywords["copy"].literal is False:
        machine.overwriting.add(value.place)
    if base.relation == "rows":
        machine.note(node, Op("est", None, detail="construct"), heavy=True)
        machine.fits.append(Fit(machine.step, node, value, given.get(1, "X"), given.get(0, "y")))
    return value


def _nested(machine: Machine, value: Value) -> list[Value]:
    found: list[Value] = []
    for _, item in value.items or ():
        now = machine.content(item)
        found.append(now)
        found.extend(_nested(machine, now))
    return found


def call_method(machine: Machine, node: ast.Call, owner: Value, given: Arguments) -> Value:
    """Interpret ``estimator.method(...)``."""
    assert isinstance(node.func, ast.Attribute)
    name = node.func.attr
    fact = machine.facts.method("estimator", name)
    does = fact.does if fact is not None else None
    features, features_node = _features(given)
    if owner.place in machine.overwriting and features is not None and does != "predict":
        hidden.overwritten(machine, node, features)
    match does:
        case "fit":
            return _fit(machine, node, owner, given, features)
        case "fit_transform":
            return _fit_transform(machine, node, owner, given, features)
        case "transform" | "inverse":
            return _transform(machine, node, owner, features, given, does)
        case "predict" | "fit_predict":
            return _predict(machine, node, owner, given, features, features_node, does)
        case "resample":
            return _resample(machine, node, owner, given)
        case "score":
            return _score(machine, node, owner, given, features_node)
        case "save":
            machine.sinks.append(Sink("save", machine.step, node.func.value, owner))
            return NONE
        case "configure":
            machine.mutate(owner)
            _set_output(machine, name, owner, given)
            return machine.content(owner)
        case _:
            return _other(machine, node, owner, given)


def _features(given: Arguments) -> tuple[Value | None, ast.expr | None]:
    for name in FEATURES[:5]:
        if name in given.keywords:
            return given.keywords[name], given.keyword_nodes[name]
    if given.positional:
        return given.positional[0], given.nodes[0]
    return None, None


def _fit(machine: Machine, node: ast.Call, owner: Value, given: Arguments, features: Value | None) -> Value:
    values = given.all()
    base = strongest(values)
    machine.heavy += 1
    if owner.kind == "estimator" and "splitter" in owner.taints:
        return owner
    if base is None and owner.relation == "const":
        machine.mutate(owner)
        return machine.content(owner)
    if base is not None and base.relation == "const" and owner.relation == "const":
        machine.mutate(owner)
        return machine.content(owner)
    rows = features.rows if features is not None and features.relation == "rows" else owner.rows
    machine.fits.append(Fit(machine.step, node, owner, features, given.get(1, "y")))
    machine.mark_target(given.get(1, "y"))
    machine.note(node, Op("est", owner, detail="fit"), heavy=True)
    machine.mutate(owner, relation="data", rows=rows)
    return machine.content(owner)


def _fit_transform(machine: Machine, node: ast.Call, owner: Value, given: Arguments, features: Value | None) -> Value:
    _fit(machine, node, owner, given, features)
    if features is None or features.relation != "rows":
        relation = features.relation if features is not None else "const"
        return machine.fresh(Value(kind="array", relation=relation))
    fact = machine.facts.estimator(owner.qualified)
    if fact is not None and fact.no_predict:
        machine.note(node, Op("refuse", owner, detail="NB404"), heavy=True)
    else:
        machine.note(node, Op("fit_transform", owner), heavy=True)
    kind = "sparse" if fact is not None and fact.kind == "text" else "array"
    kind = "frame" if _gives_tables(machine, owner) else (kind if owner.qualified else "any")
    return machine.fresh(Value(kind=kind, relation="rows", rows=features.rows, taints=features.taints))


def _set_output(machine: Machine, method: str, owner: Value, given: Arguments) -> None:
    wanted = given.get(99, "transform")
    if method == "set_output" and owner.place is not None and wanted is not None:
        (machine.tabular.add if wanted.literal == "pandas" else machine.tabular.discard)(owner.place)


def _gives_tables(machine: Machine, owner: Value) -> bool:
    return machine.all_tabular or owner.place in machine.tabular or "category_encoders" in owner.qualified


def _transform(
    machine: Machine, node: ast.Call, owner: Value, features: Value | None, given: Arguments, does: str
) -> Value:
    machine.heavy += owner.from_data
    base = strongest(given.all())
    if base is None or base.relation != "rows":
        relation = "data" if owner.from_data or (base is not None and base.from_data) else "const"
        return machine.fresh(Value(kind="array", relation=relation))
    machine.note(node, Op("transform", owner, detail=does))
    plain = "category_encoders" in owner.qualified and base.kind != "frame"
    kind = "frame" if _gives_tables(machine, owner) and not plain else "array"
    kind = kind if owner.qualified else "any"
    return machine.fresh(Value(kind=kind, relation="rows", rows=base.rows, taints=base.taints, events=base.events))


def _predict(
    machine: Machine,
    node: ast.Call,
    owner: Value,
    given: Arguments,
    features: Value | None,
    features_node: ast.expr | None,
    does: str,
) -> Value:
    assert isinstance(node.func, ast.Attribute)
    machine.heavy += 1
    if does == "fit_predict":
        _fit(machine, node, owner, given, features)
    if features is None or features.relation != "rows":
        relation = "data" if owner.from_data else "const"
        if features is not None and owner.from_data:
            machine.note(node, Op("example", owner))
        return machine.fresh(Value(kind="array", relation=relation))
    event = Event(
        len(machine.events),
        machine.step,
        node,
        node.func.attr,
        owner,
        node.func.value,
        features_node,
        features.rows,
    )
    machine.events.append(event)
    fact = machine.facts.estimator(owner.qualified)
    lost = does == "fit_predict" and fact is not None and fact.no_predict
    relation = "refuse" if lost else ("fit_predict" if does == "fit_predict" else "predict")
    machine.note(node, Op(relation, owner, detail="NB404" if lost else str(event.number)), heavy=True)
    events = frozenset({event.number}) | features.events
    return machine.fresh(Value(kind="array", relation="rows", rows=features.rows, events=events))


def _resample(machine: Machine, node: ast.Call, owner: Value, given: Arguments) -> Value:
    parts = []
    made: dict[int | None, int] = {}
    for value in given.positional or tuple(given.keywords.values()):
        if value.rows not in made:
            made[value.rows] = machine.new_rows("more", (value.rows,) if value.rows else ())
        parts.append(machine.fresh(value.but(rows=made[value.rows], items=None, literal=MISSING)))
    machine.note(node, Op("aug", parts[0] if parts else None), heavy=True)
    return Value(kind="tuple", relation="rows", rows=parts[0].rows if parts else None, items=tuple(enumerate(parts)))


def _score(machine: Machine, node: ast.Call, owner: Value, given: Arguments, features_node: ast.expr | None) -> Value:
    assert isinstance(node.func, ast.Attribute)
    features = given.get(0, "X")
    machine.heavy += 1
    if features is not None and features.relation == "rows" and features_node is not None:
        event = Event(
            len(machine.events), machine.step, node, "score", owner, node.func.value, features_node,
            features.rows, given.node(1, "y"),
        )  # fmt: skip
        machine.events.append(event)
        machine.sinks.append(
            Sink(
                "score",
                machine.step,
                node,
                Value(events=frozenset({event.number})),
                "score",
                None,
                None,
                node,
            )
        )
    machine.note(node, Op("agg", features), heavy=True)
    return Value(kind="scalar", relation="data")


def _other(machine: Machine, node: ast.Call, owner: Value, given: Arguments) -> Value:
    assert isinstance(node.func, ast.Attribute)
    values = [owner, *given.all()]
    base = strongest(values) or UNKNOWN
    relation = base.relation if base.relation != "const" else owner.relation
    if node.func.attr in ("add", "append", "compile"):
        machine.mutate(owner)
    if base.relation == "rows":
        machine.note(node, Op("unknown", base))
    return machine.fresh(
        Value(
            kind="any",
            relation=relation,
            rows=base.rows,
            taints=combined_taints(values),
            events=combined_events(values),
        )
    )
