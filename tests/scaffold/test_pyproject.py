"""Extras in pyproject.toml: text in, text out, and nothing else touched."""

from __future__ import annotations

import tomllib

import pytest

from nb2prod.errors import UserError
from nb2prod.scaffold.pyproject import add_extras, merged_extras

PROJECT = """[project]
name = "churn" # ours
dependencies = [
    "pandas>=2.2",
]

[project.scripts]
churn = "churn.__main__:main"

[tool.ruff]
line-length = 110
"""
WITH_EXTRA = PROJECT + '\n[project.optional-dependencies]\nserve = ["Flask>=2", "mine"]\n'


@pytest.mark.parametrize(
    ("text", "extras", "expected"),
    [
        (PROJECT, {"serve": ["flask>=3", "orjson"]}, {"serve": ["flask>=3", "orjson"]}),
        (WITH_EXTRA, {"serve": ["flask>=3", "orjson"]}, {"serve": ["Flask>=2", "mine", "orjson"]}),
        (WITH_EXTRA, {"batch": ["duckdb"]}, {"serve": ["Flask>=2", "mine"], "batch": ["duckdb"]}),
    ],
)
def test_extras_are_added_beside_what_is_there(text: str, extras: dict[str, list[str]], expected: object) -> None:
    added = add_extras(text, extras)
    parsed = tomllib.loads(added)
    assert parsed["project"].pop("optional-dependencies") == expected
    before = tomllib.loads(text)
    before["project"].pop("optional-dependencies", None)
    assert parsed == before
    assert set(text.splitlines()) - set(added.splitlines()) <= {'serve = ["Flask>=2", "mine"]'}


@pytest.mark.parametrize("extras", [{}, {"serve": ["flask>=3"]}, {"serve": []}])
def test_a_text_that_needs_nothing_stays_as_it_is(extras: dict[str, list[str]]) -> None:
    assert add_extras(WITH_EXTRA, extras) == WITH_EXTRA


@pytest.mark.parametrize("text", ["[project", "[tool.ruff]\n", "project = 3\n"])
def test_a_file_that_is_no_project_is_refused(text: str) -> None:
    with pytest.raises(UserError, match=r"pyproject\.toml cannot be extended"):
        add_extras(text, {"serve": ["flask"]})


def test_extras_of_targets_are_joined() -> None:
    assert merged_extras([{"serve": ["a", "b"]}, {"serve": ["b", "c"], "batch": ["d"]}]) == {
        "serve": ["a", "b", "c"],
        "batch": ["d"],
    }
