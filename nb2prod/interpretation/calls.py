"""Interpret calls: find out what is called, and let the facts say what it does to the rows.

Input: a call node whose operands can be evaluated. Output: the value of the call; its row treatment is noted on
the step. Functions of the notebook go to functions.py, estimators to estimators.py, the handful of calls whose
meaning depends on structure (splits, concatenation, constructors) to structure.py.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from nb2prod.facts import UNKNOWN as NO_LITERAL
from nb2prod.facts import Fact
from nb2prod.interpretation import estimators, expressions, functions, hidden, passed_on, selection, structure
from nb2prod.interpretation.drawing import MAKERS, draws_one
from nb2prod.interpretation.machine import Machine
from nb2prod.interpretation.sources import read_source
from nb2prod.interpretation.trace import Op, Sink
from nb2prod.interpretation.values import (
    EACH,
    MISSING,
    NONE,
    SINGLE,
    UNKNOWN,
    Function,
    Missing,
    Value,
    combined_events,
    combined_taints,
    strongest,
)

HEAVY = frozenset(
    [
        "agg",
        "fit",
        "grp",
        "group",
        "sel",
        "win",
        "rowf",
        "rows",
        "ord",
        "aug",
        "join",
        "resh",
        "split",
        "rng",
        "io_read",
        "io_write",
        "meta",
    ]
)
"""Row treatments that matter at inference: a function with one of them is looked into, not kept as a black box."""

KEEP_NAMES = frozenset({"copy", "drop", "dropna", "fillna", "astype", "round"})
"""Methods of a table that leave the names of its columns as they are."""

NEW_ROWS = {
    "rowf": "filter",
    "rows": "filter",
    "ord": "order",
    "aug": "more",
    "resh": "reshape",
    "split": "part",
}
REDUCTIONS = ("mean", "average", "median", "sum", "max", "min", "amax", "amin", "prod")
COMBINE = frozenset({"builtins.sum", *(f"numpy.{name}" for name in REDUCTIONS)})
"""Functions that combine several arrays row by row."""
TURNED = frozenset({"column_stack", "transpose", "T"})
"""What gives a stack of arrays one row for each row."""
SHAPED = frozenset({"zeros_like", "ones_like", "full_like", "empty_like"})
"""Functions that read no cell of their first argument: what it was predicted by is no part of what they give."""
CALLBACKS = frozenset({"apply", "map", "applymap", "transform", "agg", "aggregate", "pipe", "filter", "assign"})

select = selection.select
free_definitions = functions.free_definitions


@dataclass(frozen=True)
class Arguments:
    """Evaluated arguments of a call."""

    positional: tuple[Value, ...]
    keywords: dict[str, Value]
    nodes: tuple[ast.expr, ...] = ()
    keyword_nodes: dict[str, ast.expr] = field(default_factory=dict)

    def get(self, position: int, name: str) -> Value | None:
        """Find an argument by position or keyword."""
        if name in self.keywords:
            return self.keywords[name]
        return self.positional[position] if position < len(self.positional) else None

    def node(self, position: int, name: str) -> ast.expr | None:
        """Find an argument's expression by position or keyword."""
        if name in self.keyword_nodes:
            return self.keyword_nodes[name]
        return self.nodes[position] if position < len(self.nodes) else None

    def all(self) -> list[Value]:
        """All values in order."""
        return [*self.positional, *self.keywords.values()]


def call(machine: Machine, node: ast.Call) -> Value:
    """Interpret one call."""
    owner: Value | None = None
    if isinstance(node.func, ast.Attribute):
        owner = expressions.evaluate(machine, node.func.value)
        if owner.kind == "class" and owner.function is None and not owner.qualified:
            owner = None
    if owner is None:
        return _call_name(machine, node)
    assert isinstance(node.func, ast.Attribute)
    if owner.kind in ("module", "class") and owner.qualified:
        return _call_qualified(machine, node, f"{owner.qualified}.{node.func.attr}", arguments(machine, node))
    if owner.kind == "function" and owner.qualified:
        return _call_qualified(machine, node, f"{owner.qualified}.{node.func.attr}", arguments(machine, node))
    if owner.kind == "estimator":
        return estimators.call_method(machine, node, owner, arguments(machine, node))
    return _call_method(machine, node, owner, node.func.attr, arguments(machine, node))


def arguments(machine: Machine, node: ast.Call) -> Arguments:
    """Evaluate the arguments of a call."""
    positional = tuple(expressions.evaluate(machine, argument) for argument in node.args)
    keywords = {keyword.arg or "**": expressions.evaluate(machine, keyword.value) for keyword in node.keywords}
    nodes = {keyword.arg or "**": keyword.value for keyword in node.keywords}
    return Arguments(positional, keywords, tuple(node.args), nodes)


def module_attribute(machine: Machine, qualified: str, node: ast.Attribute) -> Value:
    """``np.nan``, ``sklearn.svm``, ``pd.DataFrame``: a name inside a module."""
    if qualified == "sys.argv":
        hidden.asked(machine, node)
    if qualified == "os.environ":
        hidden.reads_environment(machine, node)
    known = machine.facts.estimator(qualified)
    last = qualified.rpartition(".")[2]
    kind = "class" if known is not None or last[:1].isupper() else "module"
    return Value(kind=kind, qualified=qualified)


def _call_name(machine: Machine, node: ast.Call) -> Value:
    callee = expressions.evaluate(machine, node.func)
    given = arguments(machine, node)
    if isinstance(node.func, ast.Call) and callee.from_data:
        return _call_result(machine, node, node.func, callee, given)
    if callee.function is not None:
        return functions.call_function(machine, node, callee.function, given)
    if callee.kind == "class" and not callee.qualified:
        return functions.instantiate(machine, node, callee, given)
    if callee.qualified:
        return _call_qualified(machine, node, callee.qualified, given)
    return unknown_call(machine, node, None, given)


def _call_result(machine: Machine, node: ast.Call, made: ast.Call, callee: Value, given: Arguments) -> Value:
    """``getattr(df['a'], 'mean')()``: the method whose name is a literal; else a call that is not known."""
    named = machine.step.values.get(made.args[1]) if len(made.args) > 1 else None
    if ast.unparse(made.func) == "getattr" and named is not None:
        owner = machine.step.values[made.args[0]]
        known = machine.facts.method(owner.kind, named.literal) if isinstance(named.literal, str) else None
        if known is not None and owner.kind != "estimator":
            return apply_fact(machine, node, known, owner, given)
        callee = owner
    return unknown_call(machine, node, callee, given)


def _call_qualified(machine: Machine, node: ast.Call, qualified: str, given: Arguments) -> Value:
    root, last = qualified.partition(".")[0], qualified.rpartition(".")[2]
    unseen = _unseen(machine, node, qualified, given)
    if unseen is not None:
        return unseen
    special = structure.SPECIAL.get(last) if last not in ("dump", "load") or root in structure.PICKLERS else None
    if special is not None and structure.is_special(qualified):
        return special(machine, node, given)
    if qualified in MAKERS:
        return Value(kind="module", qualified=MAKERS[qualified])
    if machine.facts.estimator(qualified) is not None:
        return estimators.construct(machine, node, qualified, given)
    first = given.positional[0] if given.positional else UNKNOWN
    if qualified == "collections.defaultdict" and first.kind == "class" and machine.facts.estimator(first.qualified):
        return machine.fresh(
            Value(kind="dict", owner=machine.fresh(Value(kind="estimator", qualified=first.qualified)))
        )
    fact = machine.facts.lookup(qualified)
    if fact is None:
        if _looks_like_estimator(qualified):
            return estimators.construct(machine, node, qualified, given)
        return unknown_call(machine, node, None, given)
    if fact.returns == "estimator" and fact.relation in ("const", "est"):
        return estimators.construct(machine, node, qualified, given)
    return apply_fact(machine, node, fact, None, given)


def _unseen(machine: Machine, node: ast.Call, qualified: str, given: Arguments) -> Value | None:
    """Calls that reach the notebook's variables, or a library, behind the analysis's back."""
    first = given.positional[0] if given.positional else None
    passed_on.called_through_class(machine, node, qualified, given)
    if qualified in hidden.NAMESPACES and not given.all():
        return hidden.namespace(machine, node)
    if qualified == "builtins.exec":
        hidden.code_in_text(machine, node, "exec")
    elif qualified == "builtins.eval" and first is not None and first.relation != "rows":
        return hidden.evaluated(machine, node, given)
    elif qualified in hidden.OPERATORS and first is not None:
        hidden.spelled_as_method(machine, node, first)
    elif qualified in ("os.getenv", "os.environ.get"):
        hidden.reads_environment(machine, node)
    elif qualified == "builtins.input":
        hidden.asked(machine, node)
    elif qualified == "builtins.setattr" and first is not None and len(given.positional) > 1:
        hidden.patched(machine, node, first, str(given.positional[1].literal))
        if first.place is None and isinstance(node.args[0], ast.Name) and first.kind != "module":
            machine.add_writer(node.args[0], given.positional[-1])
    return None


def _looks_like_estimator(qualified: str) -> bool:
    root, _, _ = qualified.partition(".")
    last = qualified.rpartition(".")[2]
    ends = (
        "Classifier",
        "Regressor",
        "Regression",
        "Encoder",
        "Scaler",
        "Imputer",
        "Vectorizer",
        "Transformer",
    )
    return last.endswith(ends) and root not in ("pandas", "numpy", "builtins")


def _call_method(machine: Machine, node: ast.Call, owner: Value, name: str, given: Arguments) -> Value:
    if name in hidden.SHELL and ast.unparse(node.func).startswith("get_ipython"):
        hidden.code_in_text(machine, node, name)
    if name in hidden.DUNDERS:
        hidden.spelled_as_method(machine, node, owner)
    if name in hidden.CHANGES and isinstance(node.func, ast.Attribute):
        hidden.changed_inside(machine, node.func.value, owner, given.all())
    if name in structure.METHODS and owner.kind in structure.METHODS[name][0]:
        return structure.METHODS[name][1](machine, node, owner, given)
    piped = given.positional[0].function if name == "pipe" and given.positional else None
    if piped is not None:
        return functions.call_function(machine, node, piped, _piped(node, owner, given))
    fact = machine.facts.method(owner.kind, name)
    if owner.relation == "rows" and owner.kind in SINGLE:
        machine.note(node, Op("map", owner, fact))
        taints = combined_taints([owner, *given.all()])
        return owner.but(kind="scalar", literal=MISSING, items=None, place=None, taints=taints)
    if owner.kind in ("instance", "object") or fact is None:
        if fact is not None and fact.does is not None:
            return estimators.call_method(machine, node, owner, given)
        return unknown_call(machine, node, owner, given)
    if fact.relation == "est" and owner.relation != "rows":
        return estimators.call_method(machine, node, owner, given)
    return apply_fact(machine, node, fact, owner, given)


def _piped(node: ast.Call, owner: Value, given: Arguments) -> Arguments:
    """The arguments that ``x.pipe(f, a)`` gives to ``f``: ``x`` comes first."""
    assert isinstance(node.func, ast.Attribute)
    positional, nodes = (owner, *given.positional[1:]), (node.func.value, *given.nodes[1:])
    return Arguments(positional, given.keywords, nodes, given.keyword_nodes)


def literal_of(value: Value) -> object:
    """An argument as the facts see it: its literal, a stand-in for a constant, or 'no literal'."""
    if not isinstance(value.literal, Missing):
        return value.literal
    if value.relation == "const" and value.kind in ("list", "array", "tuple"):
        return []
    if value.relation == "const" and value.kind == "dict":
        return {}
    return NO_LITERAL


def apply_fact(machine: Machine, node: ast.Call, fact: Fact, owner: Value | None, given: Arguments) -> Value:
    """Interpret a call of a known function or method."""
    positional = [literal_of(value) for value in given.positional]
    fact = fact.given(positional, {name: literal_of(value) for name, value in given.keywords.items()})
    operands = ([owner] if owner is not None else []) + given.all()
    if fact.name == "sklearn.set_config" and "transform_output" in given.keywords:
        machine.all_tabular = given.keywords["transform_output"].literal == "pandas"
    base = strongest(operands) or UNKNOWN
    if owner is not None and owner.relation == "rows":
        base = owner
    stacked = _element_wise(machine, fact, owner, given)
    if stacked is not None:
        machine.note(node, Op("map", stacked, fact))
        return machine.fresh(stacked)
    callback = _callback(machine, node, fact, owner, given)
    relation = callback or fact.relation
    if owner is not None and owner.kind == "frame" and _asks_for_statistics(machine, fact, given):
        relation = "fit"
    if owner is not None and owner.relation == "data" and fact.name.endswith(".reindex") and base.relation == "rows":
        relation = "map"  # a learned table, looked up by a column
    _record_sinks(machine, node, fact, owner, given)
    value = _result(machine, node, fact, relation, base, operands)
    named = re.findall(r"@(\w+)", _text(given)) if fact.name.startswith("pandas.DataFrame.") else []
    for name in named:
        expressions.evaluate(machine, ast.copy_location(ast.Name(name, ast.Load()), node))
    if fact.name == "pandas.DataFrame.eval" and base.relation == "rows" and named:
        machine.note(node, Op("text", base, fact), heavy=True)
    if value is not NONE:
        hidden.view_of(machine, fact.name, value, base, given)
    return _with_mutation(machine, node, fact, owner, given, value)


def _element_wise(machine: Machine, fact: Fact, owner: Value | None, given: Arguments) -> Value | None:
    """``np.mean([p1, p2], axis=0)`` and ``sum([p1, p2])``: the rows of several arrays, combined one by one."""
    if owner is not None and "each" in owner.taints and fact.name.rpartition(".")[2] in REDUCTIONS:
        return _over_stack(owner, given.get(0, "axis"))
    if fact.name not in COMBINE or not given.positional:
        return _most_frequent(machine, fact, given)
    axis = given.get(1, "axis")
    if fact.name != "builtins.sum" and (axis is None or axis.literal != 0):
        return None
    holder = machine.content(given.positional[0])
    if "each" in holder.taints:
        return holder.but(kind="array", items=None, literal=MISSING, place=None, taints=holder.taints - EACH)
    items = [machine.content(item) for _, item in holder.items or ()] if holder.kind in ("list", "tuple") else []
    if not items or any(item.relation != "rows" or item.kind == "scalar" for item in items):
        return None
    taints, events = combined_taints(items), combined_events(items)
    return Value(kind="array", relation="rows", rows=items[0].rows, taints=taints, events=events)


def _most_frequent(machine: Machine, fact: Fact, given: Arguments) -> Value | None:
    """``scipy.stats.mode(predictions, axis=0)``: the labels, and how often each was predicted."""
    stack = machine.content(given.positional[0]) if given.positional else UNKNOWN
    axis = given.get(1, "axis")
    if fact.name != "scipy.stats.mode" or "each" not in stack.taints or (axis is not None and axis.literal != 0):
        return None
    labels = stack.but(kind="array", items=None, literal=MISSING, place=None, taints=stack.taints - EACH)
    return labels.but(kind="tuple", items=((0, labels), (1, labels)))


def _over_stack(stack: Value, axis: Value | None) -> Value | None:
    """``np.array(predictions).mean(axis=0)``."""
    if axis is None or axis.literal != 0:
        return None
    return stack.but(kind="array", items=None, literal=MISSING, place=None, taints=stack.taints - EACH)


def _result(machine: Machine, node: ast.Call, fact: Fact, relation: str, base: Value, operands: list[Value]) -> Value:
    if relation == "io_read":
        return read_source(machine, node, fact.returns)
    if relation == "io_write" and base.relation == "rows" and node.args:
        machine.files |= {ast.unparse(node.args[0])}
    if relation in ("eda", "io_write"):
        machine.note(node, Op(relation, base, fact), heavy=relation == "io_write" and base.from_data)
        return NONE
    if relation == "rng":
        return _random(machine, node, fact, operands)
    kind = _kind(fact, base, operands)
    if base.relation == "rows" and base.kind in SINGLE:
        machine.note(node, Op("map", base, fact))
        return base.but(taints=combined_taints(operands), literal=MISSING, items=None, place=None, kind="scalar")
    if base.relation != "rows":
        return _of_constants(machine, node, fact, relation, base, operands, kind)
    part = _part_named(machine, fact, base, operands)
    if part is not None:
        machine.note(node, Op("split", base, fact), heavy=True)
        return machine.fresh(base.but(rows=part, items=None))
    machine.note(node, Op(relation, base, fact), heavy=relation in HEAVY)
    taints = combined_taints(operands)
    events = combined_events(operands[1:] if fact.name.rpartition(".")[2] in SHAPED else operands)
    if relation in ("agg", "meta"):
        return machine.fresh(_reduced(fact, relation, base, kind, taints - EACH))
    taints = taints - EACH if fact.name.rpartition(".")[2] in TURNED else taints
    rows = _rows_after(machine, node, fact, relation, base)
    owner = base if relation == "group" else None
    answer = base.answer if kind == "frame" else None
    predicted = base.predicted if fact.name.rpartition(".")[2] in KEEP_NAMES else frozenset[tuple[str, int]]()
    value = Value(kind=kind, relation="rows", rows=rows, taints=taints, events=events, owner=owner, answer=answer)
    return machine.fresh(value.but(predicted=predicted))


def _rows_after(machine: Machine, node: ast.Call, fact: Fact, relation: str, base: Value) -> int | None:
    """The row set that an operation on rows gives."""
    if relation not in NEW_ROWS:
        return base.rows
    if fact.name.endswith(".reset_index") and base.rows:
        return machine.renumbered(base.rows, node)
    by = node if relation in ("rows", "aug") else None
    return machine.new_rows(NEW_ROWS[relation], (base.rows,) if base.rows else (), by=by)


def _reduced(fact: Fact, relation: str, base: Value, kind: str, taints: frozenset[str]) -> Value:
    """What a statistic or a description of rows gives."""
    size = fact.name == "builtins.len" and "each" not in base.taints
    extra = frozenset({"size"}) if size else frozenset()
    meta = frozenset({"meta"}) if relation == "meta" else frozenset()
    rows = base.rows if size else None
    return Value(kind=kind, relation="data", rows=rows, taints=(taints - {"size", "target"}) | extra | meta)


def _part_named(machine: Machine, fact: Fact, base: Value, operands: list[Value]) -> int | None:
    """``s.reindex(X_test.index)``: the rows of a part of the same table, as ``s.loc[X_test.index]`` gives them."""
    if not fact.name.endswith(".reindex") or base.rows is None:
        return None
    for other in operands:
        if other.kind == "index" and other.rows is not None and base.rows in machine.origins(other.rows):
            return other.rows
    return None


def _kind(fact: Fact, base: Value, operands: list[Value]) -> str:
    match fact.returns:
        case "same" if base.kind.startswith("series."):
            return "series"
        case "any" if base.kind.startswith("series."):
            return "any"
        case "any" if base.kind == "str" and base.relation != "rows" and not fact.name.startswith("builtins."):
            return "any"  # json.loads(text)
        case "same" | "any":
            return base.kind if base.kind not in ("module", "class", "function", "none") else "any"
        case "arg":
            return operands[0].kind if operands else "any"
        case "rowfn" | "accessor":
            return "any"
        case "none":
            return "none"
        case other:
            return other


def _of_constants(
    machine: Machine, node: ast.Call, fact: Fact, relation: str, base: Value, operands: list[Value], kind: str
) -> Value:
    """A call whose operands are not aligned with rows: statistics of statistics stay statistics."""
    sized = next((value for value in operands if "size" in value.taints and value.rows is not None), None)
    if sized is not None and relation in ("const", "map", "rng") and structure.makes_rows(fact.name):
        machine.note(node, Op("map", sized, fact, "size"))
        numbers = frozenset({"position"}) if fact.name.endswith(("range", "linspace")) else frozenset[str]()
        kind = "list" if kind in SINGLE else kind
        return machine.fresh(Value(kind=kind, relation="rows", rows=sized.rows, taints=numbers))
    strong = strongest(operands) or UNKNOWN
    taints = combined_taints(operands)
    if sized is not None and strong.relation == "data" and kind in ("scalar", "any"):
        taints |= {"size"}
    rows = sized.rows if sized is not None and "size" in taints else None
    events = combined_events(operands)
    kind = "any" if kind in SINGLE and _may_be_element(machine, fact, operands) else kind
    kind = "set" if fact.name == "builtins.set" and operands else kind  # an index of names has another add
    value = Value(kind=kind, relation=strong.relation, taints=taints, rows=rows, events=events)
    return machine.share(machine.fresh(value), [item for operand in operands for _, item in operand.items or ()])


def _may_be_element(machine: Machine, fact: Fact, operands: list[Value]) -> bool:
    """``max(lists, key=len)``, ``sum(lists, [])``: perhaps a list, which may be changed."""
    if fact.name not in ("builtins.max", "builtins.min", "builtins.sum"):
        return False
    inside = [machine.content(item) for operand in operands for _, item in operand.items or ()]
    return any(value.kind in ("list", "dict", "tuple", "set") for value in [*inside, *operands[1:]])


def _random(machine: Machine, node: ast.Call, fact: Fact, operands: list[Value]) -> Value:
    sized = next((v for v in operands if v.relation == "rows" or ("size" in v.taints and v.rows)), None)
    machine.note(node, Op("rng", sized, fact), heavy=True)
    taints = combined_taints(operands) | {"random"}
    if sized is not None:
        return machine.fresh(Value(kind="array", relation="rows", rows=sized.rows, taints=taints))
    strong = strongest(operands) or UNKNOWN
    kind = "any" if draws_one(node, fact) else "array"
    return Value(kind=kind, relation="data" if strong.relation == "data" else "const", taints=taints)


MUTABLE = frozenset({"instance", "object", "any", "list", "dict", "set", "index"})
"""Kinds whose values a call that nobody knows may change."""


def unknown_call(machine: Machine, node: ast.Call, owner: Value | None, given: Arguments) -> Value:
    """A call of something without a fact: its result may depend on all that it was given."""
    operands = ([owner] if owner is not None else []) + given.all()
    base = strongest(operands) or UNKNOWN
    if base.relation == "rows":
        machine.note(node, Op("unknown", base))
    for value in operands:
        if value.place is not None and value.kind in MUTABLE and base.from_data:
            machine.mutate(value, relation=value.relation if value.relation == "rows" else "data")
    saved = next((value for value in given.all() if value.kind == "estimator"), None)
    if saved is not None and owner is not None and isinstance(node.func, ast.Attribute) and node.func.attr == "dump":
        machine.sinks.append(Sink("save", machine.step, node, saved))
    kind = base.kind if base.kind in ("frame", "series", "array", "list") else "any"
    taints = combined_taints(operands) | ({"unknown"} if base.relation == "rows" else set())
    value = Value(kind=kind, relation=base.relation, rows=base.rows, taints=taints, events=combined_events(operands))
    return machine.fresh(value)


def _callback(machine: Machine, node: ast.Call, fact: Fact, owner: Value | None, given: Arguments) -> str | None:
    """For ``apply(f)`` and its like: look at what ``f`` does to one element."""
    name = fact.name.rpartition(".")[2]
    if owner is None or name not in CALLBACKS:
        return None
    candidates = [*given.positional, *given.keywords.values()]
    if any(_draws(machine, value) for value in candidates):
        machine.note(node, Op("rng", owner, fact), heavy=True)
        return "rng"
    called = next((value for value in candidates if value.function is not None), None)
    if called is None or called.function is None:
        return "map" if owner.kind == "frame" and _is_row_wise(machine, given) else None
    element = _element_for(fact, owner)
    for other in candidates:
        if name == "assign" and other is not called and other.function is not None:
            functions.probe(machine, other.function, (element,))
    before = machine.heavy
    hidden.late_defaults(machine, node, called.function)
    hidden.remembers(machine, node, called.function)
    result = functions.probe(machine, called.function, (element,))
    heavy = machine.heavy > before or functions.is_heavy(machine, called.function, (element,))
    if fact.relation in ("fit", "agg") and owner.kind == "frame" and not heavy and result.relation == "rows":
        return "map"
    if fact.relation == "fit" and owner.kind == "frame" and result.relation == "data" and "random" not in result.taints:
        return "agg"
    if "random" in result.taints and _draws_itself(machine, called.function):
        machine.note(node, Op("rng", owner, fact), heavy=True)
        return "rng"
    return None


def _text(given: Arguments) -> str:
    """The formula of ``df.eval(...)`` or ``df.query(...)``."""
    text = given.get(0, "expr")
    return text.literal if text is not None and isinstance(text.literal, str) else ""


def _asks_for_statistics(machine: Machine, fact: Fact, given: Arguments) -> bool:
    """``df.eval("income > income.mean()")``: a method in the text that reduces the rows."""
    text = given.positional[0].literal if given.positional else None
    if fact.name != "pandas.DataFrame.eval" or not isinstance(text, str):
        return False
    methods = re.findall(r"\.(\w+)\(", text)
    facts = [machine.facts.method("series", method) for method in methods]
    return any(known is None or known.relation not in ("map", "col") for known in facts)


def _draws_itself(machine: Machine, function: Function) -> bool:
    """Whether a callback draws for each element, other than with what a lambda reads of a value drawn before."""
    if not isinstance(function.node, ast.Lambda):
        return True
    ops = (machine.step.ops.get(child) for child in ast.walk(function.node.body))
    return any(op is not None and op.relation == "rng" for op in ops)


def _draws(machine: Machine, callee: Value) -> bool:
    """Whether a function of a library gives another answer each time."""
    fact = machine.facts.lookup(callee.qualified) if callee.kind == "function" and callee.qualified else None
    return fact is not None and fact.relation == "rng"


def _is_row_wise(machine: Machine, given: Arguments) -> bool:
    """Whether a library's function that is passed by name (``np.log1p``, ``pd.to_numeric``) works row by row."""
    named = given.positional[0] if len(given.positional) == 1 else UNKNOWN
    known = machine.facts.lookup(named.qualified) if named.qualified and named.kind != "class" else None
    keywords = {name: literal_of(value) for name, value in given.keywords.items()}
    return known is not None and known.given([NO_LITERAL], keywords).relation == "map"


def _element_for(fact: Fact, owner: Value) -> Value:
    if fact.name.endswith((".assign", ".pipe")):
        return owner
    if owner.kind == "groupby" or fact.relation in ("fit", "grp", "agg"):
        return owner.but(kind="series" if owner.kind != "groupby" else "any", items=None, place=None)
    kind = "row" if owner.kind == "frame" else "scalar"
    return owner.but(kind=kind, items=None, place=None, literal=MISSING)


def _record_sinks(machine: Machine, node: ast.Call, fact: Fact, owner: Value | None, given: Arguments) -> None:
    values = ([owner] if owner is not None else []) + given.all()
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    nodes: list[ast.expr] = [receiver] if owner is not None else []
    nodes += [*given.nodes, *given.keyword_nodes.values()]
    pairs = list(zip(values, nodes, strict=True))
    predicted = next(((value, at) for value, at in pairs if value.events), None)
    if fact.relation == "io_write":
        saved = next(((value, at) for value, at in pairs if value.kind == "estimator"), None)
        if predicted is not None:
            machine.sinks.append(Sink("submission", machine.step, predicted[1], predicted[0]))
        elif saved is not None:
            machine.sinks.append(Sink("save", machine.step, saved[1], saved[0]))
    elif fact.metric is not None and predicted is not None:
        truth = next((at for value, at in pairs if at is not predicted[1] and value.relation == "rows"), None)
        machine.sinks.append(
            Sink(
                "metric",
                machine.step,
                predicted[1],
                predicted[0],
                fact.metric,
                truth,
                fact if fact.returns == "scalar" and not machine.local else None,
                node,
            )
        )
    elif fact.relation == "eda" and predicted is not None:
        machine.sinks.append(Sink("look", machine.step, predicted[1], predicted[0]))


def _with_mutation(
    machine: Machine, node: ast.Call, fact: Fact, owner: Value | None, given: Arguments, value: Value
) -> Value:
    mutated: list[Value] = []
    if fact.mutates == "self" and owner is not None:
        return _mutate_self(machine, node, owner, given, value)
    if fact.mutates == "inplace" and owner is not None and _is_true(given.keywords.get("inplace")):
        store_in_place(machine, node, owner, value)
        return NONE
    if fact.mutates == "args":
        mutated = list(given.positional)
    if fact.name.startswith("numpy.") and "out" in given.keywords:
        mutated = [given.keywords["out"]]
    if given.keywords.get("copy", UNKNOWN).literal is False and fact.name.startswith("numpy.nan_to_num"):
        mutated = list(given.positional[:1])
    for changed in mutated:
        machine.mutate(changed, relation=value.relation if changed.relation == "const" else changed.relation)
    return value


def _is_true(value: Value | None) -> bool:
    return value is not None and value.literal is True


def store_in_place(machine: Machine, node: ast.Call, owner: Value, value: Value) -> None:
    """``inplace=True``: the receiver, or the frame whose column the receiver is, has new content."""
    assert isinstance(node.func, ast.Attribute)
    machine.mutate(owner, relation=value.relation, rows=value.rows, kind=value.kind)
    if isinstance(node.func.value, ast.Name):
        hidden.through_view(machine, node, owner)
    holder = column_holder(node.func.value)
    if holder is not None and owner.kind in ("series", "any"):
        machine.mutate(expressions.evaluate(machine, holder))


def column_holder(receiver: ast.expr) -> ast.expr | None:
    """For ``df['c']`` or ``df.c`` as a receiver, the frame whose column would be changed."""
    if isinstance(receiver, ast.Subscript) and not isinstance(receiver.slice, (ast.List, ast.Slice, ast.Tuple)):
        return receiver.value
    if isinstance(receiver, ast.Attribute) and isinstance(receiver.value, ast.Name):
        return receiver.value
    return None


def _mutate_self(machine: Machine, node: ast.Call, owner: Value, given: Arguments, value: Value) -> Value:
    added = given.all()
    base = strongest(added) or UNKNOWN
    walking = next((loop.rows for loop in reversed(machine.loops) if loop.rows is not None), None)
    by_row = base.relation == "rows" or any(condition.relation == "rows" for condition in machine.conditions)
    by_row = by_row or (isinstance(node.func, ast.Attribute) and node.func.attr == "append")
    if owner.kind in ("list", "any", "scalar") and walking is not None and by_row:
        entered = machine.entered_since(owner)
        if not any(loop.rows is not None for loop in entered):
            machine.mutate(owner, relation="rows", rows=walking, kind="scalar", items=None, literal=MISSING)
            return value
        if len(entered) > 1:
            walking = machine.new_rows("reshape", (walking,))
            machine.note(node, Op("resh", owner), heavy=True)
            machine.mutate(owner, relation="rows", rows=walking, kind="list", items=None, literal=MISSING)
            return value
        machine.mutate(owner, relation="rows", rows=base.rows or walking, kind="list", items=None, literal=MISSING)
        return value
    if owner.kind in ("frame", "series") and owner.relation == "rows":
        machine.mutate(owner, items=None)
        return value
    items = _appended(machine, node, owner, given)
    relation = _relation_after(machine, node, owner, added)
    events = owner.events | combined_events(added)
    rows = owner.rows if owner.rows is not None else base.rows
    if items and all(item.relation == "rows" and item.events for _, item in items):
        relation = "rows"  # a list of predictions for the same rows
    if _appends_predictions(node, owner, base) and machine.entered_since(owner):
        relation, rows = "rows", base.rows
        machine.mutate(owner, taints=owner.taints | EACH)
    machine.mutate(owner, relation=relation, items=items, literal=MISSING, events=events, rows=rows)
    return value


def _appends_predictions(node: ast.Call, owner: Value, added: Value) -> bool:
    """``preds.append(model.predict(X))`` in a loop over models."""
    appends = isinstance(node.func, ast.Attribute) and node.func.attr == "append" and owner.kind == "list"
    return appends and added.relation == "rows" and bool(added.events) and added.kind in ("array", "series")


def _relation_after(machine: Machine, node: ast.Call, owner: Value, added: list[Value]) -> str:
    collects = any(loop.rows is not None for loop in machine.entered_since(owner))
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name == "update" and (
        owner.kind == "set" or (owner.kind == "dict" and collects)
    ):  # counter.update(words): of all rows together
        return "data" if any(value.from_data for value in [owner, *added]) else owner.relation
    if owner.relation == "rows" or any(value.relation == "rows" for value in added):
        return "rows" if owner.kind != "list" else "data"
    conditioned = any(condition.from_data for condition in machine.conditions)
    looped = any(loop.rows is not None for loop in machine.loops)
    return "data" if conditioned or looped or any(value.from_data for value in [owner, *added]) else "const"


def _appended(
    machine: Machine, node: ast.Call, owner: Value, given: Arguments
) -> tuple[tuple[object, Value], ...] | None:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name != "append" or owner.items is None or machine.loops or len(given.positional) != 1:
        return None
    return (*owner.items, (len(owner.items), given.positional[0]))


def bound_function(value: Value) -> Function | None:
    """The notebook function that a value is, if it is one."""
    return value.function
