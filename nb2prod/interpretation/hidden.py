"""Note the changes that the analysis sees but cannot follow: code in strings, namespaces, patched libraries, views.

Input: a call or store that is being interpreted. Output: a note on its step, and the objects that it may have changed
marked as changed by it; whoever needs one of them afterwards meets the note and refuses (see recall.py and fitting.py).
What nobody needs does no harm. Refuses nothing itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from nb2prod.interpretation import expressions
from nb2prod.interpretation.machine import Binding, Machine
from nb2prod.interpretation.trace import Context, Hidden
from nb2prod.interpretation.values import MISSING, UNKNOWN, Function, Value, combined_taints, strongest
from nb2prod.reading.magics import parse

if TYPE_CHECKING:
    from nb2prod.interpretation.calls import Arguments

NAMESPACES = frozenset({"builtins.globals", "builtins.locals", "builtins.vars"})
SHELL = frozenset({"run_cell", "run_code", "run_line_magic", "safe_execfile", "ex"})
"""Methods of ``get_ipython()`` that run code among the notebook's names."""
DUNDERS = frozenset(
    {
        "__setitem__", "__delitem__", "__setattr__", "__delattr__",
        "__iadd__", "__isub__", "__imul__", "__itruediv__", "__ifloordiv__", "__imod__", "__ipow__",
    }
)  # fmt: skip
OPERATORS = frozenset(f"operator.{name}" for name in ("setitem", "delitem", "iadd", "isub", "imul", "itruediv", "imod"))
OWNERS = {"DataFrame": "frame", "Series": "series", "ndarray": "array", "Index": "index"}
LIBRARIES = frozenset({"pandas", "numpy", "sklearn", "scipy", "builtins"})
UNPATCHED = ("pandas.options", "numpy.random", "numpy.bool")
SPELL_OUT = "write the code itself in the cell"
CHANGES = frozenset(
    {"append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove", "discard", "clear"}
)
HOLDERS = frozenset({"dict", "list", "any", "instance", "object"})
VIEWS = frozenset({"values", "T", "array", "flat"})
"""Attributes of a table or array that may share its memory."""
VIEW_CALLS = frozenset({"to_numpy", "ravel", "reshape", "view", "squeeze", "transpose", "swapaxes"})
VIEW_FUNCTIONS = frozenset(f"numpy.{name}" for name in ("asarray", "asanyarray", "ravel", "reshape", "squeeze"))


def note(
    machine: Machine,
    node: ast.AST,
    message: str,
    why: str,
    do: str,
    *,
    anywhere: bool = True,
    column: str | None = None,
) -> None:
    """Remember that the current step does something that cannot be followed."""
    machine.step.hidden = Hidden(node, message, why, do, anywhere, column)
    machine.heavy += 1


def touch(machine: Machine, names: Iterable[str] | None = None, *, libraries: bool = False) -> None:
    """Let the current step have changed these variables (all of the notebook's own, if not told which)."""
    wanted = None if names is None else {machine.emitted(name) for name in names}
    for name, binding in list(machine.memory.names.items()):
        value = binding.value
        imported = bool(value.qualified) and value.kind in ("module", "class", "function") and not libraries
        if (wanted is None and not imported) or (wanted is not None and name in wanted):
            machine.memory.names[name] = Binding(value, binding.steps | {machine.step.number})
            machine.mutate(value)


def code_in_text(machine: Machine, node: ast.Call, called: str) -> None:
    """``exec(...)`` and its like: the names in the text may have changed, or any."""
    shown = ast.unparse(node)
    note(
        machine, node, f"{shown[:70]} runs code that is given as text", "what it changes cannot be followed",
        SPELL_OUT if called != "run_line_magic" else "put the code of that file into cells, or into an imported module",
    )  # fmt: skip
    text = next((a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)), None)
    tree = parse(text) if text is not None and called != "run_line_magic" else None
    touch(machine, None if tree is None else {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)})


def evaluated(machine: Machine, node: ast.Call, given: Arguments) -> Value:
    """``eval(...)``: a value made of the names in the text, or of anything."""
    message = f"{ast.unparse(node)[:70]} computes a value from code that is given as text"
    note(machine, node, message, "what it reads cannot be followed", SPELL_OUT)
    text = given.positional[0].literal if given.positional else None
    tree = parse(text.strip()) if isinstance(text, str) else None
    if tree is None:
        return Value(relation="data")
    names = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
    bindings = [machine.memory.names.get(machine.emitted(name)) for name in names]
    values = [machine.content(binding.value) for binding in bindings if binding is not None]
    base = strongest(values) or UNKNOWN
    return Value(kind="any", relation=base.relation, rows=base.rows, taints=combined_taints(values))


def namespace(machine: Machine, node: ast.Call) -> Value:
    """``globals()``: whatever is read from it is unknown; a store into it may have changed anything."""
    called = ast.unparse(node)
    note(
        machine, node, f"{called} reaches variables by their names", "which one is meant cannot be followed",
        "name the variable itself, or keep the tables in a dict",
    )  # fmt: skip
    if _may_change(machine.step.node, node):
        touch(machine)
    return Value(kind="any", relation="data")


def _may_change(statement: ast.stmt, call: ast.Call) -> bool:
    """Whether what a namespace gives is stored into, called, or given a name."""
    match statement:
        case ast.Assign():
            places: list[ast.expr] = [*statement.targets, statement.value]
        case ast.AugAssign() | ast.AnnAssign():
            places = [statement.target]
        case ast.Expr(value=ast.Call() as outer):
            places = [outer.func]
        case _:
            places = []
    return any(_bottom(place) is call for place in places)


def _bottom(node: ast.expr) -> ast.expr:
    while True:
        if isinstance(node, (ast.Subscript, ast.Attribute)):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            return node


def stores_into_namespace(machine: Machine, target: ast.expr) -> None:
    """``globals()['df'] = ...``: a store whose bottom is no variable."""
    bottom = _bottom(target)
    if isinstance(bottom, ast.Call):
        expressions.evaluate(machine, bottom)


def patched(machine: Machine, node: ast.expr, holder: Value, name: str) -> None:
    """``pd.Series.fillna = mine``: what a library does is no longer known."""
    qualified = f"{holder.qualified}.{name}"
    if holder.kind not in ("module", "class") or holder.qualified.partition(".")[0] not in LIBRARIES:
        return
    if qualified.startswith(UNPATCHED) or not _known(machine, holder.qualified, name):
        return
    note(
        machine, node, f"{ast.unparse(node)} is replaced by the notebook", "what it does from here on is not known",
        "define a function of your own and call that",
    )  # fmt: skip
    touch(machine, libraries=True)


def _known(machine: Machine, owner: str, name: str) -> bool:
    """Whether a library has such a name itself; one that only old versions have is brought back, not replaced."""
    kind = OWNERS.get(owner.rpartition(".")[2])
    fact = machine.facts.lookup(f"{owner}.{name}") if kind is None else machine.facts.method(kind, name)
    if fact is None:
        return name.startswith("__") or machine.facts.estimator(owner) is not None
    return not fact.legacy


def spelled_as_method(machine: Machine, node: ast.Call, changed: Value) -> None:
    """``df.__setitem__('a', x)``, ``operator.setitem(df, 'a', x)``: an assignment in disguise."""
    note(
        machine, node, f"{ast.unparse(node)[:70]} assigns by a call", "what it changes is not followed",
        "write it as an assignment: x[key] = value",
    )  # fmt: skip
    machine.mutate(changed)


def written_through(machine: Machine, node: ast.AST, column: str | None) -> None:
    """A write into memory that a table shares with an array: whether the table sees it depends on its types."""
    note(
        machine, node, f"{_shown(node)} writes into a table through an object that shares its memory",
        "whether the table changes depends on its types and on the version of pandas",
        "assign the result to a column: df['a'] = ...", anywhere=False, column=column,
    )  # fmt: skip


def _shown(node: ast.AST) -> str:
    return ast.unparse(node).partition("\n")[0][:70]


def through_view(machine: Machine, node: ast.AST, changed: Value) -> None:
    """A change of an object that shares its content with a table that has a name."""
    if changed.place not in machine.views or changed.kind not in ("array", "any", "series"):
        return
    places = machine.viewed(changed.place)
    named = {binding.value.place for _, binding in machine.memory.names.items()}
    tables = [place for place in places if place in named and machine.memory.heap[place].kind == "frame"]
    if tables:
        column = next((machine.columns[p] for p in (changed.place, *places) if p in machine.columns), None)
        written_through(machine, node, column)


def written_back(machine: Machine, table: Value, index: Value, value: Value) -> None:
    """``df['a'] = a`` after ``a = df['a']`` and ``a[i] = ...``: the table has the values, whoever shared its memory."""
    if table.kind != "frame" or value.place is None or table.place not in machine.viewed(value.place):
        return
    for step in machine.steps:
        through = step.hidden is not None and step.hidden.column is not None and step.hidden.column == index.literal
        if through and value.place in step.mutates:
            step.hidden = None


def changed_inside(machine: Machine, receiver: ast.expr, owner: Value, added: list[Value]) -> None:
    """``groups[key].append(x)``: what a variable holds is changed, and with it the variable."""
    if owner.kind in ("set", "any") and owner.relation == "const":
        machine.mutate(owner, relation="data" if any(value.from_data for value in added) else "const")
    root = _bottom(receiver) if isinstance(receiver, (ast.Subscript, ast.Attribute)) else None
    if not isinstance(root, ast.Name) or root.id in machine.local:
        return
    holder = machine.read(root)
    if holder.place is None or holder.place == owner.place or holder.kind not in HOLDERS:
        return
    key = [machine.step.values[n] for n in ast.walk(receiver) if n in machine.step.values and n is not root]
    learns = any(value.from_data for value in [*key, *added]) and holder.relation == "const"
    machine.mutate(holder, relation="data" if learns else holder.relation, literal=MISSING)


def view_of(machine: Machine, name: str, value: Value, base: Value, given: Arguments) -> None:
    """``np.asarray(a)``, ``a.ravel()``: perhaps the same memory."""
    copies = "copy" in given.keywords and given.keywords["copy"].literal is not False
    if name in VIEW_FUNCTIONS or (name.rpartition(".")[2] in VIEW_CALLS and not copies):
        machine.share(value, [base])


def overwritten(machine: Machine, node: ast.Call, changed: Value) -> None:
    """``StandardScaler(copy=False).fit_transform(a)``: perhaps the array itself is transformed."""
    statement = machine.step.node
    stored = statement.targets if isinstance(statement, ast.Assign) else []
    if any(ast.unparse(target) == ast.unparse(argument) for target in stored for argument in node.args):
        return
    note(
        machine, node, f"{ast.unparse(node)[:70]} may change its argument, for copy=False",
        "whether it does depends on the types", "leave copy=False out and assign the result", anywhere=False,
    )  # fmt: skip
    machine.mutate(changed)


def on_leaving(machine: Machine, node: ast.expr) -> None:
    """``with changed(df):``, a generator of the notebook: it goes on when the block is left."""
    value = machine.step.values.get(node.func) if isinstance(node, ast.Call) else None
    if not isinstance(node, ast.Call) or value is None or value.function is None:
        return
    given = [machine.step.values[argument] for argument in node.args if argument in machine.step.values]
    tables = [value for value in given if value.from_data]
    if tables and any(isinstance(child, ast.Yield) for child in ast.walk(value.function.node)):
        note(
            machine, node, f"{ast.unparse(node)[:70]} may change the table when the block is left",
            "the function goes on after its yield", "call a plain function before and after",
        )  # fmt: skip
        for table in tables:
            machine.mutate(table)


def asked(machine: Machine, node: ast.expr) -> None:
    """``input()`` and ``sys.argv``: what was said to the notebook is not in it."""
    note(
        machine, node, f"{ast.unparse(node)[:70]} was answered when the notebook ran",
        "the answer is not in the notebook", "write the value into the cell",
    )  # fmt: skip


def defaults_now(
    machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
) -> dict[str, frozenset[int]]:
    """What the names in the defaults of a function's parameters are bound by when it is defined."""
    defaults = [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]
    found: dict[str, frozenset[int]] = {}
    for name in (child for default in defaults for child in ast.walk(default) if isinstance(child, ast.Name)):
        binding = machine.memory.names.get(machine.emitted(name.id))
        if binding is not None and name.id not in machine.local:
            found[machine.emitted(name.id)] = binding.steps
    return found


def late_defaults(machine: Machine, node: ast.expr, function: Function) -> None:
    """A default such as ``m=mean`` has the value from when the function was defined, not from when it is called."""
    for name, steps in function.defaults.items():
        binding = machine.memory.names.get(name)
        if binding is not None and binding.steps != steps:
            note(
                machine, node, f"a default of the called function keeps {name!r} as it was at the definition",
                "the name has another value now", f"pass {name} as an argument",
            )  # fmt: skip


def remembers(machine: Machine, node: ast.expr, function: Function) -> None:
    """A function called for each row that changes and reads something outlasting the call: the rows' order matters."""
    kept = kept_between_calls(function.node)
    if kept:
        note(
            machine, node, f"the function called for each row remembers {kept!r} from the rows before",
            "a single row has no rows before it",
            "compute the values from the whole column in a statement of its own", anywhere=False,
        )  # fmt: skip


def keeps_default(machine: Machine, node: ast.Call, function: Function, given: Arguments) -> None:
    """``def f(column, seen={})`` that changes and reads ``seen``: one object for all calls, in the notebook."""
    kept = kept_between_calls(function.node)
    names = [argument.arg for argument in [*function.node.args.posonlyargs, *function.node.args.args]]
    if kept in _made_once(function.node) - {*names[: len(given.positional)], *given.keywords}:
        note(
            machine, node, f"the called function keeps what it puts into its default {kept!r} from call to call",
            "a package calls it more often than the notebook did", f"make {kept!r} anew inside of the function",
        )  # fmt: skip


@lru_cache(1024)
def kept_between_calls(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> str:
    """A name outside of a function (or a default that is made once) which the function both changes and reads."""
    body = node.body if isinstance(node.body, list) else [node.body]
    inside = [child for statement in body for child in ast.walk(statement)]
    declared = {name for child in inside if isinstance(child, (ast.Global, ast.Nonlocal)) for name in child.names}
    own = {child.id for child in inside if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store)} - declared
    own |= {child.arg for child in ast.walk(node) if isinstance(child, ast.arg)} - _made_once(node)
    changed = {name for child in inside for name in _changed(child)} - own
    return next((name for name in sorted(changed) if name in declared or _is_read(inside, name)), "")


def _made_once(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """Parameters whose default is a list, dict or set: one object for all calls."""
    named = [*node.args.posonlyargs, *node.args.args]
    pairs = list(zip(named[len(named) - len(node.args.defaults) :], node.args.defaults, strict=True))
    pairs += [(a, d) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is not None]
    made = (ast.List, ast.Dict, ast.Set, ast.Call, ast.ListComp, ast.DictComp)
    return {argument.arg for argument, default in pairs if isinstance(default, made)}


def _changed(node: ast.AST) -> Iterator[str]:
    """The names whose objects a piece of code changes or, declared global, binds anew."""
    if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        bottom = _bottom(node)
        if isinstance(bottom, ast.Name):
            yield bottom.id
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
        if isinstance(node.func.value, ast.Name):
            yield node.func.value.id


def _is_read(inside: list[ast.AST], name: str) -> bool:
    """Whether an outer object's content is read: an element, its size, what it gives back."""
    for child in inside:
        parts = [part for part in ast.iter_child_nodes(child) if isinstance(part, ast.Name) and part.id == name]
        stored = isinstance(child, ast.Subscript) and not isinstance(child.ctx, ast.Load)
        method = isinstance(child, ast.Attribute) and child.attr in CHANGES - {"setdefault", "pop", "popitem"}
        if parts and not stored and not method:
            return True
    return False


def rebound(machine: Machine, node: ast.Name, function: Function) -> None:
    """A lambda that reads a variable sees its last value; where that was bound anew, no package can say which."""
    for name, steps in function.reads.items():
        binding = machine.memory.names.get(name)
        if binding is not None and binding.steps != steps:
            note(
                machine, node, f"the lambda {node.id!r} reads {name!r}, which was bound anew after its definition",
                "it means the new value in the notebook", f"make {name} a parameter of the function",
            )  # fmt: skip


def redefined(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
    """``def f`` a second time with another body: from here on the name is another function, under another name."""
    before = machine.definitions.get(machine.emitted(node.name))
    if before is None or before is node or ast.dump(before) == ast.dump(node):
        return
    callers = {
        name
        for name, binding in machine.memory.names.items()
        if binding.value.function is not None and node.name in _names_read(binding.value.function.node)
    }
    if machine.conditions or callers - {machine.emitted(node.name)} or machine.loops:
        note(
            machine, node, f"{node.name} is defined a second time, with another body",
            "which of the two is meant cannot be followed", "give the second one a name of its own",
        )  # fmt: skip
        touch(machine, callers)
        return
    rename = {**machine.context.rename, node.name: machine.unique_for(machine.step, f"{node.name}_2")}
    machine.context = machine.step.context = Context(rename, machine.context.calls, machine.context.key)


def _names_read(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


def reads_environment(machine: Machine, node: ast.expr) -> None:
    """``os.environ['K']`` after the notebook has set it: the statement that set it belongs to the slice."""
    for name in (child for child in ast.walk(node) if isinstance(child, ast.Name) and child in machine.step.deps):
        machine.step.deps[name] |= machine.environment
