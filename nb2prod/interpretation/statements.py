"""Run statements abstractly: the instructions of the interpreter.

Each statement lays down one step. Branches whose condition is a known literal are taken; others are run both
ways and joined. Loops over known frames or estimators are unrolled (each element is its own fit site); other
loops are run twice, so that definitions of one round reach the next.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nb2prod.interpretation import batches, expressions, gathering, hidden, labels
from nb2prod.interpretation.machine import Loop, Machine, Memory
from nb2prod.interpretation.sources import FEATURES_AND_TARGET
from nb2prod.interpretation.trace import Context, Free, Sink, Step
from nb2prod.interpretation.values import EACH, MISSING, NONE, SINGLE, UNKNOWN, Function, Missing, Value, join
from nb2prod.reading.scopes import free_names

MAX_UNROLL = 40
IN_PLACE = frozenset({"list", "dict", "set", "array", "series", "frame"})
"""Kinds whose objects ``x += 1`` changes, so that whoever else holds them sees it."""
UNROLL_KINDS = frozenset({"frame", "series", "array", "estimator", "sparse"})


@dataclass
class Outcome:
    """What a function body gave back."""

    value: Value = NONE
    name: str | None = None
    parts: tuple[ast.expr, ...] = ()
    context: Context | None = None
    opaque: str = ""
    returned: bool = False


@dataclass
class Frame:
    """A function body being run."""

    outcome: Outcome
    inline: bool
    parent: Step | None
    returns: tuple[ast.Return, ...] = ()
    forks: set[int] = field(default_factory=set)
    """The ``if`` steps whose branches each hold what follows up to the end of the body."""

    @property
    def early(self) -> bool:
        """Whether the body returns in more than one place."""
        return bool(self.forks)


def run_program(machine: Machine) -> None:
    """Run the whole notebook."""
    run_block(machine, machine.program.statements())


def run_block(machine: Machine, body: Sequence[ast.stmt]) -> None:
    """Run statements in order, up to a return."""
    for at, statement in enumerate(body):
        if machine.frames and machine.frames[-1].outcome.returned:
            return
        if isinstance(statement, ast.If) and _forks(machine, statement, body[at + 1 :]):
            _fork(machine, statement, body[at + 1 :])
            return
        run(machine, statement)


def run(machine: Machine, node: ast.stmt) -> None:
    """Run one statement."""
    handler = _RUNNERS.get(type(node))
    if handler is not None:
        handler(machine, node)


def run_body(machine: Machine, body: Sequence[ast.stmt], inline_result: bool = False) -> Outcome:
    """Run a function's body in the current context."""
    outcome = Outcome()
    frame = Frame(outcome, inline_result, machine.parent, returns_in(body))
    machine.frames.append(frame)
    run_block(machine, body)
    machine.frames.pop()
    if frame.early and outcome.name is not None:
        outcome.value = machine.memory.names[outcome.name].value
    if len(frame.returns) > 1 and any(_gives_none(found) for found in frame.returns):
        outcome.value = outcome.value.but(taints=outcome.value.taints | {"absent"})
    return outcome


def _gives_none(node: ast.Return) -> bool:
    return node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)


def returns_in(body: Sequence[ast.AST]) -> tuple[ast.Return, ...]:
    """The return statements of a body, without those of the functions that it defines."""
    found: list[ast.Return] = []
    pending = list(body)
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.Return):
            found.append(node)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(node))
    return tuple(found)


def _at_end(machine: Machine, frame: Frame) -> bool:
    """Whether a return here ends the body: it stands in no loop, ``with`` or ``try``, only in branches."""
    parent = machine.parent
    return parent is frame.parent or (parent is not None and parent.number in frame.forks)


def _forks(machine: Machine, node: ast.If, rest: Sequence[ast.stmt]) -> bool:
    """Whether a branch returns early, so that what follows belongs to the other one."""
    if not machine.frames or not _at_end(machine, machine.frames[-1]) or not returns_in([*node.body, *node.orelse]):
        return False
    return not rest or _leaves(node.body) or _leaves(node.orelse)


def _leaves(body: Sequence[ast.stmt]) -> bool:
    """Whether a block never reaches what follows it."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, ast.If):
        return _leaves(last.body) and _leaves(last.orelse)
    return isinstance(last, (ast.Return, ast.Raise))


def _fork(machine: Machine, node: ast.If, rest: Sequence[ast.stmt]) -> None:
    """``if c: return a`` and what follows: ``if c: result = a``, ``else:`` what follows."""
    frame = machine.frames[-1]
    step = _begin(machine, node)
    test = expressions.evaluate(machine, node.test)
    if not isinstance(test.literal, Missing) and test.relation == "const":
        siblings = machine.parent.children if machine.parent is not None else machine.top
        siblings.remove(step)
        run_block(machine, [*(node.body if test.literal else node.orelse), *rest])
        return
    frame.forks.add(step.number)
    machine.conditions.append(test)
    before = machine.memory.copy()
    after: list[Memory] = []
    for name, body in (("body", node.body), ("orelse", node.orelse)):
        machine.memory = before.copy()
        whole = [*body, *(() if _leaves(body) else rest)]
        with machine.inside(step, name):
            run_block(machine, whole)
            if not frame.outcome.returned and not _leaves(whole):
                _return_nothing(machine, node, frame)
        frame.outcome.returned = False
        if not _raises(whole):
            after.append(machine.memory)
    machine.memory = before if not after else after[0] if len(after) == 1 else after[0].merge(after[1])
    machine.conditions.pop()
    frame.outcome.returned = True


def _raises(body: Sequence[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Raise)


def _return_nothing(machine: Machine, node: ast.stmt, frame: Frame) -> None:
    """The end of a branch without a return, of a function that returns something elsewhere."""
    if any(found.value is not None for found in frame.returns):
        _give_back(machine, _begin(machine, node), ast.Constant(None), frame)


def bind_step(machine: Machine, name: str, node: ast.expr, context: Context, at: Context) -> Step:
    """Lay down ``name = node`` with the expression read in ``context``."""
    statement = machine.step.node
    with machine.in_context(at):
        step = machine.new_step(statement, ("bind", name, id(node)))
    step.bind, step.bind_context = (name, node), context
    saved, machine.current = machine.current, step
    with machine.in_context(context):
        value = expressions.evaluate(machine, node)
    machine.bind_emitted(name, value)
    machine.current = saved
    return step


def _begin(machine: Machine, node: ast.stmt) -> Step:
    step = machine.new_step(node)
    machine.current = step
    return step


def _assign(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.Assign)
    step = _begin(machine, node)
    value = expressions.evaluate(machine, node.value)
    if _stays(machine, step, node) or _spread(machine, step, node) or _parted(machine, step, node, value):
        return
    for target in node.targets:
        store(machine, target, value, node.value)


def _stays(machine: Machine, step: Step, node: ast.Assign) -> bool:
    """``data = clean(data)`` with an expanded ``clean`` that gives its argument back: nothing is left to bind."""
    result = _name_of_result(step, node.value)
    match node.targets:
        case [ast.Name(id=name)] if result == machine.emitted(name):
            siblings = machine.parent.children if machine.parent is not None else machine.top
            siblings.remove(step)
            return True
    return False


def _name_of_result(step: Step, node: ast.expr) -> str | None:
    """The variable whose value an expression is."""
    if isinstance(node, ast.Name):
        return step.emitted(node.id)
    return step.inlined[node][0] if isinstance(node, ast.Call) and node in step.inlined else None


def _parted(machine: Machine, step: Step, node: ast.Assign, value: Value) -> bool:
    """``X, y = load_wine(return_X_y=True)``: the features are the rows of a request, so each gets a statement."""
    target = node.targets[0]
    if value.kind != "bunch" or FEATURES_AND_TARGET not in value.names or len(node.targets) != 1:
        return False
    if not isinstance(target, (ast.Tuple, ast.List)) or len(target.elts) != len(("X", "y")):
        return False
    names = [machine.emitted(element.id) for element in target.elts if isinstance(element, ast.Name)]
    if len(names) != len(target.elts):
        return False
    whole = node.value
    if not isinstance(whole, ast.Name):
        loaded = machine.unique_for(step, "source_rows")
        step.bind, step.bind_context = (loaded, node.value), machine.context
        machine.bind_emitted(loaded, value)
        whole = ast.Name(loaded, ast.Load())
    for at, name in enumerate(names):
        bind_step(machine, name, ast.Subscript(whole, ast.Constant(at), ast.Load()), machine.context, machine.context)
    return True


def _spread(machine: Machine, step: Step, node: ast.Assign) -> bool:
    """``a, b = f(...)`` with an expanded ``f`` that ends in ``return x, y``: one binding each."""
    call = node.value
    if not isinstance(call, ast.Call) or call not in step.inlined or len(node.targets) != 1:
        return False
    target, parts = node.targets[0], machine.parts.get(step.inlined[call][0])
    if not isinstance(target, (ast.Tuple, ast.List)) or parts is None or len(parts[0]) != len(target.elts):
        return False
    if not all(isinstance(element, ast.Name) for element in target.elts):
        return False
    names = [machine.emitted(element.id) for element in target.elts if isinstance(element, ast.Name)]
    if _clashes(names, parts[0], parts[1]):
        return False
    siblings = machine.parent.children if machine.parent is not None else machine.top
    siblings.remove(step)
    result = machine.memory.names[step.inlined[call][0]]
    siblings[:] = [sibling for sibling in siblings if sibling.number not in result.steps]
    for name, part in zip(names, parts[0], strict=True):
        same = isinstance(part, ast.Name) and parts[1].rename.get(part.id, part.id) == name
        if not same:
            bind_step(machine, name, part, parts[1], machine.context)
    return True


def _clashes(names: list[str], parts: tuple[ast.expr, ...], context: Context) -> bool:
    for at, part in enumerate(parts):
        read = {context.rename.get(n.id, n.id) for n in ast.walk(part) if isinstance(n, ast.Name)}
        if read & set(names[:at]):
            return True
    return False


def store(machine: Machine, target: ast.expr, value: Value, node: ast.expr | None) -> None:
    """Assign a value to a target."""
    if isinstance(target, ast.Name):
        machine.bind(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(machine, target, value, node)
    elif isinstance(target, ast.Starred):
        store(machine, target.value, value, None)
    elif isinstance(target, (ast.Subscript, ast.Attribute)):
        _store_into(machine, target, value, node)


def _unpack(machine: Machine, target: ast.Tuple | ast.List, value: Value, node: ast.expr | None) -> None:
    value = machine.content(value)
    items = [machine.content(item) for _, item in value.items or ()]
    starred = any(isinstance(element, ast.Starred) for element in target.elts)
    if len(items) != len(target.elts) or starred:
        items = [_part(value)] * len(target.elts)
    nodes: list[ast.expr | None] = [None] * len(target.elts)
    if isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == len(target.elts):
        nodes = list(node.elts)
    for element, item, at in zip(target.elts, items, nodes, strict=True):
        store(machine, element, item, at)


def _part(value: Value) -> Value:
    kind = "any" if value.kind in ("tuple", "list", "any") else value.kind
    return value.but(kind=kind, items=None, literal=MISSING, place=None)


def root_name(node: ast.expr) -> ast.Name | None:
    """The variable at the bottom of ``df['a'].loc[m].b``."""
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def _store_into(machine: Machine, target: ast.Subscript | ast.Attribute, value: Value, node: ast.expr | None) -> None:
    holder = expressions.evaluate(machine, target.value)
    index = expressions.evaluate(machine, target.slice) if isinstance(target, ast.Subscript) else UNKNOWN
    root = root_name(target)
    if isinstance(target, ast.Attribute):
        hidden.patched(machine, target, holder, target.attr)
    if root is None:
        hidden.stores_into_namespace(machine, target)
        return
    changed = machine.read(root)
    if holder.qualified == "os.environ":
        machine.environment |= {machine.step.number}
    if changed.place is None and changed.kind != "module" and root.id not in machine.local:
        machine.add_writer(root, value)
    if _is_turned(target):
        hidden.written_through(machine, target, None)
    if changed is not holder and holder.place is not None and not holder.kind.startswith("indexer."):
        _content_after(machine, holder, index, value, node)
    inside = changed is not holder and changed.kind in ("dict", "list")
    _content_after(machine, changed, UNKNOWN if inside else index, value, node, kept=inside)
    if _fills_stack(machine, target, changed, value):
        machine.mutate(changed, taints=machine.content(changed).taints | EACH)
    hidden.through_view(machine, target, changed)
    hidden.written_back(machine, changed, index, value)
    if changed.kind == "frame" and value.kind == "series":
        labels.check(machine, target, [changed, value])


def _fills_stack(machine: Machine, target: ast.Subscript | ast.Attribute, holder: Value, value: Value) -> bool:
    """``predictions[fold, :] = model.predict(X)``: one array of all rows below the other."""
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name) or holder.kind != "array":
        return False
    parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
    first = machine.step.values.get(parts[0], UNKNOWN)
    whole = all(isinstance(part, ast.Slice) and part.lower is part.upper is part.step is None for part in parts[1:])
    number = first.kind == "scalar" and first.relation != "rows"
    return whole and number and value.relation == "rows" and value.kind in ("array", "series")


def _is_turned(target: ast.expr) -> bool:
    """``a.T[0] = ...``: the first index counts columns."""
    turned = (node for node in ast.walk(target) if isinstance(node, ast.Attribute) and node.attr == "T")
    return isinstance(target, ast.Subscript) and any(turned)


def _content_after(
    machine: Machine, holder: Value, index: Value, value: Value, node: ast.expr | None, kept: bool = False
) -> None:
    holder = machine.content(holder)
    column = index.literal if isinstance(index.literal, str) else None
    answer = (machine.step, node, column) if value.events and node is not None else holder.answer
    changes: dict[str, object] = {
        "taints": holder.taints | (value.taints & {"random", "unknown"}),
        "events": holder.events | value.events,
        "answer": answer,
        "predicted": holder.predicted | {(column, event) for event in value.events if column is not None},
        "literal": MISSING,
        "items": holder.items if kept else _items_after(machine, holder, index, value),
    }
    if holder.kind in ("dict", "list") and value.kind == "estimator":
        changes["owner"] = value
    table = holder.relation != "rows" and holder.kind not in ("dict", "list", "estimator")
    if value.relation == "rows" and (table or (holder.kind == "dict" and _only_predictions(holder, value))):
        changes |= {"relation": "rows", "rows": value.rows}
    elif holder.kind in ("dict", "list") and value.relation == "rows" and not machine.loops:
        changes |= {"relation": holder.relation if holder.relation != "const" else "data"}
    elif holder.relation == "const" and (value.from_data or index.from_data or _conditioned(machine)):
        changes |= {"relation": "data"}
    machine.mutate(holder, **changes)


def _only_predictions(holder: Value, value: Value) -> bool:
    """Whether a dict holds nothing but predictions for the same rows."""
    held = [value, *(item for _, item in holder.items or ())]
    return holder.items is not None and all(v.relation == "rows" and v.events and v.rows == value.rows for v in held)


def _conditioned(machine: Machine) -> bool:
    return any(condition.from_data for condition in machine.conditions)


def _items_after(
    machine: Machine, holder: Value, index: Value, value: Value
) -> tuple[tuple[object, Value], ...] | None:
    if holder.kind not in ("dict", "list") or holder.items is None or isinstance(index.literal, Missing):
        return None
    others = tuple((key, item) for key, item in holder.items if key != index.literal)
    return (*others, (index.literal, value)) if holder.kind == "dict" or len(others) < len(holder.items) else None


def _augmented(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.AugAssign)
    _begin(machine, node)
    before = expressions.evaluate(machine, node.target)
    added = expressions.evaluate(machine, node.value)
    value = expressions.combine([before, added], before.kind if before.kind != "any" else None)
    value = value.but(literal=MISSING, place=None, items=None)
    if isinstance(node.target, ast.Name) and before.kind in IN_PLACE and _shared(machine, node.target.id, before):
        hidden.through_view(machine, node, before)
        machine.mutate(before, relation=value.relation, rows=value.rows, literal=MISSING, items=None)
        machine.step.binds |= {machine.emitted(node.target.id)}
    elif isinstance(node.target, ast.Name):
        machine.bind(node.target.id, machine.fresh(value))
    else:
        store(machine, node.target, value, node.value)


def _shared(machine: Machine, name: str, value: Value) -> bool:
    """Whether an object has another name too, or shares its content with another object."""
    if value.place is None:
        return False
    held = (other for other, binding in machine.memory.names.items() if other != machine.emitted(name))
    return bool(machine.viewed(value.place)) or any(
        value.place in _places_in(machine.memory.names[other].value) for other in held
    )


def _places_in(value: Value) -> set[int | None]:
    return {value.place, *(item.place for _, item in value.items or ())}


def _annotated(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.AnnAssign)
    if node.value is not None:
        _begin(machine, node)
        store(machine, node.target, expressions.evaluate(machine, node.value), node.value)


def _delete(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.Delete)
    if all(isinstance(target, ast.Name) for target in node.targets):
        return
    _begin(machine, node)
    for target in node.targets:
        root = root_name(target)
        if root is not None and root is not target:
            if isinstance(target, ast.Subscript):
                expressions.evaluate(machine, target.slice)
            machine.mutate(machine.read(root))


def _expression(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.Expr)
    _begin(machine, node)
    value = expressions.evaluate(machine, node.value)
    if value.events:
        machine.sinks.append(Sink("look", machine.step, node.value, value))


def _return(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.Return)
    if not machine.frames:
        return
    frame = machine.frames[-1]
    ends = _at_end(machine, frame)
    if not ends:
        frame.outcome.opaque = "the function returns from inside a loop, a with or a try"
    frame.outcome.returned = ends
    if node.value is None:
        if ends and frame.early:
            _return_nothing(machine, node, frame)
        return
    if frame.inline and ends and isinstance(node.value, ast.Name) and node.value.id not in machine.local:
        same = {found.value.id if isinstance(found.value, ast.Name) else "" for found in frame.returns}
        if not frame.early or same == {node.value.id}:
            _return_name(machine, node.value, frame)
            return
    step = _begin(machine, node)
    _give_back(machine, step, node.value, frame, ends=ends)


def _give_back(machine: Machine, step: Step, node: ast.expr, frame: Frame, ends: bool = True) -> None:
    outcome = frame.outcome
    value = expressions.evaluate(machine, node)
    if outcome.value is not NONE and value.events != outcome.value.events:
        outcome.opaque = "the function returns a prediction from one of several branches"
    outcome.value = value if outcome.value is NONE else join(outcome.value, value)
    if not frame.inline or not ends:
        return
    name = outcome.name or machine.unique_for(step, f"{machine.context.calls[-1]}_result")
    step.bind, step.bind_context = (name, node), machine.context
    machine.bind_emitted(name, value)
    if isinstance(node, ast.Tuple) and not frame.early:
        machine.parts[name] = (tuple(node.elts), machine.context)
    elif outcome.name is not None:
        machine.parts.pop(name, None)
    outcome.name = name


def _return_name(machine: Machine, node: ast.Name, frame: Frame) -> None:
    name = machine.emitted(node.id)
    binding = machine.memory.names.get(name)
    if binding is not None:
        frame.outcome.name, frame.outcome.value = name, binding.value


def _if(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.If)
    step = _begin(machine, node)
    test = expressions.evaluate(machine, node.test)
    if not isinstance(test.literal, Missing) and test.relation == "const":
        siblings = machine.parent.children if machine.parent is not None else machine.top
        siblings.remove(step)
        run_block(machine, node.body if test.literal else node.orelse)
        return
    machine.conditions.append(test)
    before = machine.memory.copy()
    with machine.inside(step, "body"):
        run_block(machine, node.body)
    after_body, machine.memory = machine.memory, before
    with machine.inside(step, "orelse"):
        run_block(machine, node.orelse)
    machine.memory = _ends(node.body, after_body, node.orelse, machine.memory)
    machine.conditions.pop()


def _ends(body: list[ast.stmt], after_body: object, orelse: list[ast.stmt], after_else: object):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """A branch that leaves the function or loop does not reach the join."""
    leaves = (ast.Raise,)
    if body and isinstance(body[-1], leaves):
        return after_else
    if orelse and isinstance(orelse[-1], leaves):
        return after_body
    return after_body.merge(after_else)  # type: ignore[attr-defined]


def _for(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, (ast.For, ast.AsyncFor))
    step = _begin(machine, node)
    iterated = machine.content(expressions.evaluate(machine, node.iter))
    if _worth_unrolling(machine, node, iterated):
        _unroll(machine, step, node, iterated)
        return
    rows = _walked_rows(iterated)
    gathered = gathering.gathered_name(node) if iterated.kind == "groupby" else None
    before = machine.memory.names.get(machine.emitted(gathered)) if gathered else None
    _twice(machine, step, lambda: _round(machine, step, node, iterated, rows))
    gathering.note_gathered(machine, step, node, before)
    with machine.inside(step, "orelse"):
        run_block(machine, node.orelse)


def _walked_rows(iterated: Value) -> int | None:
    walks = iterated.relation == "rows" and iterated.kind not in ("frame", "groupby", "dict", *SINGLE)
    return iterated.rows if walks else None


def _round(machine: Machine, step: Step, node: ast.For | ast.AsyncFor, iterated: Value, rows: int | None) -> None:
    machine.current = step
    store(machine, node.target, _element(machine, iterated), None)
    machine.loops.append(Loop(step, rows))
    with machine.inside(step, "body"):
        run_block(machine, node.body)
    machine.loops.pop()


def _element(machine: Machine, iterated: Value) -> Value:
    if iterated.kind == "list" and iterated.relation == "rows" and iterated.owner is not None:
        return iterated.owner
    if iterated.kind in ("folds", "pairs") and iterated.items:
        return iterated.items[0][1]
    if iterated.kind == "groupby":
        group = Value(kind="frame", relation="rows", rows=iterated.rows)
        return Value(kind="tuple", relation="rows", rows=iterated.rows, items=((0, Value(relation="data")), (1, group)))
    return expressions.element(iterated, machine)


def _twice(machine: Machine, step: Step, once: Callable[[], None]) -> None:
    """Run a loop body twice: the second round sees the definitions of the first."""
    before = machine.memory.copy()
    if machine.rehearsing == 0:
        with machine.rehearsal():
            once()
        step.children.clear()
        machine.memory = before.merge(machine.memory)
    once()
    machine.memory = before.merge(machine.memory)


def _worth_unrolling(machine: Machine, node: ast.For | ast.AsyncFor, iterated: Value) -> bool:
    if iterated.items is None or iterated.kind not in ("list", "tuple", "dict") or len(iterated.items) > MAX_UNROLL:
        return False
    if iterated.kind == "dict" or any(isinstance(child, (ast.Break, ast.Continue)) for child in _own_loop(node)):
        return False
    return any(_is_table_or_model(machine, item) for _, item in iterated.items)


def _own_loop(node: ast.For | ast.AsyncFor) -> list[ast.AST]:
    found: list[ast.AST] = []
    pending: list[ast.AST] = list(node.body)
    while pending:
        child = pending.pop()
        found.append(child)
        if not isinstance(child, (ast.For, ast.While, ast.FunctionDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(child))
    return found


def _is_table_or_model(machine: Machine, value: Value) -> bool:
    value = machine.content(value)
    if value.kind in ("tuple", "list") and value.items is not None:
        return any(_is_table_or_model(machine, item) for _, item in value.items)
    return value.kind in UNROLL_KINDS and (value.relation == "rows" or value.kind in ("estimator", "frame"))


def _unroll(machine: Machine, step: Step, node: ast.For | ast.AsyncFor, iterated: Value) -> None:
    siblings = machine.parent.children if machine.parent is not None else machine.top
    siblings.remove(step)
    rebound = {
        n.id for s in node.body for n in ast.walk(s) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    }
    outer = machine.context
    for at, (key, item) in enumerate(iterated.items or ()):
        context = Context(dict(outer.rename), outer.calls, (*outer.key, (step.number, at)))
        machine.current = step
        _bind_round(machine, node.target, node.iter, key, machine.content(item), context, outer, rebound)
        with machine.in_context(context):
            run_block(machine, node.body)
    if isinstance(node.target, ast.Name) and iterated.items:
        last = context.rename.get(node.target.id)
        if last is not None and last != machine.emitted(node.target.id):
            bind_step(machine, machine.emitted(node.target.id), ast.Name(last, ast.Load()), Context(), outer)


def _bind_round(
    machine: Machine,
    target: ast.expr,
    iterated: ast.expr,
    key: object,
    item: Value,
    context: Context,
    outer: Context,
    rebound: set[str],
) -> None:
    """Bind the loop's targets for one element, by renaming where the element has a name of its own."""
    if isinstance(target, (ast.Tuple, ast.List)) and item.items is not None and len(item.items) == len(target.elts):
        first = machine.content(item.items[0][1]).literal
        if _walks_items(iterated) and isinstance(first, (str, int)):
            key = first
        for element, (part_key, part) in zip(target.elts, item.items, strict=True):
            at = _element_node(iterated, key, part_key)
            _bind_one(machine, element, at, machine.content(part), context, outer, rebound)
        return
    _bind_one(machine, target, _element_node(iterated, key, None), item, context, outer, rebound)


def _walks_items(iterated: ast.expr) -> bool:
    """Whether a loop runs over ``d.items()``."""
    return isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Attribute) and iterated.func.attr == "items"


def _bind_one(
    machine: Machine,
    target: ast.expr,
    node: ast.expr,
    item: Value,
    context: Context,
    outer: Context,
    rebound: set[str],
) -> None:
    if not isinstance(target, ast.Name):
        return
    name = _name_of(machine, item)
    if name is not None and target.id not in rebound:
        context.rename[target.id] = name
        return
    if name is not None:
        node = ast.Name(name, ast.Load())
    elif isinstance(item.literal, (str, int, float, bool)):
        node = ast.Constant(item.literal)
    emitted = outer.rename.get(target.id, target.id)
    bind_step(machine, emitted, node, Context() if name is not None else outer, outer)
    if name is None or not isinstance(node, ast.Name):
        binding = machine.memory.names[emitted]
        if binding.value.kind == "any" and item.kind != "any":
            machine.bind_known(emitted, item, binding)


def _name_of(machine: Machine, item: Value) -> str | None:
    """The first variable that holds this very object."""
    if item.place is None:
        return None
    for name, binding in machine.memory.names.items():
        if binding.value.place == item.place and binding.value.kind != "tuple":
            return name
    return None


def _element_node(iterated: ast.expr, key: object, part: object) -> ast.expr:
    """An expression for one element: the literal's own element, or a subscript."""
    node: ast.expr = iterated
    if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and isinstance(part, int):
        if iterated.func.id == "zip" and part < len(iterated.args):
            return _element_node(iterated.args[part], key, None)
        if iterated.func.id == "enumerate" and len(iterated.args) == 1:
            return _element_node(iterated.args[0], key, None) if part else ast.Constant(key)  # type: ignore[arg-type]
    if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Attribute) and not iterated.args:
        if iterated.func.attr == "items" and part == 0:
            return ast.Constant(key)  # type: ignore[arg-type]
        if iterated.func.attr in ("items", "values"):
            node = iterated.func.value
            base = node.elts[0] if isinstance(node, (ast.List, ast.Tuple)) else node
            return _dict_element(base, key)
    if isinstance(node, (ast.List, ast.Tuple)) and isinstance(key, int) and key < len(node.elts):
        node = node.elts[key]
    else:
        node = ast.Subscript(node, ast.Constant(key), ast.Load())  # type: ignore[arg-type]
    if part is None:
        return node
    if isinstance(node, (ast.List, ast.Tuple)) and isinstance(part, int):
        return node.elts[part]
    return ast.Subscript(node, ast.Constant(part), ast.Load())  # type: ignore[arg-type]


def _dict_element(node: ast.expr, key: object) -> ast.expr:
    if isinstance(node, ast.Dict):
        keys = list(node.keys)
        if isinstance(key, int) and key < len(node.values):
            return node.values[key]
        for known, value in zip(keys, node.values, strict=True):
            if isinstance(known, ast.Constant) and known.value == key:
                return value
    return ast.Subscript(node, ast.Constant(key), ast.Load())  # type: ignore[arg-type]


def _while(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.While)
    step = _begin(machine, node)

    def once() -> None:
        machine.current = step
        test = expressions.evaluate(machine, node.test)
        machine.conditions.append(test)
        machine.loops.append(Loop(step, None))
        with machine.inside(step, "body"):
            run_block(machine, node.body)
        machine.loops.pop()
        machine.conditions.pop()

    _twice(machine, step, once)


def _with(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, (ast.With, ast.AsyncWith))
    step = _begin(machine, node)
    for item in node.items:
        value = expressions.evaluate(machine, item.context_expr)
        hidden.on_leaving(machine, item.context_expr)
        if item.optional_vars is not None:
            store(machine, item.optional_vars, value, None)
    with machine.inside(step, "body"):
        run_block(machine, node.body)


def _try(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, (ast.Try, ast.TryStar))
    step = _begin(machine, node)
    before = machine.memory.copy()
    with machine.inside(step, "body"):
        run_block(machine, node.body)
        run_block(machine, node.orelse)
    after = machine.memory
    for at, handler in enumerate(node.handlers):
        machine.memory = before.copy()
        machine.current = step
        if handler.type is not None:
            expressions.evaluate(machine, handler.type)
        with machine.inside(step, f"handler{at}"):
            run_block(machine, handler.body)
        merged = after.merge(machine.memory)
        _prefer_known_modules(machine, handler, after, merged)
        after = merged
    machine.memory = after
    with machine.inside(step, "finalbody"):
        run_block(machine, node.finalbody)


def _prefer_known_modules(machine: Machine, handler: ast.ExceptHandler, body: Memory, merged: Memory) -> None:
    """``try: import cudf as pd`` / ``except: import pandas as pd``: the module of the two that the facts know."""
    imports = [node for node in handler.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    for name in [alias.asname or alias.name for node in imports for alias in node.names]:
        emitted = machine.emitted(name)
        tried, instead = body.names.get(emitted), machine.memory.names.get(emitted)
        if tried is None or instead is None or instead.value.kind != "module":
            continue
        if not machine.facts.knows(tried.value.qualified) and machine.facts.knows(instead.value.qualified):
            merged.names[emitted] = instead


def _function(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    _begin(machine, node)
    hidden.redefined(machine, node)
    machine.definitions[machine.emitted(node.name)] = node
    function = Function(node, machine.context.rename, hidden.defaults_now(machine, node))
    machine.functions[machine.emitted(node.name)] = function
    machine.bind(node.name, Value(kind="function", function=function))


def _class(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.ClassDef)
    step = _begin(machine, node)
    hidden.redefined(machine, node)
    machine.definitions[machine.emitted(node.name)] = node
    for base in node.bases:
        expressions.evaluate(machine, base)
    names = frozenset(child.name for child in node.body if isinstance(child, ast.FunctionDef))
    for name in free_names(node):
        binding = machine.memory.names.get(machine.emitted(name))
        stars = expressions.star_imports(machine, name) if binding is None else frozenset()
        if binding is not None or stars:
            free = Free(stars, Value(kind="module")) if binding is None else Free(binding.steps, binding.value)
            step.free.setdefault(node, {})[machine.emitted(name)] = free
    batches.look_at_class(machine, node)
    machine.bind(node.name, Value(kind="class", names=names))


def _import(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.Import)
    _begin(machine, node)
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        qualified = alias.name if alias.asname else name
        machine.bind(name, Value(kind="module", qualified=qualified))


def _import_from(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.ImportFrom)
    if node.module == "__future__":
        return
    _begin(machine, node)
    for alias in node.names:
        if alias.name == "*":
            machine.stars.append((node.module or "", machine.step.number))
            continue
        qualified = f"{node.module}.{alias.name}" if node.module else alias.name
        known = machine.facts.estimator(qualified) is not None
        kind = "class" if known or alias.name[:1].isupper() else "function"
        if kind == "function" and machine.facts.lookup(qualified) is None:
            kind = "module"
        machine.bind(alias.asname or alias.name, Value(kind=kind, qualified=qualified))


def _other(machine: Machine, node: ast.stmt) -> None:
    step = _begin(machine, node)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            expressions.evaluate(machine, child)
    step.roles.add("control")


def _match(machine: Machine, node: ast.stmt) -> None:
    assert isinstance(node, ast.Match)
    step = _begin(machine, node)
    expressions.evaluate(machine, node.subject)
    before = machine.memory.copy()
    after = before.copy()
    for at, case in enumerate(node.cases):
        machine.memory = before.copy()
        for name in ast.walk(case.pattern):
            if isinstance(name, (ast.MatchAs, ast.MatchStar)) and name.name:
                machine.bind(name.name, UNKNOWN)
        with machine.inside(step, f"case{at}"):
            run_block(machine, case.body)
        after = after.merge(machine.memory)
    machine.memory = after


_RUNNERS: dict[type[ast.stmt], Callable[[Machine, ast.stmt], None]] = {
    ast.Assign: _assign,
    ast.AugAssign: _augmented,
    ast.AnnAssign: _annotated,
    ast.Delete: _delete,
    ast.Expr: _expression,
    ast.Return: _return,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Break: _other,
    ast.Continue: _other,
    ast.Raise: _other,
    ast.Assert: _other,
    ast.Match: _match,
}
