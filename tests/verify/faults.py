"""Packages that are wrong on purpose: what `verify` must find, and name.

Input: the source folder of a good package. Output: `Fault`s, each one change of one line of inference: a recall of the
state dropped, a statistic learned again from the batch, a statement or a whole step skipped, the columns in another
order, a learned value spoilt, the answer not turned back (logarithms, codes). Run as a script (`python -m
tests.verify.faults [CASE ...]` in the project's root), it breaks the examples and the cases in every way, and prints
what `verify` says of each package that answers otherwise.
"""

from __future__ import annotations

import ast
import copy
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from equivalence.cases import CASES, EXAMPLES, Case, read_case
from equivalence.processes import HERE, Job, Run, WarmPython

from nb2prod.verify.judge import Report
from verify.ground import Ground, compare, lay_ground

Kind = Literal[
    "recall dropped",
    "learned again",
    "statement skipped",
    "step skipped",
    "columns reordered",
    "spoilt",
    "answer unturned",
]
Verdict = Literal["named", "caught", "missed", "harmless"]

MODULES = ("preprocessing", "inference")
OTHER_ANSWERS = frozenset({"predict_proba_rows", "target_rows"})
"""Functions that are not asked for predictions."""


@dataclass(frozen=True)
class Fault:
    """One wrong line: its kind, the functions that may be named for it, the statement, and the broken module."""

    kind: Kind
    functions: frozenset[str]
    statement: str
    module: str
    text: str


def faults(source: Path) -> Iterator[Fault]:
    """Break a package's inference in every way."""
    trees = {name: ast.parse((source / f"{name}.py").read_text(encoding="utf-8")) for name in MODULES}
    steps = {
        name: [node for node in tree.body if isinstance(node, ast.FunctionDef) and _first_words(node)]
        for name, tree in trees.items()
    }
    names = frozenset(step.name for name in MODULES for step in steps[name])
    for module, tree in trees.items():
        for function in steps[module]:
            for statement in serving_statements(function):
                for fault in _of_statement(tree, function, statement, names):
                    yield replace(fault, module=module)
    yield from _of_handover(trees["preprocessing"])
    yield from _unturned(trees["inference"], next(one for one in steps["inference"] if one.name == "predict_rows"))


def _of_handover(tree: ast.Module) -> Iterator[Fault]:
    """Break the order of what ``preprocess`` gives back; an expression is given a name before."""
    tree = copy.deepcopy(tree)
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "preprocess")
    given = function.body[-1]
    if isinstance(given, ast.Return) and isinstance(given.value, ast.Call | ast.Subscript):
        function.body[-1:] = ast.parse(f"handed_over = {ast.unparse(given.value)}\nreturn handed_over").body
    yield from _reordered(tree, function)


def _first_words(node: ast.FunctionDef) -> bool:
    return "From cell" in (ast.get_docstring(node) or "") and node.name not in OTHER_ANSWERS


def serving_statements(function: ast.FunctionDef) -> Iterator[ast.stmt]:
    """The simple statements that inference runs, without those under ``if fitting:``."""
    pending: list[ast.stmt] = list(function.body)
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "fitting":
            pending[:0] = node.orelse
        elif isinstance(node, (ast.For, ast.If, ast.While, ast.With)):
            pending[:0] = [*node.body, *getattr(node, "orelse", [])]
        elif _is_simple(node):
            yield node


def _is_simple(node: ast.stmt) -> bool:
    """Whether a statement binds or changes something, or computes what it returns."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    if isinstance(node, ast.Return):
        return isinstance(node.value, ast.Call | ast.Subscript)
    return isinstance(node, ast.Assign | ast.AugAssign)


def _of_statement(
    tree: ast.Module, function: ast.FunctionDef, statement: ast.stmt, names: frozenset[str]
) -> Iterator[Fault]:
    calls = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    called = {function.id for function in calls if isinstance(function, ast.Name)}
    home = frozenset({function.name, *(called & names)})
    kind: Kind = "step skipped" if called & names else "statement skipped"

    def made(kind: Kind, replacement: ast.stmt) -> Fault:
        return Fault(kind, home, ast.unparse(statement), "preprocessing", replaced(tree, statement, replacement))

    yield made(kind, _unchanged(function, statement, names))
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_transform(node):
            given, estimator = ast.unparse(node.args[0]), ast.unparse(node.func.value)
            yield made("recall dropped", with_node(statement, node, node.args[0]))
            again = f"__import__('sklearn.base').base.clone({estimator}).fit_transform({given})"
            yield made("learned again", with_node(statement, node, _expression(again)))
    learned = {ast.unparse(node.targets[0]): node.value for node in ast.walk(function) if isinstance(node, ast.Assign)}
    for node in ast.walk(statement):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and ast.unparse(node).startswith("state."):
            if isinstance(node, ast.Attribute) and not isinstance(node.value, ast.Name):
                continue
            yield made("recall dropped", with_node(statement, node, ast.Constant(0)))
            if ast.unparse(node) in learned:
                yield made("learned again", with_node(statement, node, learned[ast.unparse(node)]))
            yield made("spoilt", with_node(statement, node, _expression(f"({ast.unparse(node)}) * 2")))


def _unchanged(function: ast.FunctionDef, statement: ast.stmt, names: frozenset[str]) -> ast.stmt:
    """What stands there if a statement is skipped: of a ``return``, the table that it or its step would change."""
    if not isinstance(statement, ast.Return):
        return ast.Pass()
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and node is not statement.value and getattr(node.func, "id", "") in names:
            return with_node(statement, node, node.args[0])
    bound = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    tables = ({one.arg for one in function.args.args} | bound) - {"state", "model"}
    read = (node for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id in tables)
    return ast.Return(next(read, ast.Constant(None)))


def _is_transform(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "transform" and "state." in ast.unparse(node.func)


def _expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


def with_node(statement: ast.stmt, node: ast.AST, replacement: ast.expr) -> ast.stmt:
    """A copy of a statement with one of its expressions replaced."""
    memo = {id(node): copy.deepcopy(replacement)}
    return copy.deepcopy(statement, memo)


def replaced(tree: ast.Module, statement: ast.stmt, replacement: ast.stmt) -> str:
    """The module with one statement replaced."""
    return ast.unparse(copy.deepcopy(tree, {id(statement): replacement}))


REORDERED = """
if hasattr(NAME, "iloc"):
    NAME = NAME.iloc[:, ::-1].set_axis(NAME.columns, axis=1) if NAME.ndim == 2 else NAME
elif getattr(NAME, "ndim", 1) == 2:
    NAME = NAME[:, ::-1]
"""


def _reordered(tree: ast.Module, function: ast.FunctionDef) -> Iterator[Fault]:
    given = function.body[-1]
    assert isinstance(given, ast.Return)
    for name in [node.id for node in ast.walk(given) if isinstance(node, ast.Name)]:
        both = ast.If(ast.Constant(True), [*ast.parse(REORDERED.replace("NAME", name)).body, given], [])
        text = replaced(tree, given, ast.fix_missing_locations(both))
        yield Fault("columns reordered", frozenset({"preprocess"}), ast.unparse(given), "preprocessing", text)


def _unturned(tree: ast.Module, function: ast.FunctionDef) -> Iterator[Fault]:
    """Give the answer as it is before the last call: logarithms, codes, what the model has seen."""
    given = function.body[-1]
    if isinstance(given, ast.Return) and isinstance(given.value, ast.Call) and given.value.args:
        text = replaced(tree, given, ast.Return(given.value.args[0]))
        yield Fault("answer unturned", frozenset({function.name}), ast.unparse(given), "inference", text)


# ---------------------------------------------------------------------- what becomes of them


def judge_fault(ground: Ground, fault: Fault, run: Run, good: dict[str, Any]) -> tuple[Verdict, Report | None]:
    """Break the package, see whether it answers otherwise, and ask `verify`."""
    folder = broken(ground, fault)
    if answers(ground, folder, run) == good:
        return "harmless", None
    report = compare(ground, run, folder)
    if report.verdict != "differs":
        return "missed", report
    cells = {step["point"]["cell"] for step in ground.points["steps"] if step["statement"] == fault.statement}
    named = report.function in fault.functions or report.cell in cells
    return ("named" if named else "caught"), report


def broken(ground: Ground, fault: Fault) -> Path:
    """Copy the package's source with the fault in it."""
    folder = ground.folder / "broken"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ground.source, folder / ground.package)
    (folder / ground.package / f"{fault.module}.py").write_text(fault.text, encoding="utf-8")
    return folder


def answers(ground: Ground, folder: Path, run: Run) -> dict[str, Any]:
    """What a package answers when it is trained and asked: all rows at once, some alone, and its metrics."""
    target = ground.folder / "asked.json"
    target.unlink(missing_ok=True)
    script = str(Path(__file__).with_name("ask_broken.py"))
    run(Job(script, (ground.package, str(target)), str(ground.folder / "notebook"), (str(folder), str(HERE))))
    found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {"fault": True}
    return found


def main(names: list[str]) -> None:
    """Judge every fault of the cases and print a table."""
    python = WarmPython()
    total: Counter[tuple[str, str]] = Counter()
    for case in chosen(names):
        with tempfile.TemporaryDirectory() as folder:
            ground = lay_ground(case, Path(folder), python.run)
            good = answers(ground, ground.source.parent, python.run)
            verdicts: Counter[str] = Counter()
            for fault in faults(ground.source):
                verdict, report = judge_fault(ground, fault, python.run, good)
                verdicts[verdict] += 1
                total[fault.kind, verdict] += 1
                if verdict in ("missed", "caught"):
                    said = report.first if report else ""
                    print(f"  {verdict}: {fault.kind}: {fault.statement[:90]!r}\n      said: {said[:160]}", flush=True)
            print(case.name, dict(verdicts), flush=True)
    for kind in sorted({kind for kind, _ in total}):
        print(kind, {verdict: count for (of, verdict), count in sorted(total.items()) if of == kind})
    python.close()


def chosen(names: list[str]) -> list[Case]:
    """The cases of these names; the six examples if none is named."""
    folders = sorted(path.parent for path in EXAMPLES.glob("*/case.json"))
    known = {folder.name: folder for folder in [*folders, *(path.parent for path in CASES.glob("*/case.json"))]}
    return [read_case(known[name]) for name in names] if names else [read_case(folder) for folder in folders]


if __name__ == "__main__":
    main(sys.argv[1:])
