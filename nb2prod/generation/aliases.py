"""Variables of a generated function that only stand for another one: they are left out.

Input: the text of a function's body, with marks. Output: the same body without the line ``model = clf``, where nothing
but the ``return`` at its end reads ``model`` and ``clf`` is what it was; the ``return`` reads ``clf`` then.
"""

from __future__ import annotations

import re

from nb2prod.generation.layout import names_in
from nb2prod.generation.origins import is_mark

_LINE = re.compile(r"(\w+) = ([A-Za-z_]\w*)")


def without_alias(body: str, given: str, alias: str) -> tuple[str, str]:
    """Take ``alias = name`` out of a body that ends in the statement `given`; give body and statement."""
    lines = body.splitlines(keepends=True)
    places = [at for at, line in enumerate(lines) if (m := _LINE.fullmatch(line.rstrip("\n"))) and m[1] == alias]
    if len(places) != 1 or names_in(body)[1].count(alias) != 1:
        return body, given
    at = places[0]
    name = lines[at].strip().partition(" = ")[2]
    reads, binds, _ = names_in("".join(lines[at + 1 :]))
    if alias in reads or name in binds or _is_bound_twice("".join(lines[:at] + lines[at + 1 :]), alias):
        return body, given
    start = at
    while start and is_mark(lines[start - 1]):
        start -= 1
    return "".join(lines[:start] + lines[at + 1 :]), re.sub(rf"={alias}\b", f"={name}", given)


def _is_bound_twice(rest: str, alias: str) -> bool:
    """Whether the body binds the alias elsewhere too, such as in a loop."""
    return alias in names_in(rest)[1]
