"""The explanation says of every statement what became of it, where, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from equivalence.cases import EXAMPLES
from equivalence.percent import parse_percent

from explain.notebooks import LAGGED, PEOPLE
from nb2prod.explain.account import explain
from nb2prod.explain.records import Explanation, Statement
from nb2prod.pipeline import Options
from nb2prod.reading.notebook import read_notebook


def explained(text: str, folder: Path) -> Explanation:
    path = folder / "people.ipynb"
    path.write_text(json.dumps(parse_percent(text)), encoding="utf-8")
    return explain(read_notebook(path), Options())


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Explanation:
    return explained(PEOPLE, tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Explanation:
    return explained(LAGGED, tmp_path_factory.mktemp("lagged"))


def statement(explanation: Explanation, code: str) -> Statement:
    (found,) = [one for one in explanation.statements if one.code.startswith(code)]
    return found


PLACES = {
    'df = pd.read_csv("people.csv")': ["data.load_data", "config."],
    'df["age"] = df["age"].fillna': ["preprocessing.PreprocessingState", "preprocessing.gaps"],
    'df["adult"]': ["preprocessing.gaps"],
    "model.fit(": ["training.fit"],
    "answers = ": ["training.fit", "inference.predict_rows", "inference.predict_proba_rows"],
    "import pandas": ["data.", "preprocessing.", "training.", "inference."],
}


@pytest.mark.parametrize(("code", "places"), PLACES.items(), ids=PLACES)
def test_kept_statement_is_where_it_says(people: Explanation, code: str, places: list[str]) -> None:
    found = statement(people, code)
    assert found.fate == "kept"
    assert [f"{one.module}.{one.function}" for one in found.destinations] == places


REASONS = {
    "df.head()": "it only shows something",
    'df["age"].hist()': "it only draws a plot",
    "forest = ": "it is about forest; the package predicts with another model",
    "print(accuracy_score(y_test, forest": "it is about forest; the package predicts with another model",
    "from sklearn.ensemble": "nothing that is kept uses it",
    "pd.DataFrame(": "the package saves its own artifact and writes its own predictions",
}


@pytest.mark.parametrize(("code", "reason"), REASONS.items(), ids=REASONS)
def test_dropped_statement_says_why(people: Explanation, code: str, reason: str) -> None:
    found = statement(people, code)
    assert (found.fate, found.reason, found.destinations) == ("dropped", reason, ())


def test_lines_hold_what_the_statement_became(people: Explanation) -> None:
    modules = {name: text.splitlines() for name, text in people.modules}
    (place,) = statement(people, 'df["adult"]').destinations
    assert [modules[place.module][line - 1].strip() for line in place.lines] == ['df["adult"] = df["age"] >= 18']


def test_paths_tell_training_from_serving(people: Explanation) -> None:
    paths = {one.code.partition("(")[0]: one.path for one in people.statements}
    assert (paths['df["age"] = df["age"].fillna'], paths["model.fit"], paths["df.head"]) == (
        "serving",
        "training",
        "none",
    )


def test_learned_values_say_how_and_where(people: Explanation) -> None:
    (mean, model) = people.learned
    assert (mean.name, mean.computed, mean.cell) == ("age_mean", "df['age'].mean()", 6)
    assert [one.function for one in mean.recalled] == ["gaps"]
    assert (model.model, model.computed) == (True, "model.fit(X_train, y_train)")
    assert statement(people, "model.fit(").learns == ("model",)


def test_answer_says_what_is_predicted_and_what_a_request_holds(people: Explanation) -> None:
    assert people.answer is not None
    assert (people.answer.target, people.answer.model) == ("left", "model")
    assert people.answer.columns == ("age", "income")
    assert [people.statements[at].code for at in people.answer.fitted] == ["model.fit(X_train, y_train)"]


def test_leak_stands_at_its_statement(people: Explanation) -> None:
    (leak,) = people.findings
    assert (leak.code, leak.statement) == ("NB301", statement(people, 'df["age"] = ').number)


def test_refused_notebook_has_roles_and_the_refusal_in_place(refused: Explanation) -> None:
    assert refused.refusal is not None
    found = refused.findings[refused.refusal]
    assert (found.code, found.cell, found.line) == ("NB401", 2, 1)
    lag = statement(refused, 'df["before"]')
    assert (lag.fate, lag.reason) == ("refused", found.message)
    assert [cell.roles[0] for cell in refused.cells] == ["load", "feature", "fit"]
    assert [cell.fate for cell in refused.cells] == ["open", "refused", "open"]


WITHOUT_CODE = {
    "#!%pip install pandas": ("dropped", "it installs; pyproject.toml says what the package needs"),
    "#!%%writefile ages.py\nprint()\ndef adult(age): return age > 17": ("merged", "it became ages.py of the package"),
    "#!%%bash\nls": ("dropped", "it holds no Python code"),
    "# only words": ("dropped", "it holds no Python code"),
    "print (": ("dropped", "it is not valid Python"),
}


@pytest.mark.parametrize(("source", "told"), WITHOUT_CODE.items(), ids=WITHOUT_CODE)
def test_cell_without_statements_says_what_it_was(source: str, told: tuple[str, str], tmp_path: Path) -> None:
    uses = PEOPLE.replace("import warnings", "import warnings\nfrom ages import adult").replace(
        'df["age"] >= 18', 'df["age"].apply(adult)'
    )
    text = f"# %%\n{source}\n{uses if 'ages' in source else PEOPLE}"
    cell = explained(text, tmp_path).cells[0]
    assert (cell.fate, cell.reason) == told


@pytest.mark.parametrize("name", [path.name for path in sorted(EXAMPLES.iterdir()) if path.is_dir()])
def test_nothing_of_an_example_is_untold(name: str) -> None:
    """Whatever is not kept has a reason; every destination is a line of a module."""
    explanation = explain(read_notebook(EXAMPLES / name / "notebook.ipynb"), Options())
    lengths = {module: len(text.splitlines()) for module, text in explanation.modules}
    for one in explanation.statements:
        assert one.roles
        assert one.destinations if one.fate == "kept" else one.reason
        assert all(1 <= line <= lengths[place.module] for place in one.destinations for line in place.lines)
    assert json.loads(json.dumps(explanation.as_data()))["notebook"] == "notebook.ipynb"
