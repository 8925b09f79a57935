from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nb2prod.errors import UserError
from nb2prod.reading.notebook import Cell, Notebook, read_notebook

PYTHON = {"language_info": {"name": "python", "version": "3.11.7"}}
SYNTAX_ERROR = {"output_type": "error", "ename": "SyntaxError", "evalue": "", "traceback": []}
INDENTATION = {**SYNTAX_ERROR, "ename": "IndentationError"}
PRINTED = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]}


def code(source: object, count: object = None, **fields: object) -> dict[str, object]:
    shape = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source, "execution_count": count}
    return {**shape, **fields}


def v4(*cells: object, metadata: object = PYTHON, **fields: object) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells, **fields})


def v3(*cells: object, **fields: object) -> str:
    return json.dumps({"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}], **fields})


def read(folder: Path, content: str | bytes) -> Notebook:
    path = folder / "a.ipynb"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_notebook(path)


def codes(notebook: Notebook) -> list[str]:
    return [finding.code for finding in notebook.diagnostics]


def test_reads_everything_that_a_notebook_says(tmp_path: Path) -> None:
    text = v4(
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "text"]},
        code(["x = 1\n", "print(x)"], 3, outputs=[PRINTED], id="abc", metadata={"tags": ["slow"]}),
        {"cell_type": "raw", "metadata": {}, "source": "raw"},
        metadata={**PYTHON, "kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    notebook = read(tmp_path, text)
    assert notebook.cells == (
        Cell(1, "markdown", "# Title\ntext"),
        Cell(2, "code", "x = 1\nprint(x)", 3, frozenset({"slow"}), "abc", ("a\nb\n",)),
        Cell(3, "raw", "raw"),
    )
    assert (notebook.name, notebook.path, notebook.order) == ("a.ipynb", tmp_path / "a.ipynb", (2,))
    assert (notebook.language, notebook.kernel, notebook.reordered) == ("python", "python3", False)
    assert (notebook.digest, notebook.diagnostics) == (hashlib.sha256(text.encode()).hexdigest(), ())


OLD_CELL = {"cell_type": "code", "input": ["x = 1\n", "x"], "language": "python", "prompt_number": 4}
GOOD = {
    "version 3": v3({**OLD_CELL, "outputs": [], "metadata": {}}, metadata={"name": ""}),
    "version 3 without its lesser fields": v3(OLD_CELL),
    "version 3 with a heading": v3({"cell_type": "heading", "level": 1, "source": "T"}, OLD_CELL),
    "version 2": json.dumps({"nbformat": 2, "worksheets": [{"cells": [OLD_CELL]}]}),
    "version 1": json.dumps({"nbformat": 1, "cells": [{"cell_type": "code", "code": "x = 1\nx"}]}),
    "version 4.0 without identifiers": v4(code("x = 1\nx"), nbformat_minor=0),
    "no version": json.dumps({"cells": [code("x = 1\nx")]}),
    "no metadata": json.dumps({"nbformat": 4, "cells": [code("x = 1\nx")]}),
    "metadata of a wrong type": v4(code("x = 1\nx"), metadata=5),
    "line ends of Windows": v4(code("x = 1\r\nx")),
    "line ends of an old Mac": v4(code("x = 1\rx")),
    "a mark of the byte order": b"\xef\xbb\xbf" + v4(code("x = 1\nx")).encode(),
    "UTF-16": v4(code("x = 1\nx")).encode("utf-16"),
    "not a number": v4(code("x = 1\nx", outputs=[{"output_type": "x", "data": float("nan")}])),
    "a count of a wrong type": v4(code("x = 1\nx", "three")),
    "a count that is a truth value": v4(code("x = 1\nx", True)),
    "outputs of a wrong type": v4(code("x = 1\nx", outputs=[5, {"output_type": "stream", "text": 5}])),
    "tags of a wrong type": v4(code("x = 1\nx", metadata={"tags": 5})),
    "an identifier of a wrong type": v4(code("x = 1\nx", id=5)),
    "a source twice with the same text":
        v4(code("x = 1\nx")).replace('"outputs"', '"source": "x = 1\\nx", "outputs"'),
    "another key twice": v4(code("x = 1\nx")).replace('"nbformat":', '"name": 1, "name": 2, "nbformat":'),
    "a kernel with an odd name": v4(code("x = 1\nx"), metadata={"kernelspec": {"name": "conda-env-py36"}}),
    "PySpark": v4(code("x = 1\nx"), metadata={"kernelspec": {"name": "k", "language": "pyspark"}}),
}  # fmt: skip


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_reads(tmp_path: Path, content: str | bytes) -> None:
    notebook = read(tmp_path, content)
    sources = [cell.source for cell in notebook.cells if cell.number in notebook.order]
    assert (sources, notebook.diagnostics) == (["x = 1\nx"], ())
    assert all(type(cell.execution_count) in (int, type(None)) for cell in notebook.cells)


BAD = {
    "an empty file": ("", "NB102", "it is empty"),
    "blank lines": (" \n \n", "NB102", "it is empty"),
    "a cut off file": (v4(code("x"))[:-30], "NB102", "is not JSON"),
    "merge conflicts": ('{\n<<<<<<< HEAD\n"a": 1\n', "NB102", "merge conflicts"),
    "a pointer": ("version https://git-lfs.github.com/spec/v1\noid x\n", "NB102", "Git LFS"),
    "a web page": ("<!DOCTYPE html>\n", "NB102", "web page"),
    "a script": ("import pandas\n", "NB102", "is not JSON"),
    "another encoding": (v4(code("x = 'caf\u00e9'")).encode() + b"\xe9", "NB102", "not in UTF-8"),
    "random bytes": (bytes(range(256)), "NB102", "a.ipynb"),
    "deep nesting": ("[" * 100_000, "NB102", "nested too deeply"),
    "deep nesting of objects": ('{"a":' * 100_000, "NB102", "nested too deeply"),
    "a huge number": ('{"a": ' + "9" * 10_000 + "}", "NB102", "is not JSON"),
    "cells twice": (v4(code("x")).replace('"cells":', '"cells": [], "cells":'),
        "NB102", "'cells' occurs twice"),
    "a source twice": (v4(code("x")).replace('"source":', '"source": "y", "source":'),
        "NB102", "occurs twice"),
    "a list": ("[]", "NB103", "its JSON is no object"),
    "a number": ("5", "NB103", "its JSON is no object"),
    "another object": ('{"a": 1}', "NB103", "it has no cells"),
    "cells of a wrong type": (v4(cells={"a": 1}), "NB103", "cells is not a list of objects"),
    "a cell of a wrong type": (v4(5), "NB103", "cells is not a list of objects"),
    "a source of a wrong type": (v4(code(5)), "NB103", "cell 1 has a source that is no text"),
    "a source line of a wrong type": (v4(code("x"), code(["x", 5])),
        "NB103", "cell 2 has a source that is no text"),
    "a missing source": (v4({"cell_type": "code"}), "NB103", "cell 1 has no source"),
    "half a character": (v4(code("x = '\ud800'")), "NB103", "cell 1 holds half a character"),
    "a version of a wrong type": (v4(code("x"), nbformat="4"), "NB103", "its nbformat is '4'"),
    "worksheets of a wrong type": (json.dumps({"nbformat": 3, "worksheets": 5}),
        "NB103", "worksheets is not a list"),
    "an old cell without a kind": (v3({"input": "x"}), "NB103", "cannot be converted"),
    "an old cell of an unknown kind": (
        json.dumps({"nbformat": 1, "cells": [{"cell_type": "x"}]}), "NB103", "cannot be converted"
    ),
    "a later version": (v4(code("x"), nbformat=5), "NB108", "notebook format 5"),
    "R by its language": (v4(code("x <- 1"), metadata={"language_info": {"name": "R"}}), "NB104", "in R"),
    "Julia by its kernel": (v4(code("x"), metadata={"kernelspec": {"name": "julia-1.9"}}),
        "NB104", "julia-1.9"),
    "Scala by its kernel's language": (
        v4(code("x"), metadata={"kernelspec": {"name": "a", "language": "scala"}}), "NB104", "in scala"
    ),
    "Ruby in an old notebook": (v3({**OLD_CELL, "language": "ruby"}), "NB104", "in ruby"),
    "Python 2": (v4(code("print 'a'")), "NB105", "cell 1 line 1: the cell is Python 2: a print statement"),
    "no cells": (v4(), "NB107", "has no code"),
    "no code": (v4({"cell_type": "markdown", "source": "x = 1"}), "NB107", "has no code"),
    "only comments and magics": (v4(code("# a\n\n%who")), "NB107", "has no code"),
    "only a skipped cell": (v4(code("# nb2prod: skip\nx = 1")), "NB107", "has no code"),
    "only a cell that is no Python": (v4(code("x =\n= 1")), "NB106", "cell 1 line 1: the cell is not Python"),
    "a null byte": (v4(code("x = 1\n\0")), "NB106", "null"),
    "deeply nested code": (v4(code("x" + ".a" * 50_000)), "NB106", "nested too deeply"),
    "a cell that ran elsewhere": (v4(code("x = = 1", 1, outputs=[PRINTED])), "NB106", "seems to have run"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected", "words"), BAD.values(), ids=BAD)
def test_refuses(tmp_path: Path, content: str | bytes, expected: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, content)
    last = str(caught.value).splitlines()[-1]
    assert (caught.value.code, caught.value.exit_code) == (expected, 2)
    assert last.startswith(f"error {expected}: a.ipynb")
    assert words in last


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist") as caught:
        read_notebook(tmp_path / "b.ipynb")
    assert caught.value.code == "NB101"


def test_refuses_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        read_notebook(tmp_path)


def test_refuses_an_impossible_path() -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_notebook(Path("a\0b"))


def test_refuses_a_link_to_itself(tmp_path: Path) -> None:
    link = tmp_path / "a.ipynb"
    link.symlink_to(link)
    with pytest.raises(UserError, match="cannot be read") as caught:
        read_notebook(link)
    assert caught.value.code == "NB101"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of Unix")
def test_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.ipynb")
    with pytest.raises(UserError, match="no regular file"):
        read_notebook(tmp_path / "a.ipynb")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param(code("the end", 2, outputs=[SYNTAX_ERROR]), ["NB106"], id="prose that failed"),
        pytest.param(code("  x\n y", 2, outputs=[INDENTATION]), ["NB106"], id="indentation that failed"),
        pytest.param(code("the end"), ["NB106"], id="prose that never ran"),
        pytest.param(code("print 'a'"), ["NB106"], id="Python 2 that never ran"),
        pytest.param({"cell_type": "sql", "source": "SELECT"}, ["NB110"], id="an unknown kind"),
        pytest.param(code("a", metadata={"vscode": {"languageId": "r"}}), ["NB110"], id="another language"),
    ],
)  # fmt: skip
def test_leaves_out_with_a_warning(tmp_path: Path, cell: object, expected: list[str]) -> None:
    notebook = read(tmp_path, v4(code("x = 1", 1), cell))
    assert notebook.order == (1,)
    assert codes(notebook) == expected
    assert [finding.place.cell for finding in notebook.diagnostics if finding.place] == [2]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="is Python from 3.12 on")
def test_takes_a_newer_f_string_for_code_that_ran(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="seems to have run elsewhere"):
        read(tmp_path, v4(code("x = 1"), code("y = f'{d['a']}'")))


def test_keeps_a_magic_only_cell_for_what_it_installs(tmp_path: Path) -> None:
    assert read(tmp_path, v4(code("%pip install a"), code("x = 1"))).order == (1, 2)


@pytest.mark.parametrize("magic", ["%run other.ipynb", "%load a.py", "%store -r df"])
def test_warns_of_code_from_elsewhere(tmp_path: Path, magic: str) -> None:
    notebook = read(tmp_path, v4(code(f"x = 1\n{magic}")))
    assert [(f.code, f.place and f.place.line) for f in notebook.diagnostics] == [("NB109", 2)]


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"language_info": {"name": "python", "version": "2.7.12"}}, id="by its version"),
        pytest.param({"kernelspec": {"name": "python2"}}, id="by its kernel"),
    ],
)
def test_warns_of_a_python2_kernel(tmp_path: Path, metadata: object) -> None:
    notebook = read(tmp_path, v4(code("print('a')"), metadata=metadata))
    assert (notebook.language, codes(notebook)) == ("python2", ["NB105"])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param(code("# nb2prod: skip\nx"), {"skip"}, id="a comment"),
        pytest.param(code("#nb2prod:skip"), {"skip"}, id="a comment without blanks"),
        pytest.param(code("m.fit(x)  # nb2prod: model, training"), {"model", "training"}, id="two words"),
        pytest.param(code("%who\n# nb2prod: skip"), {"skip"}, id="below a magic"),
        pytest.param(code("x", metadata={"tags": ["nb2prod:training"]}), {"training"}, id="a tag"),
        pytest.param(code("x", metadata={"tags": ["parameters"]}), {"parameters"}, id="the tag of papermill"),
        pytest.param(code("x", metadata={"tags": ["skip"]}), set(), id="a tag of someone else"),
        pytest.param(code("s = '# nb2prod: skip'"), set(), id="a string"),
        pytest.param(code("# skip nb2prod"), set(), id="another comment"),
    ],
)
def test_finds_directives(tmp_path: Path, cell: object, expected: set[str]) -> None:
    notebook = read(tmp_path, v4(code("x = 1"), cell))
    assert notebook.cells[1].directives == expected
    assert notebook.order == ((1,) if "skip" in expected else (1, 2))
    assert codes(notebook) == []


def test_warns_of_an_unknown_directive(tmp_path: Path) -> None:
    notebook = read(tmp_path, v4(code("x = 1  # nb2prod: skpi")))
    assert (codes(notebook), notebook.order) == (["NB111"], (1,))
    assert "'skpi'" in notebook.diagnostics[0].message


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param(PRINTED, ("a\nb\n",), id="printed"),
        pytest.param({"output_type": "execute_result", "data": {"text/plain": ["1"]}}, ("1",), id="a result"),
        pytest.param({"output_type": "display_data", "data": {"image/png": "aGk="}}, (), id="a picture"),
        pytest.param({"output_type": "stream", "text": "a" * 30_000}, ("a" * 20_000,), id="cut"),
        pytest.param({"output_type": "stream", "text": "\ud800"}, ("?",), id="half a character"),
        pytest.param(SYNTAX_ERROR, (), id="an error"),
    ],
)
def test_keeps_texts_of_outputs(tmp_path: Path, output: object, expected: tuple[str, ...]) -> None:
    assert read(tmp_path, v4(code("x = 1", outputs=[output]))).cells[0].outputs == expected


def test_keeps_the_name_of_an_error(tmp_path: Path) -> None:
    error = {**SYNTAX_ERROR, "ename": "KeyError"}
    assert read(tmp_path, v4(code("x = 1", outputs=[error]))).cells[0].error == "KeyError"


def test_old_notebooks_have_no_random_identifiers(tmp_path: Path) -> None:
    content = v3(OLD_CELL, {**OLD_CELL, "input": "y"})
    assert read(tmp_path, content) == read(tmp_path, content)


def test_takes_the_order_of_the_counts(tmp_path: Path) -> None:
    notebook = read(tmp_path, v4(code("y = x", 2), code("x = 1", 1)))
    assert (notebook.order, notebook.reordered) == ((2, 1), True)
    assert notebook.diagnostics[0].render().splitlines()[:2] == [
        "a.ipynb cell 1 line 1: NB205 warning: 'x' is used here, but made in cell 2 only:"
        " cells are taken in the order of their counts",
        "    y = x",
    ]


def test_warns_where_no_order_runs(tmp_path: Path) -> None:
    notebook = read(tmp_path, v4(code("y = x"), code("x = 1")))
    assert (notebook.order, notebook.reordered, codes(notebook)) == ((1, 2), False, ["NB206"])


def test_a_broken_cell_does_not_decide_the_order(tmp_path: Path) -> None:
    failed = code("x = = 1", 1, outputs=[SYNTAX_ERROR])
    notebook = read(tmp_path, v4(code("y = 1", 2), failed))
    assert (notebook.order, codes(notebook)) == ((1,), ["NB106"])


def test_reading_a_notebook_loads_no_heavy_library() -> None:
    heavy = "{'nbformat', 'libcst', 'IPython', 'pandas', 'jinja2', 'cookiecutter'}"
    program = f"import sys, nb2prod.reading.notebook; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
