from __future__ import annotations

import ast
import time
import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nb2prod.reading.magics import WrittenFile, comments, neutralise, parse, python2_fault, syntax_fault

LEFT_ALONE = {
    "plain code": "import pandas as pd\n\ndf = pd.read_csv('a.csv')  # load\n",
    "a cell without a line": "",
    "modulo at the start of a line inside brackets": "x = (10\n% 3)",
    "modulo after a backslash": "x = 10 \\\n% 3",
    "magics in a triple quoted string": 's = """\n%matplotlib inline\n!ls\n%%time\n"""',
    "a question mark in a string": "s = 'really?'",
    "a question mark in a comment": "x = 1  # really?",
    "a prompt in a docstring": 'def f():\n    """\n    >>> f()\n    """',
    "display stays": "display(df)",
    "a top-level await": "x = await f()",
    "a semicolon at the end": "plt.plot(x);",
    "a return at the top": "return 1",
    "a form feed": "x = 1\n\fy = 2",
    "tabs": "if x:\n\ty = 1",
    "an unequal sign": "a = b != c",
    "a syntax error without magic": "x = = 1\ny = 2",
    "prose": "The model is good",
    "a help request on an expression, as in IPython": "print(x)?",
    "an escape that warns": "p = '\\d'",
}

REWRITTEN = {
    "a line magic": ("%matplotlib inline\nimport x", "\nimport x"),
    "a line magic in a block": ("for f in a:\n    %who\n    b = f", "for f in a:\n    pass\n    b = f"),
    "a shell line": ("!ls *.csv\nx = 1", "\nx = 1"),
    "a shell line with a lone quote": ("!echo it's\nx = 1", "\nx = 1"),
    "a shell line with an open bracket": ("!echo (\nx = 1", "\nx = 1"),
    "a captured shell line": ("!!ls\nx = 1", "\nx = 1"),
    "a shell line over two lines": ("!ls \\\n  -la\nx = 1", "\n\nx = 1"),
    "a shell result": ("files = !ls *.csv\nx = 1", "files = []\nx = 1"),
    "a shell result over two lines": ("files = !ls \\\n *.csv\nx = 1", "files = []\n\nx = 1"),
    "a shell result in an item": ("d['a'] = !ls", "d['a'] = []"),
    "a shell result below its name": ("files = \\\n  !ls\nx = 1", "files = \\\n  []\nx = 1"),
    "two shell results": ("a, b = !ls", "a, b = []"),
    "a magic result": ("here = %pwd\nx = 1", "here = None\nx = 1"),
    "a timed statement": ("%time df = pd.read_csv('a')", "df = pd.read_csv('a')"),
    "a timed statement over two lines": ("%time df = f(\n  1)", "df = f(\n  1)"),
    "a timed statement in a block": ("if x:\n    %time y = 1", "if x:\n    y = 1"),
    "a timed result": ("x = %time f(y)", "x = f(y)"),
    "a timing loop": ("%timeit f(x)\ny = 1", "\ny = 1"),
    "time alone": ("%time\ny = 1", "\ny = 1"),
    "a cell magic with a body": ("%%time\nx = 1", "\nx = 1"),
    "a cell magic below blank lines and a comment": ("\n# slow\n%%time\nx = 1", "\n# slow\n\nx = 1"),
    "a cell magic with magics in its body": ("%%capture out\n!ls\nx = 1", "\n\nx = 1"),
    "two cell magics": ("%%capture\n%%time\nx = 1", "\n\nx = 1"),
    "a shell cell": ("%%bash\nls\ncd x\n", "\n\n\n"),
    "a web cell": ("%%html\n<b>x</b>", "\n"),
    "a cell in another language": ("%%R\nx <- 1", "\n"),
    "an unknown cell magic over Python": ("%%magical\nx = 1", "\nx = 1"),
    "an unknown cell magic over something else": ("%%magical\nSELECT 1 FROM t", "\n"),
    "a skipped cell": ("%%skip\nx = 1", "\n"),
    "a timing loop that fits": ("%%timeit -n 1\nmodel.fit(X)", "\nmodel.fit(X)"),
    "a timing loop whose names are its own": ("%%timeit\nx = 1", "\n"),
    "SQL on Databricks": ("%sql\nSELECT 1 FROM t\n", "\n\n"),
    "help": ("df.head?\nx = 1", "\nx = 1"),
    "more help": ("df??\nx = 1", "\nx = 1"),
    "help first": ("?df\nx = 1", "\nx = 1"),
    "help in a block": ("if x:\n    y?", "if x:\n    pass"),
    "help on a magic": ("%time?", ""),
    "help on a cell magic": ("%%time?\n", "\n"),
    "a quoting call": (",f a b", "f('a', 'b')"),
    "a call with one argument": (";f a b", "f('a b')"),
    "a call with arguments": ("/f a b", "f(a, b)"),
    "an indented cell": ("  a = 1\n  %time b = 2\n", "a = 1\nb = 2\n"),
    "Python prompts": (">>> for x in y:\n...     !ls\n>>> z = 1", "for x in y:\n    pass\nz = 1"),
    "an ellipsis above a magic": ("...\n%who\nx = 1", "...\n\nx = 1"),
    "IPython prompts": ("In [3]: for x in y:\n   ...:     z = 1", "for x in y:\n    z = 1"),
    "installing without a sign": ("pip install pandas\nx = 1", "\nx = 1"),
    "a magic without a sign": ("cd data", ""),
    "the names of pylab": ("%pylab inline", "import numpy as np; import matplotlib.pyplot as plt"),
    "a magic after a string": ("s = '''\n%x\n'''\n%x\ny = 1", "s = '''\n%x\n'''\n\ny = 1"),
    "a magic after brackets": ("s = (1\n% 2)\n%x\ny = 1", "s = (1\n% 2)\n\ny = 1"),
    "a call of the shell": ("get_ipython().system('ls')\nx = 1", "pass\nx = 1"),
    "a file run among our names": ("%run -i prep.py", "get_ipython().run_line_magic('run', '-i prep.py')"),
    "a notebook run among our names": (
        "if x:\n    %run prep.ipynb",
        "if x:\n    get_ipython().run_line_magic('run', 'prep.ipynb')",
    ),
    "a cell run by a cell": ("get_ipython().run_cell('x = 1')", "get_ipython().run_cell('x = 1')"),
    "a call of a magic": ("get_ipython().run_line_magic('time', 'x = 1'); y = 2", "x = 1; y = 2"),
    "a call of a cell magic": ("get_ipython().run_cell_magic('time', '', 'm.fit(X)\\n')", "m.fit(X)"),
    "a call of the shell over lines": ("get_ipython().system(\n'ls'\n)\nx = 1", "pass\n\n\nx = 1"),
    "a call before a statement": ("get_ipython().system(\n'é'); x = 1", "pass \\\n; x = 1"),
    "a call with a result": ("é = 1; x = get_ipython().getoutput('ls')", "é = 1; x = []"),
    "line ends of Windows": ("x = 1\r\n%who\r\ny = 2", "x = 1\n\ny = 2"),
}


@pytest.mark.parametrize("source", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(source: str) -> None:
    result = neutralise(source)
    assert (result.source, result.requirements, result.written) == (source, (), ())


@pytest.mark.parametrize(("source", "expected"), REWRITTEN.values(), ids=REWRITTEN)
def test_neutralises(source: str, expected: str) -> None:
    assert neutralise(source).source == expected


@pytest.mark.parametrize("source", [source for source, _ in REWRITTEN.values()], ids=REWRITTEN)
def test_result_is_python(source: str) -> None:
    assert parse(neutralise(source).source) is not None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("%pip install -q pandas\n!pip install numpy", ("pandas", "numpy"), id="line by line"),
        pytest.param("%%bash\nls\npip install pandas", ("pandas",), id="in a shell cell"),
        pytest.param("%%writefile a.md\npip install pandas", (), id="not in a written file"),
        pytest.param("get_ipython().system('pip install pandas')", ("pandas",), id="in a call"),
        pytest.param("pip install pandas", ("pandas",), id="without a sign"),
        pytest.param("!pip install a \\\n  b", ("a", "b"), id="over two lines"),
        pytest.param("!pip install a\n!pip install a", ("a",), id="once each"),
        pytest.param("x = '''\n!pip install a\n'''", (), id="not in a string"),
    ],
)
def test_collects_requirements(source: str, expected: tuple[str, ...]) -> None:
    assert neutralise(source).requirements == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("%%writefile a/b.py\nx = 1\n", WrittenFile("a/b.py", "x = 1\n"), id="a new file"),
        pytest.param("%%file 'a.py'\nx", WrittenFile("a.py", "x"), id="a quoted name"),
        pytest.param("%%writefile -a a.py\nx", WrittenFile("a.py", "x", append=True), id="more of a file"),
    ],
)
def test_collects_written_files(source: str, expected: WrittenFile) -> None:
    result = neutralise(source)
    assert result.written == (expected,)
    assert not result.source.strip()


def test_notes_what_was_dropped_and_where() -> None:
    notes = neutralise("%%time\nx = 1\n\n!ls -la\nif x:\n    df.head?").notes
    assert notes == ((1, "%%time"), (4, "!ls -la"), (6, "df.head?"))


# No lone quotes or brackets in shell lines: they lead IPython itself astray.
IPYTHON_LINES = """
x = 1;%matplotlib inline;!ls 'a';y = !ls -la;z = %who;df?;?df;/f a;for a in b:;    %who;    !ls;    c = 1
""".strip().split(";")
PYTHON_LINES = ["", "s = '''", "'''", "# it's", "t = (1", "% 2)", "u = \\"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(IPYTHON_LINES + PYTHON_LINES), max_size=8).map("\n".join))
def test_agrees_with_ipython_on_what_is_python(source: str) -> None:
    inputtransformer2 = pytest.importorskip("IPython.core.inputtransformer2")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            theirs = ast.parse(inputtransformer2.TransformerManager().transform_cell(source))
        except SyntaxError:
            return
    ours = parse(neutralise(source).source)
    assert ours is not None
    assert _own_statements(ours) == _own_statements(theirs)


def _own_statements(tree: ast.Module) -> list[str]:
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.Assign, ast.For))]
    dumps = [ast.dump(node) for node in nodes if isinstance(node, ast.Assign)]
    return sorted(dump for dump in dumps if not any(word in dump for word in ("get_ipython", "'u'", "'y'", "'z'")))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab1 \t\n\r\\'\"#%!?,;/=()[]{}:.é\0\f"), max_size=60))
@example("%%time\\\n\n")
@example("\r\r\n%x")
def test_keeps_the_number_of_lines(source: str) -> None:
    lines = source.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert neutralise(source).source.count("\n") == lines


NAMES = st.sampled_from(["df", "x", "y_train", "s"])
VALUES = st.one_of(
    NAMES,
    st.integers(0, 99).map(str),
    st.text(alphabet="ab%!?\n'\"# ", max_size=8).map(repr),
    st.text(alphabet="ab%!?\n ", max_size=8).map('"""{}"""'.format),
    st.builds("({}\n% {})".format, NAMES, NAMES),
)
STATEMENTS = st.one_of(
    st.builds("{} = {}".format, NAMES, VALUES),
    st.builds("if {}:\n    {} = {}".format, NAMES, NAMES, NAMES),
    st.builds("# {}?".format, NAMES),
    st.builds("f({}, {})".format, VALUES, VALUES),
)


@settings(deadline=None)
@given(st.lists(STATEMENTS, max_size=6).map("\n".join))
def test_leaves_any_python_alone(source: str) -> None:
    assert parse(source) is not None
    assert neutralise(source).source == source


@settings(deadline=None)
@given(st.lists(STATEMENTS, max_size=6).map("\n".join))
def test_a_magic_above_changes_nothing_below(source: str) -> None:
    assert neutralise(f"%who\n{source}").source == f"\n{source}"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('x = """' + "a" * 200_000 + "\n!ls", id="an open string"),
        pytest.param("=" + " " * 50_000 + "?", id="spaces"),
        pytest.param("\n" * 50_000 + "%x", id="blank lines"),
        pytest.param("%x\n" * 5_000, id="magics"),
        pytest.param("a." * 30_000 + "?", id="a long name"),
        pytest.param("!pip install " + "a-" * 20_000 + "$", id="a long requirement"),
    ],
)
def test_takes_linear_time(source: str) -> None:
    start = time.process_time()
    neutralise(source)
    python2_fault(source)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("print 'a'", "a print statement on line 1", id="print text"),
        pytest.param("x = 1\nif x: print x", "a print statement on line 2", id="print in a block"),
        pytest.param("exec 'x = 1'", "an exec statement on line 1", id="exec"),
        pytest.param("try:\n  f()\nexcept (A, B), e:\n  g(", "an 'except X, e' clause on line 3", id="except"),
        pytest.param("raise A, 'b'\nf(", "a 'raise X, message' statement on line 1", id="raise"),
        pytest.param("x = `y`", "backticks on line 1", id="backticks"),
        pytest.param("if x <> y: z", "the <> operator on line 1", id="unequal"),
        pytest.param("\nx = ur'a'", "a ur'' string on line 2", id="raw unicode"),
        pytest.param("x = 10L", "a long integer on line 1", id="long"),
    ],
)
def test_recognises_python2(source: str, expected: str) -> None:
    assert python2_fault(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("print('a')", id="Python 3"),
        pytest.param("x = (", id="an open bracket"),
        pytest.param("the `fit` method is good", id="prose with backticks"),
        pytest.param("x = 'print a' 1", id="print in a string"),
        pytest.param("x = = 1  # print a", id="print in a comment"),
        pytest.param("print = 5 6", id="a name"),
    ],
)
def test_is_not_python2(source: str) -> None:
    assert python2_fault(source) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("x = 1\ny = = 2", (2, "invalid syntax"), id="its line"),
        pytest.param("x" + ".a" * 20_000, (1, "nested too deeply"), id="nesting"),
        pytest.param("x = 1", None, id="nothing"),
    ],
)
def test_names_the_syntax_fault(source: str, expected: tuple[int, str] | None) -> None:
    assert syntax_fault(source) == expected


def test_a_null_byte_is_a_syntax_fault() -> None:
    fault = syntax_fault("x = 1\n\0")
    assert fault is not None
    assert "null" in fault[1]


def test_lists_comments_but_no_strings() -> None:
    assert comments("# a\nx = '# b'  # c\n'''\n# d\n'''") == ("# a", "# c")
