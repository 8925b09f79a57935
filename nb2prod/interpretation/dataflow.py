"""Program to trace: run the abstract interpreter over the whole notebook. Executes none of it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping

from nb2prod.facts import Facts, load_facts
from nb2prod.interpretation import statements
from nb2prod.interpretation.machine import Binding, Machine
from nb2prod.interpretation.trace import Context, Trace
from nb2prod.interpretation.values import Value
from nb2prod.reading.syntax import Program

RECURSION = 6000
"""Deep expression trees are walked recursively; syntax.py refuses what would need more."""


def trace_program(program: Program, facts: Facts | None = None, names: Mapping[str, str] | None = None) -> Trace:
    """Interpret a program abstractly; ``names`` are others for some that an earlier trace made up."""
    machine = Machine(program, facts or load_facts(), given_names=names or {})
    machine.memory.names["__name__"] = Binding(Value(kind="str", literal="__main__"), frozenset())
    taken = _all_names(program)
    machine.taken |= dict.fromkeys(sorted(taken))
    own = {name: machine.given_names[name] for name in sorted(taken) if name in machine.given_names}
    machine.context = Context(own | {name: machine.unique(f"{name}_2") for name in sorted(_reserved(program))})
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
    statements.run_program(machine)
    return Trace(
        program=program,
        steps=tuple(machine.steps),
        top=tuple(machine.top),
        row_sets=dict(machine.row_sets),
        events=tuple(machine.events),
        fits=tuple(machine.fits),
        sinks=tuple(machine.sinks),
        sources=tuple(machine.sources),
        functions=dict(machine.functions),
        diagnostics=(*program.diagnostics, *machine.diagnostics),
        taken=frozenset(taken),
        made=dict(machine.made),
        gathered=dict(machine.gathered),
    )


RESERVED_FUNCTIONS = frozenset(
    {
        *("preprocess", "fit", "train", "score", "split_rows", "predict_rows", "predict_proba_rows", "target_rows"),
        *(
            "load_data",
            "main",
            "fit_and_save",
            "prove_and_save",
            "check_folder",
            "save_artifact",
            "load_artifact",
            "learn_schema",
        ),
        *("check_serving", "Artifact", "PreprocessingState", "Schema", "SchemaError"),
    }
)
RESERVED_NAMES = frozenset(
    {
        "state",
        "fitting",
        "raw",
        "scores",
        "rows",
        "config",
        "served",
        "Fitted",
        "Folder",
        "Metrics",
        "Paths",
        "Predictor",
    }
)


def _reserved(program: Program) -> set[str]:
    """Names of the notebook that the generated modules need for themselves."""
    found: set[str] = set()
    for statement in program.statements():
        for node in ast.walk(statement):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in RESERVED_FUNCTIONS | RESERVED_NAMES:
                found.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in RESERVED_NAMES:
                found.add(node.id)
    return found


def _all_names(program: Program) -> set[str]:
    """Every name of the module level, so that expanded locals do not collide with one that comes later."""
    found: set[str] = set()
    for statement in program.statements():
        pending: list[ast.AST] = [statement]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Name):
                found.add(node.id)
            if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
                found.add(node.name)
            elif isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
                pending.extend(ast.iter_child_nodes(node))
    return found
