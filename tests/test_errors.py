from __future__ import annotations

import pytest

from nb2prod.diagnostics import Place
from nb2prod.errors import Refusal, UserError


def test_ends_in_a_line_that_says_it_all() -> None:
    fault = Refusal(
        "lag of 'sales'",
        code="NB401",
        why="a reason",
        do="an advice",
        place=Place("a.ipynb", 7, 3, "x.shift()"),
    )
    assert str(fault).splitlines() == [
        "a.ipynb cell 7 line 3: NB401 error: lag of 'sales'",
        "    x.shift()",
        "  why: a reason",
        "  do:  an advice",
        "error NB401: a.ipynb cell 7 line 3: lag of 'sales'",
    ]


def test_needs_no_place() -> None:
    assert str(UserError("a message", code="NB101")).splitlines()[-1] == "error NB101: a message"


def test_keeps_a_message_on_one_line() -> None:
    assert str(UserError("a\n  message", code="NB101")).splitlines()[-1] == "error NB101: a message"


def test_a_refusal_is_the_users_matter() -> None:
    assert (UserError.exit_code, Refusal.exit_code) == (2, 1)
    assert issubclass(Refusal, UserError)


def test_gives_what_it_was_made_of() -> None:
    fault = UserError("a message", code="NB101", do="an advice")
    assert (fault.code, fault.message, fault.do, fault.place) == ("NB101", "a message", "an advice", None)
    assert fault.why


def test_knows_no_unknown_code() -> None:
    with pytest.raises(KeyError):
        UserError("a message", code="NB999")
