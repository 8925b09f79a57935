"""Every generated line knows the statements of the notebook that it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import WriteNotebook
from equivalence.cases import EXAMPLES
from equivalence.percent import parse_percent

from nb2prod.generation.origins import MARK, lines_of, take_marks
from nb2prod.generation.package import generate, render_tree
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """
# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
df = pd.read_csv("people.csv")
df.head()
# %%
def adult(age):
    if age >= 18:
        return 1
    return 0

names = ["age", "adult"]
# %%
mean = df["age"].mean()
# gaps
df["age"] = df["age"].fillna(mean)
df["adult"] = df["age"].apply(adult)
for name in names:
    if name == "age":
        df[name] = df[name].clip(0, df[name].quantile(0.99))
# %%
X_train, X_test, y_train, y_test = train_test_split(df[names], df["left"], random_state=0)
model = LogisticRegression().fit(X_train, y_train)
answers = model.predict(X_test)
print(accuracy_score(y_test, answers))
"""

ORIGINS = [
    ("config", '"df": "people.csv"', "1:5"),
    ("data", "import pandas as pd", "1:1"),
    ("data", '"df": pd.read_csv(paths["df"])', "1:5"),
    ("preprocessing", 'names = ["age", "adult"]', "2:6"),
    ("preprocessing", "mean: Any = None", "3:3"),
    ("preprocessing", "# gaps", "3:3"),
    ("preprocessing", 'df["age"] = df["age"].fillna(state.', "3:3"),
    ("preprocessing", "for name in names:", "3:5"),
    ("preprocessing", 'if name == "age":', "3:6"),
    ("preprocessing", "df[name] = df[name].clip(", "3:7"),
    ("preprocessing", "def adult(age):", "2:1"),
    ("preprocessing", "if age >= 18:", "2:2"),
    ("preprocessing", "return 1", "2:3"),
    ("preprocessing", "return df[names]", "4:1"),
    ("training", "train_test_split(df[names]", "4:1"),
    ("training", "from sklearn.metrics import accuracy_score", "1:3"),
    ("training", "metrics=score(", "4:3 4:4"),
    ("training", 'return {"accuracy": ', "4:4"),
    ("training", "train = ", ""),
    ("inference", "return model.predict(preprocess(", "4:3"),
]


def mapped(notebook: Path, folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Extract; return each line of each module with its origins, as ``cell:line``."""
    analysis = analyse(notebook, Options())
    plan = generate(analysis, "people")
    folder.mkdir()
    render_tree(plan, folder, analysis)
    program = analysis.trace.program
    found = {}
    for module in plan.modules:
        name = module.name
        final = (folder / "src" / "people" / f"{name}.py").read_text()
        origins = lines_of(module.text, module.origins, final, program)
        places = {at: [program.place(line) for line in lines] for at, lines in origins.items()}
        found[name] = [
            (line, " ".join(f"{place.cell}:{place.line}" for place in places.get(at, [])))
            for at, line in enumerate(final.splitlines(), 1)
        ]
    return found


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str]]]:
    folder = tmp_path_factory.mktemp("origins")
    (folder / "people.ipynb").write_text(json.dumps(parse_percent(NOTEBOOK)))
    return mapped(folder / "people.ipynb", folder / "people")


@pytest.mark.parametrize(("module", "line", "origin"), ORIGINS, ids=[f"{m} {line}" for m, line, _ in ORIGINS])
def test_line_comes_from(people: dict[str, list[tuple[str, str]]], module: str, line: str, origin: str) -> None:
    assert [found for text, found in people[module] if line in text][:1] == [origin]


@pytest.mark.parametrize("name", ["churn", "titanic"])
def test_example_has_no_line_of_the_notebook_without_origin(name: str, tmp_path: Path) -> None:
    """Whatever stands both in the notebook and in the package is linked, and to a line that says the same."""
    notebook = EXAMPLES / name / "notebook.ipynb"
    program = analyse(notebook, Options()).trace.program
    said = {line.strip(): f"{cell.number}:{at}" for cell in program.cells for at, line in enumerate(cell.lines, 1)}
    modules = mapped(notebook, tmp_path / "people")
    same = [(text.strip(), origin) for lines in modules.values() for text, origin in lines if text.strip() in said]
    assert len(same) > 10
    assert [text for text, origin in same if not origin and len(text) > 6] == []


def test_marks_are_taken_off() -> None:
    text = f"x = 1\n{MARK} 4\n{MARK} 7\n# why\ny = 2\n"
    assert take_marks(text) == ("x = 1\n# why\ny = 2\n", {3: (4, 7)})


def test_marks_never_reach_a_module(write_notebook: WriteNotebook) -> None:
    analysis = analyse(write_notebook(NOTEBOOK), Options())
    assert all(MARK not in text for text in generate(analysis, "people").texts.values())
