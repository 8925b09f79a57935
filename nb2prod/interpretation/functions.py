"""Interpret the notebook's own functions and classes through their bodies.

A call is first tried in a scratch machine. If nothing in the body matters at inference (no statistic, fit, split,
prediction, ...) the call stays a call. Otherwise the body is expanded in place: parameters and locals become
names of the caller, so that every later stage sees one flat program. Refuses (by a note on the call) bodies that
cannot be expanded: returns inside of loops, generators, recursion.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nb2prod.interpretation import expressions, hidden, passed_on, statements
from nb2prod.interpretation.machine import Machine
from nb2prod.interpretation.trace import Context, Free, Op
from nb2prod.interpretation.values import (
    UNKNOWN,
    Function,
    Value,
    combined_events,
    combined_taints,
    strongest,
)
from nb2prod.reading.scopes import aliases_in, free_names, locals_of

if TYPE_CHECKING:
    from nb2prod.interpretation.calls import Arguments

MAX_DEPTH = 6


@dataclass(frozen=True, eq=False)
class Tried:
    """What a scratch run of a function showed."""

    value: Value
    heavy: bool
    mutated: dict[int, Value]
    globals_written: bool
    opaque: str


def _imports_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The names that a function imports: imports move to the top of the module, under the same names."""
    imports = [child for child in ast.walk(node) if isinstance(child, (ast.Import, ast.ImportFrom))]
    return {(alias.asname or alias.name).partition(".")[0] for child in imports for alias in child.names}


def free_definitions(machine: Machine, function: Function) -> dict[str, Free]:
    """For each global that a function reads, the definitions that reach this point, transitively."""
    found: dict[str, Free] = {}
    pending = [function]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if id(current.node) in seen:
            continue
        seen.add(id(current.node))
        for name in free_names(current.node):
            emitted = function_name(current, name)
            binding = machine.memory.names.get(emitted)
            if binding is None:
                stars = expressions.star_imports(machine, name)
                found |= {emitted: Free(stars, Value(kind="module"))} if stars else {}
                continue
            value = machine.content(binding.value)
            found[emitted] = Free(binding.steps | machine.writers(value), value)
            if binding.value.function is not None:
                pending.append(binding.value.function)
    return found


def function_name(function: Function, name: str) -> str:
    """The emitted name of a global of a function."""
    return function.rename.get(name, name)


def probe(machine: Machine, function: Function, values: tuple[Value, ...]) -> Value:
    """Interpret a callback's body for one element, without leaving steps; lambdas are recorded in place."""
    node = function.node
    if isinstance(node, ast.Lambda):
        names = dict(zip([a.arg for a in node.args.args], values, strict=False))
        with machine.locals(names):
            return expressions.evaluate(machine, node.body)
    return _try(machine, function, list(values), {}).value


def is_heavy(machine: Machine, function: Function, values: tuple[Value, ...]) -> bool:
    """Whether a named callback does something that matters at inference."""
    if isinstance(function.node, ast.Lambda):
        return False
    return _try(machine, function, list(values), {}).heavy


def call_function(machine: Machine, node: ast.Call, function: Function, given: Arguments) -> Value:
    """Interpret a call of one of the notebook's functions."""
    hidden.late_defaults(machine, node, function)
    hidden.keeps_default(machine, node, function, given)
    if isinstance(function.node, ast.Lambda):
        return probe(machine, function, given.positional)
    if function.node in machine.call_stack or len(machine.call_stack) >= MAX_DEPTH:
        return _opaque(machine, node, given)
    tried = _try(machine, function, list(given.positional), given.keywords)
    plain = not tried.heavy and not tried.globals_written and not _reaches_out(machine, given, tried)
    if plain and not _makes_several(tried):
        return _kept(machine, node, given, tried)
    reason = _why_not_here(machine, node) or tried.opaque or why_not_inlinable(function.node) or _why_not_bindable(node)
    if reason:
        machine.note(node, Op("opaque", strongest(given.all()), detail=reason), heavy=True)
        return _kept(machine, node, given, tried, opaque=True)
    return _inline(machine, node, function, given)


def _reaches_out(machine: Machine, given: Arguments, tried: Tried) -> bool:
    """Whether a function changed an object that it was not given."""
    known = {place for one in machine.held(given.all()) for place in (one, *machine.viewed(one))}
    return not known >= tried.mutated.keys()


def _makes_several(tried: Tried) -> bool:
    """Whether a function changes or gives tables of different rows, such as the train and the test part."""
    made = [*tried.mutated.values(), tried.value, *(item for _, item in tried.value.items or ())]
    return len({value.rows for value in made if value.relation == "rows" and value.rows is not None}) > 1


def _opaque(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    base = strongest(given.all()) or UNKNOWN
    if base.relation == "rows":
        machine.note(node, Op("opaque", base, detail="the function calls itself"))
    return machine.fresh(Value(kind="any", relation=base.relation, rows=base.rows, taints=combined_taints(given.all())))


def _kept(machine: Machine, node: ast.Call, given: Arguments, tried: Tried, opaque: bool = False) -> Value:
    values = given.all()
    for place, value in machine.held(values).items():
        if place in tried.mutated:
            after = tried.mutated[place]
            machine.mutate(value, relation=after.relation, rows=after.rows, kind=after.kind, items=None)
    base = strongest(values)
    if base is not None and base.relation == "rows" and not opaque:
        machine.note(node, Op("map", base, detail="function"))
    value = tried.value
    return machine.fresh(value.but(place=None, items=None, answer=None))


def _try(machine: Machine, function: Function, positional: list[Value], keywords: dict[str, Value]) -> Tried:
    node = function.node
    assert not isinstance(node, ast.Lambda)
    before = machine.memory
    with machine.scratch():
        machine.heavy = 0
        context = _context(machine, function, node)
        machine.call_stack.append(node)
        saved_loops, machine.loops = machine.loops, []
        with machine.in_context(context), machine.locals({}):
            local, machine.local = machine.local, {}
            _bind_values(machine, node, positional, keywords)
            outcome = statements.run_body(machine, node.body)
            machine.local = local
        machine.loops = saved_loops
        machine.call_stack.pop()
        heap, names = machine.memory.heap, machine.memory.names
        known = {place: before.heap.get(place) for place in heap.differing(before.heap)}
        mutated = {place: heap[place] for place, was in known.items() if was is not None and heap[place] is not was}
        written = any(
            name in before.names and names[name] is not before.names[name] for name in names.differing(before.names)
        )
        heavy = machine.heavy > 0
        value = machine.content(outcome.value)
        if value.place is not None and value.place not in before.heap:
            value = value.but(place=None)
    return Tried(value, heavy, mutated, written, outcome.opaque)


def rehearse(machine: Machine, function: Function, given: list[Value]) -> None:
    """Interpret a function for its steps' sake; the caller throws them away."""
    node = function.node
    if isinstance(node, ast.Lambda):
        probe(machine, function, tuple(given))
        return
    machine.call_stack.append(node)
    saved, machine.loops = machine.loops, []
    local, machine.local = machine.local, {}
    with machine.in_context(_context(machine, function, node)):
        _bind_values(machine, node, given, {})
        statements.run_body(machine, node.body)
    machine.loops, machine.local = saved, local
    machine.call_stack.pop()


def _context(machine: Machine, function: Function, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Context:
    rename = dict(function.rename)
    for name in sorted(locals_of(node)):
        rename[name] = machine.unique(name)
    return Context(rename, (*machine.context.calls, node.name), (*machine.context.key, machine.step.number))


def _bind_values(
    machine: Machine,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    positional: list[Value],
    keywords: dict[str, Value],
) -> None:
    names = [a.arg for a in [*node.args.posonlyargs, *node.args.args]]
    defaults = node.args.defaults
    for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=True):
        machine.bind(name, expressions.evaluate(machine, default))
    for argument, default_value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if default_value is not None:
            machine.bind(argument.arg, expressions.evaluate(machine, default_value))
    for name, value in zip(names, positional, strict=False):
        machine.bind(name, value)
    for name, value in keywords.items():
        if name != "**":
            machine.bind(name, value)
    rest = positional[len(names) :]
    if node.args.vararg is not None:
        machine.bind(node.args.vararg.arg, (strongest(rest) or UNKNOWN).but(kind="tuple"))


def why_not_inlinable(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Why a body cannot be expanded in place, or nothing."""
    if isinstance(node, ast.AsyncFunctionDef) or node.decorator_list:
        return "the function is decorated or asynchronous"
    for child in ast.walk(node):
        if isinstance(child, (ast.Yield, ast.YieldFrom)):
            return "the function is a generator"
    if node.args.vararg is not None or node.args.kwarg is not None:
        return "the function takes *args or **kwargs"
    return ""


def _why_not_here(machine: Machine, call: ast.Call) -> str:
    if any(isinstance(child, ast.Name) and child.id in machine.local for child in ast.walk(call)):
        return "the function is called for each element of a comprehension"
    return ""


def _why_not_bindable(call: ast.Call) -> str:
    if any(isinstance(argument, ast.Starred) for argument in call.args) or any(k.arg is None for k in call.keywords):
        return "the call unpacks its arguments"
    return ""


def _inline(machine: Machine, node: ast.Call, function: Function, given: Arguments) -> Value:
    """Expand the body before the current step."""
    definition = function.node
    assert isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef))
    caller_step, caller_context = machine.step, machine.context
    siblings = machine.parent.children if machine.parent is not None else machine.top
    siblings.remove(caller_step)
    context = _parameter_context(machine, node, function, definition, given)
    saved_local, machine.local = machine.local, {}
    _bind_parameters(machine, node, definition, given, context, caller_context)
    machine.call_stack.append(definition)
    with machine.in_context(context):
        outcome = statements.run_body(machine, definition.body, inline_result=True)
    machine.local = saved_local
    machine.call_stack.pop()
    siblings = machine.parent.children if machine.parent is not None else machine.top
    siblings.append(caller_step)
    machine.current = caller_step
    caller_step.expanded.add(node)
    if outcome.name is None:
        if outcome.opaque:
            machine.note(node, Op("opaque", strongest(given.all()), detail=outcome.opaque), heavy=True)
        return outcome.value
    value = machine.content(outcome.value)
    binding = machine.memory.names.get(outcome.name)
    steps = (binding.steps if binding is not None else frozenset()) | machine.writers(value)
    caller_step.inlined[node] = (outcome.name, value)
    for child in ast.walk(node.func):
        caller_step.deps.pop(child, None)
        caller_step.free.pop(child, None)
    caller_step.deps[node] = steps
    return value


def _parameter_context(
    machine: Machine,
    call: ast.Call,
    function: Function,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    given: Arguments,
) -> Context:
    """Choose emitted names: a parameter takes over its argument's name where that is safe."""
    key = (*machine.context.key, (machine.step.number, id(call)))
    if key in machine.contexts:
        return machine.contexts[key]
    rename = dict(function.rename)
    rebound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    overwritten = _overwritten_by(machine.step.node, call)
    names = [a.arg for a in [*node.args.posonlyargs, *node.args.args]]
    used: set[str] = set()
    passed = dict(zip(names, given.nodes, strict=False)) | {
        name: at for name, at in given.keyword_nodes.items() if name != "**"
    }
    for name in sorted(locals_of(node) - _imports_of(node)):
        argument = passed.get(name)
        if isinstance(argument, ast.Name) and argument.id not in machine.local:
            emitted = machine.emitted(argument.id)
            known = emitted in machine.memory.names
            if known and emitted not in used and (name not in rebound or argument.id in overwritten):
                rename[name] = emitted
                used.add(emitted)
                continue
        rename[name] = machine.unique(name)
    for name, other in aliases_in(node).items():
        rename[name] = rename[other]
    machine.contexts[key] = Context(rename, (*machine.context.calls, node.name), key)
    return machine.contexts[key]


def _overwritten_by(statement: ast.stmt, call: ast.Call) -> set[str]:
    """Names that the calling statement assigns anyway."""
    if isinstance(statement, ast.Assign) and statement.value is call and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, ast.Name):
            return {target.id}
    return set()


def _bind_parameters(
    machine: Machine,
    call: ast.Call,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    given: Arguments,
    context: Context,
    caller: Context,
) -> None:
    names = [a.arg for a in [*node.args.posonlyargs, *node.args.args]]
    passed: dict[str, ast.expr] = dict(zip(names, given.nodes, strict=False))
    passed |= {name: at for name, at in given.keyword_nodes.items() if name != "**"}
    defaults = dict(zip(names[len(names) - len(node.args.defaults) :], node.args.defaults, strict=True))
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        names.append(argument.arg)
        if default is not None:
            defaults[argument.arg] = default
    for name in names:
        emitted = context.rename[name]
        if name in passed:
            argument_node = passed[name]
            same = (
                isinstance(argument_node, ast.Name) and caller.rename.get(argument_node.id, argument_node.id) == emitted
            )
            if not same:
                statements.bind_step(machine, emitted, argument_node, caller, context)
        elif name in defaults:
            function_context = Context({k: v for k, v in context.rename.items() if k not in names}, context.calls)
            statements.bind_step(machine, emitted, defaults[name], function_context, context)


def instantiate(machine: Machine, node: ast.Call, callee: Value, given: Arguments) -> Value:
    """An object of a class of the notebook; one with ``fit`` counts as an estimator."""
    base = strongest(given.all()) or UNKNOWN
    relation = "data" if base.from_data else "const"
    kind = "estimator" if "fit" in callee.names else "instance"
    if base.relation == "rows":
        machine.note(node, Op("est", None, detail="construct"), heavy=True)
    taints = combined_taints(given.all())
    if kind == "instance" and isinstance(node.func, ast.Name):
        passed_on.keeps_arguments(machine, node, machine.definitions.get(machine.emitted(node.func.id)), given)
    return machine.fresh(Value(kind=kind, relation=relation, taints=taints, events=combined_events(given.all())))
