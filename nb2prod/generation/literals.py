"""Parameters of expanded functions that are given a literal: the code has it where the function had the name.

Input: an emitter, before it emits. Output: the names of such parameters with the text of their literals. A notebook
that calls ``scale(df, "age")`` gets ``df["age"].mean()``, and no variable that holds the word. A name stays where the
literal would read badly, or mean something else: in formatted text, next to ``is``, compared with another literal.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from nb2prod.generation.emission import Emitter
from nb2prod.interpretation.trace import Step
from nb2prod.reading.scopes import children_in_scopes

LONGEST = 40
"""Characters of a text that may stand in the code more than once."""


def promote_literals(emitter: Emitter) -> None:
    """Let the rewriter write the literals, and leave out the steps that bind them."""
    emitted = [step for step in emitter.trace.steps if emitter.fits(step) or emitter.serves(step)]
    bound = Counter(name for step in emitted for name in {*step.binds, *_bound_by_loops(step)})
    found = {step.number: step.bind for step in emitted if step.bind is not None and _is_short(step.bind[1])}
    given = {name: (number, node) for number, (name, node) in found.items() if bound[name] == 1}
    given = {name: one for name, one in given.items() if not emitter.attached(emitter.trace.steps[one[0]])}
    kept = _kept_as_names(emitted, set(given)) if given else set()
    for name, (number, node) in given.items():
        if name not in kept:
            emitter.rewriter.literals[name] = ast.unparse(node)
            emitter.constant_steps.add(number)


def _is_short(node: ast.expr) -> bool:
    """Whether an expression is a literal that may stand anywhere; a negative number may not."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, (bytes, complex)) or node.value is ...:
        return False
    return not isinstance(node.value, str) or (len(node.value) <= LONGEST and node.value.isprintable())


def _bound_by_loops(step: Step) -> Iterator[str]:
    """The names that parts of an expression bind: the variables of comprehensions and lambdas."""
    for node in ast.walk(_own_part(step)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield step.emitted(node.id)


def _own_part(step: Step) -> ast.AST:
    return step.bind[1] if step.bind is not None else step.node


def _kept_as_names(steps: Iterable[Step], names: set[str]) -> set[str]:
    """The names that are read where no literal can stand."""
    found = {name for step in steps for free in step.free.values() for name in free}
    for step in steps:
        found |= {step.emitted(name) for name in _kept_in(_own_part(step))}
    return found & names


def _kept_in(root: ast.AST) -> Iterator[str]:
    """The names that a piece of the notebook reads so, as the notebook calls them."""
    pending: list[tuple[ast.AST, frozenset[str]]] = [(root, frozenset())]
    while pending:
        node, own = pending.pop()
        if isinstance(node, ast.Name) and node.id in own:
            yield node.id
        yield from _read_badly(node)
        pending.extend((child, own | bound) for child, bound in children_in_scopes(node))


def _read_badly(node: ast.AST) -> Iterator[str]:
    match node:
        case (
            ast.JoinedStr() | ast.Starred() | ast.Delete() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef()
        ):
            yield from _names_of(ast.walk(node))
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
        case ast.Constant(value=str(text)):  # the text of a query
            yield from re.findall(r"@(\w+)", text)
        case ast.Compare(left=left, comparators=others, ops=ops):
            identity = any(isinstance(op, (ast.Is, ast.IsNot)) for op in ops)
            if identity or all(isinstance(part, (ast.Constant, ast.Name)) for part in (left, *others)):
                yield from _names_of((left, *others))
        case ast.BoolOp(values=values):
            yield from _names_of(values)
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.UnaryOp(operand=test):
            yield from _names_of((test,))


def _names_of(nodes: Iterable[ast.AST]) -> Iterator[str]:
    return (node.id for node in nodes if isinstance(node, ast.Name))
