"""A plan is pure data: JSON gives it back, and it alone makes the package."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import tree
from equivalence.processes import ROOT

from nb2prod.generation.package import context_of, generate
from nb2prod.generation.plan import Plan, plan_from_json, plan_to_json
from nb2prod.generation.render import render_package
from nb2prod.pipeline import Options, analyse


def plan_of(example: str) -> Plan:
    return generate(analyse(ROOT / "examples" / example / "notebook.ipynb", Options()), "people")


EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/notebook.ipynb"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_json_gives_the_plan_back(example: str) -> None:
    plan = plan_of(example)
    assert plan_from_json(plan_to_json(plan)) == plan


def test_plan_alone_makes_the_package(tmp_path: Path) -> None:
    plan = plan_of("churn")
    for name, made in (("a", plan), ("b", plan_from_json(plan_to_json(plan)))):
        (tmp_path / name / "people").mkdir(parents=True)
        render_package(context_of(made), tmp_path / name / "people")
    assert tree(tmp_path / "a") == tree(tmp_path / "b") != {}


@pytest.mark.parametrize(
    "change",
    [{"modules": [{"name": "config"}]}, {"color": "red"}, {"prediction": None}],
    ids=["a field is missing", "an unknown field", "no prediction"],
)
def test_other_json_is_no_plan(change: dict[str, object]) -> None:
    content = json.loads(plan_to_json(plan_of("churn"))) | change
    with pytest.raises(ValueError, match="no plan"):
        plan_from_json(json.dumps(content))
