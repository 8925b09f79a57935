"""Notebooks that nobody should write: never a traceback, never a write elsewhere, never a line of them run."""

from __future__ import annotations

import ast
import copy
import json
import os
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import tree
from drift.mutations import change_code
from drift.samples import FILL, FIT, HEAD, LOAD, notebook, plant
from equivalence.processes import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nb2prod.cli import main
from nb2prod.errors import UserError
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse
from nb2prod.upkeep.check import answer

EXAMPLES = sorted((ROOT / "examples").glob("*/notebook.ipynb"))
Way = tuple[str | int, ...]


def extract(path: Path, *options: str) -> Result:
    """Extract through the command line; nothing but an exit code may come out of it."""
    result = CliRunner().invoke(main, ["extract", str(path), "--output", str(path.parent / "out"), *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code in (0, 1, 2)
    assert "Traceback" not in result.output
    assert result.exit_code == 0 or "error NB" in result.stderr
    return result


def understood(path: Path) -> bool:
    """Analyse a notebook and generate the modules; a fault of the notebook is a `UserError`, and no other."""
    try:
        package = generate(analyse(path, Options()), "people")
    except UserError:
        return False
    for text in package.texts.values():
        ast.parse(text)
    return True


def put(folder: Path, content: object) -> Path:
    data = content if isinstance(content, bytes) else json.dumps(content).encode("utf-8", "surrogatepass")
    path = folder / "people.ipynb"
    path.write_bytes(data)
    return path


def with_cell(place: int, source: str) -> dict[str, Any]:
    content = notebook()
    content["cells"][place]["source"] = source
    return content


def checked(folder: Path, content: object) -> int:
    """Check a package whose notebook was replaced."""
    plant(folder)
    put(folder, content)
    return answer([str(folder)]).exit_code


# ---------------------------------------------------------------------- the file


def damaged(data: bytes, random: Random) -> bytes:
    """Cut, flip, insert and overwrite bytes."""
    for _ in range(random.randint(1, 3)):
        start = random.randrange(len(data) + 1)
        end = min(len(data), start + random.randint(1, 30))
        middle = random.choice([b"", random.randbytes(3), data[start:end][::-1], b'"{', b"]", b"\0", b"\xff", b"\\u"])
        data = random.choice([data[:start], data[:start] + middle + data[end:]])
    return data


@pytest.mark.parametrize("seed", range(40))
def test_damaged_file_is_said_to_be_damaged(tmp_path: Path, seed: int) -> None:
    path = put(tmp_path, damaged(json.dumps(notebook(), indent=1).encode(), Random(seed)))
    extract(path, "--dry-run")
    assert checked(tmp_path / "planted", path.read_bytes()) in (0, 1, 2)


@given(st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_no_notebook(tmp_path: Path, data: bytes) -> None:
    assert not understood(put(tmp_path, data))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cells", "metadata", "nbformat", "source", "cell_type", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_no_notebook(tmp_path: Path, content: object) -> None:
    assert not understood(put(tmp_path, content))


@given(st.lists(st.fixed_dictionaries({"cell_type": st.just("code"), "source": st.text()}), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_may_be_a_cell(tmp_path: Path, cells: list[dict[str, str]]) -> None:
    assert not understood(put(tmp_path, {"nbformat": 4, "metadata": {}, "cells": cells}))


def places(value: object, here: Way = ()) -> Iterator[Way]:
    """List the way to every value in a JSON object."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*here, key)
        yield from places(inner, (*here, key))


RICH = with_cell(HEAD, "df.head()")
RICH["cells"][HEAD]["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}}]
RICH["cells"][HEAD]["metadata"] = {"tags": ["a"], "vscode": {"languageId": "python"}}
WRONG: list[Any] = [None, 0, -1, 1e308, True, "x", "", [], {}, [[]], {"a": 1}, ["x", 3], 10**30]


@pytest.mark.parametrize("way", list(places(RICH)), ids=lambda way: ".".join(map(str, way)))
def test_wrong_types_are_understood_or_refused(tmp_path: Path, way: Way) -> None:
    plant(tmp_path / "planted")
    for value in Random(str(way)).sample(WRONG, 4):
        content = copy.deepcopy(RICH)
        target: Any = content
        for key in way[:-1]:
            target = target[key]
        target[way[-1]] = value
        understood(put(tmp_path, content))
        put(tmp_path / "planted", content)
        assert answer([str(tmp_path / "planted")]).exit_code in (0, 1, 2)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_encodings_of_json_are_read(tmp_path: Path, encoding: str) -> None:
    content = with_cell(HEAD, "print('naïve café')")
    data = json.dumps(content, ensure_ascii=False).encode(encoding)
    assert understood(put(tmp_path, data)) == (encoding != "latin-1")
    assert checked(tmp_path / "planted", data) == (2 if encoding == "latin-1" else 0)


STRANGE = [
    "\0",
    "x = '\0'",
    "x = '\ud800'",
    "\ufeffx = 1",
    "x = '\u2028'",
    "\x0c",
    "\r",
    "x\r\r\n= 1",
    "é = 1",
    "𝐱 = 1",  # noqa: RUF001
]


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
@pytest.mark.parametrize("place", [HEAD, FILL], ids=["a look", "a step"])
def test_strange_letters_are_understood_or_refused(tmp_path: Path, text: str, place: int) -> None:
    content = notebook()
    content["cells"][place]["source"] = text + "\n" + content["cells"][place]["source"]
    extract(put(tmp_path, content))
    assert checked(tmp_path / "planted", content) in (0, 1, 2)


# ---------------------------------------------------------------------- sizes


def test_deeply_nested_json_is_refused(tmp_path: Path) -> None:
    data = b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    assert "nested too deeply" in extract(put(tmp_path, data)).stderr
    assert checked(tmp_path / "planted", data) == 2


DEEP = {
    "brackets": "x = " + "(" * 150 + "1" + ")" * 150,
    "too many brackets": "x = " + "(" * 5_000 + "1" + ")" * 5_000,
    "lists": "x = " + "[" * 90 + "]" * 90,
    "signs": "x = " + "-" * 3_000 + "1",
    "a sum": "x = " + " + ".join(["1"] * 5_000),
    "attributes": "x = df" + ".T" * 3_000,
    "calls": "x = " + "str(" * 90 + "1" + ")" * 90,
    "ifs": "\n".join(f"{' ' * depth}if True:" for depth in range(99)) + "\n" + " " * 99 + "x = 1",
    "loops": "\n".join(f"{' ' * depth}for i{depth} in [1]:" for depth in range(19)) + "\n" + " " * 19 + "x = 1",
    "functions": "\n".join(f"{' ' * depth}def f{depth}():" for depth in range(60)) + "\n" + " " * 60 + "pass",
    "lambdas": "x = " + "lambda: " * 150 + "1",
    "elifs": "if df is None: pass\n" + "".join(f"elif {n}: pass\n" for n in range(2_000)),
    "a long number": "x = 0x" + "f" * 50_000,
    "a long text": "x = '" + "y" * 500_000 + "'",
    "a long name": "x" * 100_000 + " = 1",
    "many names": "\n".join(f"x{n} = {n}" for n in range(3_000)),
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("place", [HEAD, FILL], ids=["a look", "a step"])
def test_deep_and_long_code_is_understood_or_refused_in_time(tmp_path: Path, name: str, place: int) -> None:
    content = notebook()
    content["cells"][place]["source"] = DEEP[name] + "\n" + content["cells"][place]["source"]
    start = time.monotonic()
    understood(put(tmp_path, content))
    checked(tmp_path / "planted", content)
    assert time.monotonic() - start < 60


def test_deep_code_in_what_is_kept_is_understood_or_refused(tmp_path: Path) -> None:
    for depth in (20, 60, 120, 500, 3_000):
        source = "df['pay'] = df['pay']" + " + 1" * depth + "\ndf['age'] = df['age'].fillna(0)"
        understood(put(tmp_path, with_cell(FILL, source)))


@pytest.mark.slow
def test_huge_outputs_do_not_matter(tmp_path: Path) -> None:
    content = notebook()
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 1_000_000}
    content["cells"][HEAD]["outputs"] = [output] * 100
    assert understood(put(tmp_path, content))
    assert checked(tmp_path / "planted", content) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "source", ["df.head()", "df['pay'] = df['pay'] + 1", "# %% [markdown]"], ids=["looks", "steps", "remarks"]
)
def test_five_thousand_cells_are_read_in_time(tmp_path: Path, source: str) -> None:
    content = notebook()
    cell = content["cells"][HEAD]
    content["cells"][HEAD:HEAD] = [{**cell, "id": f"more{number}", "source": source} for number in range(5_000)]
    start = time.monotonic()
    understood(put(tmp_path, content))
    checked(tmp_path / "planted", content)
    assert time.monotonic() - start < 300


# ---------------------------------------------------------------------- the code


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.parent.name for path in EXAMPLES])
def test_examples_edited_at_random_are_understood_or_refused(tmp_path: Path, path: Path, seed: int) -> None:
    random = Random(seed)
    content = json.loads(path.read_text(encoding="utf-8"))
    for _ in range(random.randint(1, 4)):
        content = change_code(content, random)
        cells = content["cells"]
        place, other = random.randrange(len(cells)), random.randrange(len(cells))
        match random.randrange(6):
            case 0:
                cells = [cell for cell in cells if cell is not cells[place]]
            case 1:
                cells = [*cells[:other], cells[place], *cells[other:]]
        content = {**content, "cells": cells}
    understood(put(tmp_path, content))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.parent.name for path in EXAMPLES])
def test_examples_edited_at_random_are_extracted_or_refused(tmp_path: Path, path: Path, seed: int) -> None:
    content = change_code(json.loads(path.read_text(encoding="utf-8")), Random(seed + 100))
    extract(put(tmp_path, content))


def test_text_of_several_lines_stays_as_it_is(tmp_path: Path) -> None:
    source = 'df["pay"] = df["pay"].replace("""a\nb""", 0)\ndf["age"] = df["age"].fillna(df["age"].mean())'
    package = generate(analyse(put(tmp_path, with_cell(FILL, source)), Options()), "people")
    texts = [
        node.value for node in ast.walk(ast.parse(package.texts["preprocessing"])) if isinstance(node, ast.Constant)
    ]
    assert "a\nb" in texts


# ---------------------------------------------------------------------- names

NASTY = [
    "../../evil",
    "/evil",
    "a/b\\c",
    "..",
    "{{ cookiecutter.package }}",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in y %}",
    "{% raw %}",
    "{# comment #}",
    "{{",
    "class",
    "import",
    "None",
    "__init__",
    "state",
    "pandas",
    "train",
    '"""',
    "'''",
    "\\",
    "\\N{BULLET} \\x",
    'it\'s "quoted"',
    "# noqa",
    "naïve café",
    "数据",
    "🐍",
    "\u202egnp",
    "a" * 300,
    "| table | cell |",
    "<b>html</b>",
    "-rf",
    "$(touch CANARY)",
    "%s %(x)s {0}",
    " ",
    "1st",
]


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_nasty_headings_and_texts_make_an_importable_package(tmp_path: Path, text: str) -> None:
    content = notebook()
    content["cells"][0]["source"] = f"# {text}"
    content["cells"][FILL - 1]["source"] = f"## {text}"
    step = content["cells"][FILL]["source"]
    content["cells"][FILL]["source"] = f"# {text}\n{step}\ndf[{text!r}] = df['pay'] * 2"
    fit = content["cells"][FIT]["source"]
    content["cells"][FIT]["source"] = fit.replace('["age", "pay"]', f'["age", "pay", {text!r}]')
    path = put(tmp_path, content)
    assert extract(path).exit_code == 0
    is_package(tmp_path / "out")
    assert set(tmp_path.iterdir()) == {path, tmp_path / "out"}
    assert answer([str(tmp_path)]).exit_code == 0


def is_package(folder: Path) -> None:
    """Every module is Python, and its texts are whole."""
    modules = list(folder.rglob("*.py"))
    assert len(modules) > 8
    for path in modules:
        ast.parse(path.read_text(encoding="utf-8"))


RUNS = "cycler.__init__.__globals__.os.mkdir(cycler.__init__.__globals__.os.environ.CANARY)"
"""A template's way to the operating system."""
FILE_NAMES = [
    "{{ x }}",
    "{% raw %}",
    "class",
    "a b",
    "é",
    "'",
    '"',
    "$(touch CANARY)",
    "-rf",
    "..",
    "a\nb",
    "x" * 200,
    "%s",
    "🐍",
    ".hidden",
    "pandas",
    "json",
]


@pytest.mark.parametrize("name", FILE_NAMES, ids=ascii)
def test_nasty_file_names_make_an_importable_package(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / f"{name}.ipynb"
    path.write_text(json.dumps(notebook()))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["extract", "--", str(path)])
    assert result.exit_code == 0, result.output
    (package,) = set(tmp_path.iterdir()) - {tmp_path / "in"}
    is_package(package)
    assert answer([str(tmp_path)]).exit_code == 0


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../evil", "/evil", "a b", "class", "é", "json", "a\0b", "a.b", "-x"], ids=ascii
)
def test_nasty_package_names_are_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = put(tmp_path, notebook())
    result = CliRunner().invoke(main, ["extract", str(path), f"--name={name}"])
    assert (result.exit_code, "NB502" in result.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("output", ["/dev/null/x", "/proc/x", "/", "file/x", "x" * 300, "people.ipynb"], ids=ascii)
def test_nasty_outputs_are_refused(tmp_path: Path, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = put(tmp_path, notebook())
    (tmp_path / "file").touch()
    before = tree(tmp_path)
    result = CliRunner().invoke(main, ["extract", str(path), f"--output={output}"])
    assert result.exit_code == 2, result.exception
    assert isinstance(result.exception, SystemExit)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", ["{{ 7 * 7 }}", "{{ x.y }}", "{% raw %}", "{{ %s }}", "a b", "it's"], ids=ascii)
@pytest.mark.parametrize("inner", ["", "out"], ids=["the folder itself", "a folder around it"])
def test_names_of_folders_are_no_templates(
    tmp_path: Path, name: str, inner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY", str(tmp_path / "CANARY"))
    folder = tmp_path / name.replace("%s", RUNS) / inner
    folder.parent.mkdir(exist_ok=True)
    path = put(tmp_path, notebook())
    for _ in range(2):
        result = CliRunner().invoke(main, ["extract", str(path), "--output", str(folder)])
        assert (result.exit_code, result.exception) == (0, None)
    is_package(folder)
    assert not (tmp_path / "CANARY").exists()
    assert shlex.split(result.stdout.splitlines()[-1])[:4] == ["next:", "cd", str(folder), "&&"]


# ---------------------------------------------------------------------- nothing is run

CANARY = "__import__('pathlib').Path('CANARY').touch()"
CODE = [
    CANARY,
    f"!touch CANARY\n{CANARY}",
    "%%bash\ntouch CANARY",
    "%%writefile CANARY\nx",
    "%%writefile ../CANARY.py\nx = 1",
    "%run canary.py",
    "%load_ext canary",
    "%alias canary touch CANARY",
    "get_ipython().system('touch CANARY')",
    f"@({CANARY})\ndef f(x={CANARY}) -> {CANARY}: ...",
    f"class A(metaclass={CANARY}): x: {CANARY} = {CANARY}",
    f"exec({CANARY!r}); eval({CANARY!r})",
    f'f"{{{CANARY}}}"',
    "import canary",
    "import pickle; pickle.load(open('canary.pkl', 'rb'))",
    "# {{ cookiecutter.__init__.__globals__ }} {% include 'canary.py' %}",
    f"df.eval({CANARY!r}); df.query({CANARY!r})",
    "df = pd.read_csv('https://example.invalid/canary.csv')",
]
WATCHED = """
import os, sys, tempfile
allowed = [os.path.realpath(path) for path in (sys.argv.pop(1), tempfile.gettempdir() + "/.nb2prod")]
def hook(event, arguments):
    name = str(arguments[0]) if arguments else ""
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        place = os.path.realpath(name)
        if not place.startswith((*allowed, "/dev/null", tempfile.gettempdir() + "/tmp")):
            os.write(2, f"WRITES {place}\\n".encode())
    if event in ("os.system", "os.exec", "os.posix_spawn", "socket.connect", "socket.getaddrinfo", "pty.spawn"):
        os.write(2, f"RUNS {event} {arguments}\\n".encode())
    if event == "subprocess.Popen" and os.path.basename(name) != "ruff":
        os.write(2, f"RUNS {name}\\n".encode())
    if event == "import" and name in ("canary", "pandas", "sklearn", "IPython", "pickle5"):
        os.write(2, f"IMPORTS {name}\\n".encode())
sys.addaudithook(hook)
from nb2prod.__main__ import main
main()
"""


@pytest.mark.parametrize("command", ["extract", "check"])
def test_nothing_of_a_notebook_is_run_and_nothing_is_written_elsewhere(tmp_path: Path, command: str) -> None:
    import subprocess

    plant(tmp_path)
    content = notebook()
    look = content["cells"][HEAD]
    content["cells"][HEAD:HEAD] = [{**look, "id": f"c{number}", "source": text} for number, text in enumerate(CODE)]
    content["cells"][0]["source"] = f"# {{{{ {CANARY} }}}}"
    content["cells"][LOAD]["metadata"] = {"tags": [f"nb2prod:{CANARY}"], "nb2prod": CANARY}
    put(tmp_path, content)
    for name in ("canary.py", "json.py", "click.py", "pandas.py", "conftest.py", "sitecustomize.py"):
        (tmp_path / name).write_text(CANARY)
    output, scratch = tmp_path / "people", tmp_path / "scratch"
    scratch.mkdir()
    arguments = ["extract", "people.ipynb", "--output", str(output)] if command == "extract" else ["check", "."]
    done = subprocess.run(
        [sys.executable, "-P", "-c", WATCHED, str(tmp_path / "people"), *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(scratch)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if line.startswith(("WRITES", "RUNS", "IMPORTS"))]
    assert [line for line in said if f"{tmp_path}/.nb2prod-staging-" not in line] == []
    assert not list(tmp_path.rglob("CANARY*"))
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1)
