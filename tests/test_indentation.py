"""Code that is put one level deeper means the same; no line of a text is moved."""

from __future__ import annotations

import ast

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.generation.indentation import indented
from nb2prod.generation.rewrite import strip_parentheses

CODE = {
    "": "",
    "a = 1\n": "    a = 1\n",
    "a = 1\n\nb = 2": "    a = 1\n\n    b = 2\n",
    "if a:\n    b = 1\n": "    if a:\n        b = 1\n",
    'a = """x\n  y\n"""\nb = 1\n': '    a = """x\n  y\n"""\n    b = 1\n',
    "a = f'''x\n{b}\n'''\n": "    a = f'''x\n{b}\n'''\n",
    "a = 'x\\\ny'\n": "    a = 'x\\\ny'\n",
    "a = b + \\\n  c\n": "    a = b + \\\n      c\n",
    "a = 'x\x0cy\u2028z'\n": "    a = 'x\x0cy\u2028z'\n",
    'return b"""x\n"""\n': '    return b"""x\n"""\n',
}


@pytest.mark.parametrize(("code", "deeper"), CODE.items())
def test_code_is_put_one_level_deeper(code: str, deeper: str) -> None:
    assert indented(code) == deeper


@given(st.text(alphabet="ab \n\t'{}\x0c\u2028", max_size=20), st.sampled_from(["", "f", "b", "r"]))
def test_texts_are_the_same_as_before(text: str, prefix: str) -> None:
    code = f'x = {prefix}"""{text}"""\ny = (x,\n  2)\n'
    try:
        before = ast.dump(ast.parse(code))
    except (SyntaxError, ValueError):
        return
    body = ast.parse(f"if 1:\n{indented(code)}").body[0]
    assert isinstance(body, ast.If)
    assert ast.dump(ast.Module(body.body, [])) == before


@pytest.mark.parametrize(
    ("written", "kept"),
    [("(a + b)", "a + b"), ("(a\n + b)", "(a\n + b)"), ("(f(a,\n b))", "f(a,\n b)"), ("(a, b)", "(a, b)")],
)
def test_parentheses_stay_around_what_goes_on_in_another_line(written: str, kept: str) -> None:
    assert cst.Module([]).code_for_node(strip_parentheses(cst.parse_expression(written))) == kept
