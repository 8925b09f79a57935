"""What is bound only to be handed over stands in the ``return``, as long as this stays one line."""

from __future__ import annotations

import pytest

from nb2prod.generation.handing_over import with_values

GIVEN = "return Fitted(model=m, metrics=scores, served=served)\n"
CASES = {
    "both": (
        'scores = {}\nm = f(x)\nserved = (x.index, p)\nscores["r2"] = r2(y, p)\n',
        "m = f(x)\n",
        'return Fitted(model=m, metrics={"r2": r2(y, p)}, served=(x.index, p))\n',
    ),
    "made at once": ("m = f(x)\nscores = score(y, p)\n", "m = f(x)\n", GIVEN.replace("=scores", "=score(y, p)")),
    "the proof before the scores, which are long": (
        f'scores = {{}}\nserved = (i, p)\nscores["r2"] = r2({"y" * 90}, p)\n',
        f'scores = {{}}\nscores["r2"] = r2({"y" * 90}, p)\n',
        GIVEN.replace("=served", "=(i, p)"),
    ),
}
KEPT = {
    "a score before the end": 'scores = {}\nscores["a"] = f(x)\nx = g(x)\nscores["b"] = f(x)\n',
    "scores that are read": 'scores = {}\nscores["a"] = f(x)\nscores["b"] = scores["a"] + 1\n',
    "a score of a loop": 'scores = {}\nfor k in x:\n    scores["a"] = f(k)\nscores["a"] = f(x)\n',
    "a remark": 'scores = {}\nscores["a"] = f(x)  # on what it has seen\n',
    "a comment above": 'scores = {}\n# on what it has seen\nscores["a"] = f(x)\n',
    "more than fits in a line": f'scores = {{}}\nscores["a"] = f({"x" * 90})\n',
}


@pytest.mark.parametrize(("body", "rest", "call"), CASES.values(), ids=CASES)
def test_values_stand_in_the_return(body: str, rest: str, call: str) -> None:
    given = GIVEN if "served" in body else GIVEN.replace(", served=served", "")
    wanted = call if "served" in body else call.replace(", served=served", "")
    assert with_values(body, given, 110) == (rest, wanted)


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT)
def test_values_keep_their_names(body: str) -> None:
    given = GIVEN.replace(", served=served", "")
    assert with_values(body, given, 110) == (body, given)
