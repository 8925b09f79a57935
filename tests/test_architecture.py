"""The rules of the source tree: who may print, import, run code, read the world; how long things may be."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from equivalence.processes import ROOT, Job, run_fresh

PACKAGE = ROOT / "nb2prod"
SOURCES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in SOURCES.items()}

TESTS = [path for path in (ROOT / "tests").rglob("*.py") if "cases" not in path.parts]
FILES = {path.relative_to(ROOT).as_posix(): path for path in sorted([*SOURCES.values(), *TESTS])}

COMMAND_LINE = (
    "__main__.py",
    "cli.py",
    "ipython.py",
    "scaffold/command.py",
    "survey/command.py",
    "terminal.py",
    "verify/command.py",
)
"""Click's commands, what they share, and the start of the program, which answers what must not wait for click."""

INSIDE = tuple(name for name in SOURCES if name.startswith("verify/inside/"))
"""What `verify` runs in the notebook's kernel and in the package's interpreter, where it runs other people's code."""

LINES = 400
LONGER = {
    "nb2prod/interpretation/calls.py": "every way in which a notebook calls something",
    "nb2prod/codes.py": "every code, with the text of its page",
    "nb2prod/generation/emission.py": "every kind of statement, in training and at inference",
    "nb2prod/interpretation/expressions.py": "every kind of expression of the language",
    "nb2prod/generation/modules.py": "every module of the generated package",
    "nb2prod/slicing/recall.py": "one walk over every kind of statement and expression",
    "nb2prod/interpretation/machine.py": "every register of the interpreter, with what reads and writes it",
    "nb2prod/interpretation/structure.py": "every call whose meaning is structural",
    "nb2prod/interpretation/statements.py": "every kind of statement of the language",
    "tests/drift/test_update.py": "every outcome of extracting again",
    "tests/test_drift.py": "every way in which a notebook and its package drift apart",
    "tests/test_fuzz.py": "every way in which an input or a folder can be broken",
    "tests/test_package_template.py": "every promise of the generated package, on packages rendered once",
}
"""Files that are longer, and what they are a complete list of."""
FUNCTION_LINES = 60


def imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def roots(tree: ast.AST) -> set[str]:
    return {module.partition(".")[0] for module in imports(tree)}


def calls(tree: ast.AST) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def offenders(find: Callable[[ast.Module], set[str]], *allowed: str) -> dict[str, set[str]]:
    """Return what is found in the modules that may not hold it."""
    found = {name: find(tree) for name, tree in TREES.items() if name not in allowed}
    return {name: faults for name, faults in found.items() if faults}


# ---------------------------------------------------------------------- who may do what


def test_only_the_command_line_prints() -> None:
    prints = re.compile(r"print|(click\.)?s?echo|sys\.std(out|err)\..*|(warnings\.)?warn|logging\..*")
    assert offenders(lambda tree: set(filter(prints.fullmatch, calls(tree))), *COMMAND_LINE) == {}


def test_only_the_command_line_reads_the_environment() -> None:
    reads = re.compile(r"os\.(environ|getenv|getcwd).*|Path\.(cwd|home)|.*\.expanduser")
    assert offenders(lambda tree: set(filter(reads.fullmatch, calls(tree))), *COMMAND_LINE) == {}


def test_nothing_reads_the_clock_the_network_or_chance() -> None:
    world = {
        "asyncio",
        "datetime",
        "http",
        "locale",
        "random",
        "requests",
        "secrets",
        "socket",
        "time",
        "uuid",
    }
    # A survey stops a notebook that takes too long.
    assert offenders(lambda tree: roots(tree) & world, *INSIDE) == {"survey/pool.py": {"time"}}


def test_nothing_runs_the_code_that_it_reads() -> None:
    running = {
        "exec",
        "eval",
        "compile",
        "__import__",
        "importlib.import_module",
        "runpy.run_path",
        "os.system",
    }
    found = offenders(lambda tree: calls(tree) & running, *INSIDE)
    assert found == {"handlers/__init__.py": {"importlib.import_module"}}


def test_libraries_of_notebooks_are_known_as_facts_not_imported() -> None:
    ours = {"", "nb2prod", "cattrs", "click", "cookiecutter", "jinja2", "libcst", "markupsafe", "nbformat", "pygments"}
    ours |= {"IPython", "rich", "ruff", "tomli", "tomlkit"}
    kernels = {"jupyter_client", "nbclient"}
    found = offenders(lambda tree: roots(tree) - ours - sys.stdlib_module_names, *INSIDE)
    assert found == {"verify/kernel.py": kernels}


def test_command_line_is_the_top() -> None:
    assert offenders(lambda tree: imports(tree) & {"nb2prod.cli"}) == {
        "__main__.py": {"nb2prod.cli"},
        "ipython.py": {"nb2prod.cli"},
    }


def test_knowledge_base_stands_alone() -> None:
    others = [name for name in SOURCES if not name.startswith("facts/")]
    own = re.compile(r"nb2prod\.(?!facts\b).*")
    assert offenders(lambda tree: set(filter(own.fullmatch, imports(tree))), *others) == {}


@pytest.mark.parametrize("heavy", ["libcst", "nbformat", "cattrs", "cookiecutter", "jinja2", "rich", "tomllib"])
def test_help_does_not_wait_for(heavy: str, tmp_path: Path) -> None:
    script = tmp_path / "help.py"
    script.write_text(
        "import sys\nfrom nb2prod.cli import main\n"
        "main(['--help'], standalone_mode=False)\nmain(['extract', '--help'], standalone_mode=False)\n"
        f"sys.exit({heavy!r} in sys.modules)\n"
    )
    done = run_fresh(Job(str(script), (), str(tmp_path)))
    assert done.returncode == 0, done.said
    assert done.stdout.count("Usage:") == 2


# ---------------------------------------------------------------------- how it is written


def test_modules_say_what_they_do() -> None:
    assert [name for name, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_no_fault_is_swallowed() -> None:
    def caught(tree: ast.Module) -> set[str]:
        handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
        return {ast.unparse(handler.type) if handler.type else "everything" for handler in handlers}

    assert offenders(lambda tree: caught(tree) & {"everything", "Exception", "BaseException"}, *INSIDE) == {}


def test_what_verify_runs_elsewhere_stands_alone() -> None:
    own = re.compile(r"nb2prod\b.*")
    others = [name for name in SOURCES if name not in INSIDE]
    assert offenders(lambda tree: set(filter(own.fullmatch, imports(tree))), *others) == {}


def test_no_function_is_longer_than_a_screen() -> None:
    def long(tree: ast.Module) -> set[str]:
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        return {node.name for node in functions if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES}

    assert offenders(long) == {}


def test_files_are_short_or_have_a_reason() -> None:
    long = {name for name, path in FILES.items() if len(path.read_bytes().splitlines()) > LINES}
    assert long - LONGER.keys() == set()
    assert LONGER.keys() <= FILES.keys()


def test_names_say_something() -> None:
    stems = {path.stem for path in FILES.values()}
    assert stems.isdisjoint({"common", "core", "engine", "helpers", "manager", "misc", "util", "utils"})


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"#.*\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b")
    texts = {name: path.read_text(encoding="utf-8") for name, path in FILES.items()}
    assert [name for name, text in texts.items() if marks.search(text)] == []
