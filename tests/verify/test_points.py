"""Where `verify` looks: every statement of inference has a point, whatever its variables are called in the package."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from drift.samples import notebook
from equivalence.cases import EXAMPLES

from nb2prod.generation.package import generate
from nb2prod.generation.plan import Plan
from nb2prod.pipeline import Options, analyse
from verify.faults import serving_statements


def plan_of(path: Path) -> Plan:
    return generate(analyse(path, Options()), "package")


def without_point(plan: Plan) -> list[str]:
    """Statements of the step functions that no point of the notebook belongs to; calls of other steps need none."""
    known = {(step["function"], step["statement"]) for step in plan.points["steps"]}
    functions = [node for node in ast.parse(plan.texts["preprocessing"]).body if isinstance(node, ast.FunctionDef)]
    steps = [node for node in functions if "From cell" in (ast.get_docstring(node) or "")]
    calls = tuple(f"{function.name}(" for function in steps)
    found = [(function.name, ast.unparse(node)) for function in steps for node in serving_statements(function)]
    return [code for name, code in found if (name, code) not in known and not any(call in code for call in calls)]


@pytest.mark.parametrize("name", ["churn", "house_prices", "spam", "titanic"])
def test_every_statement_of_inference_has_a_point(name: str) -> None:
    assert without_point(plan_of(EXAMPLES / name / "notebook.ipynb")) == []


@pytest.mark.parametrize(
    ("code", "survive"),
    [
        ("df['age'] = df['age'].fillna(0)", True),
        ("kept = df.index\ndf['age'] = df.loc[kept, 'age'].fillna(0)", True),
        ("df.index = range(len(df))", False),
        ("df = df.reset_index(drop=True)", False),
    ],
)
def test_labels_are_lost_where_the_index_is_made_anew(tmp_path: Path, code: str, survive: bool) -> None:
    content = notebook()
    content["cells"][4]["source"] = f"{code}\ndf['pay'] = df['pay'].fillna(0)"
    (tmp_path / "people.ipynb").write_text(json.dumps(content), encoding="utf-8")
    assert plan_of(tmp_path / "people.ipynb").points["labels"] == survive
