"""`nb2prod verify` as its users meet it, with the real kernel; and every fault in a sample of broken packages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result
from equivalence.cases import CASES, read_case
from equivalence.percent import parse_percent
from equivalence.processes import Run, WarmPython

from nb2prod.cli import main
from nb2prod.extract import Request, extract_package
from nb2prod.upkeep.check import answer
from nb2prod.verify.inside.groups import FIRST_LOOK, RUNS
from verify.faults import answers, chosen, faults, judge_fault
from verify.ground import Ground, compare, lay_ground, run_recorded

NOTEBOOK = """
# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
random = np.random.RandomState(0)
made = pd.DataFrame({"age": random.uniform(18, 90, 200), "city": random.choice(["Oslo", "Rome", "Bonn"], 200)})
made["left"] = (made["age"] > 50) ^ (random.uniform(size=200) > 0.9)
made.loc[::7, "age"] = np.nan
made.to_csv("people.csv", index=False)
# %%
df = pd.read_csv("people.csv")
df.head()
# %% [markdown]
# ## Fill the gaps
# %%
df["age"] = df["age"].fillna(df["age"].median())
# %% [markdown]
# ## Encode
# %%
df = pd.get_dummies(df, columns=["city"])
# %%
%%time
X_train, X_test, y_train, y_test = train_test_split(df.drop(columns="left"), df["left"], random_state=0)
model = RandomForestClassifier(n_estimators=10, random_state=0).fit(X_train, y_train)
answers = model.predict(X_test)
print(model.score(X_test, y_test))
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return plant(tmp_path, NOTEBOOK)


def plant(folder: Path, text: str) -> Path:
    path = folder / "people.ipynb"
    path.write_text(json.dumps(parse_percent(text)), encoding="utf-8")
    extract_package(Request(path, folder / "people"))
    return folder / "people"


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["verify", *arguments])


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# ---------------------------------------------------------------------- in a kernel


@pytest.mark.slow
def test_good_package_is_verified_and_says_so(people: Path) -> None:
    result = verify(str(people))
    assert result.exit_code == 0, result.output
    assert "people reproduces people.ipynb (50 rows predicted, by label)" in result.stdout
    assert "people reproduces" in (people / "README.md").read_text(encoding="utf-8").lower()
    assert json.loads((people / ".nb2prod" / "verification.json").read_text())["verdict"] == "verified"
    assert answer([str(people)]).exit_code == 0


@pytest.mark.slow
def test_wrong_package_is_told_with_its_cell(people: Path) -> None:
    edit(people / "src" / "people" / "preprocessing.py", "fillna(state.age_median)", "fillna(df['age'].median())")
    result = verify(str(people), "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["verdict"]) == (1, "differs")
    assert report["first_difference"]["said"].startswith("cell 4: column age differs")
    assert report["first_difference"]["function"] == "fill_age"


@pytest.mark.slow
def test_random_training_is_measured_by_the_notebooks_own_spread(tmp_path: Path) -> None:
    package = plant(tmp_path, NOTEBOOK.replace("n_estimators=10, random_state=0", "n_estimators=10"))
    report = json.loads(verify(str(package), "--json", "--no-record").stdout)
    states = {check["check"]: check["state"] for check in report["checks"]}
    assert report["verdict"] == "verified"
    assert report["notebook"]["runs"] in (FIRST_LOOK, RUNS)
    assert (states["inference"], states["state"]) == ("equal", "random")
    assert not (package / ".nb2prod" / "verification.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "says"),
    [
        pytest.param("1 / 0", "cell 8: the notebook does not run: ZeroDivisionError", id="fails"),
        pytest.param("import time\ntime.sleep(60)", "takes longer than 20 seconds", id="takes too long"),
    ],
)
def test_notebook_that_does_not_run_is_told_with_its_cell(tmp_path: Path, cell: str, says: str) -> None:
    package = plant(tmp_path, f"{NOTEBOOK}\n# %%\n{cell}\n")
    result = verify(str(package), "--timeout", "20")
    assert (result.exit_code, says in result.stderr) == (2, True), result.output


# ---------------------------------------------------------------------- every fault


@pytest.fixture(scope="module")
def warm() -> Iterator[Run]:
    python = WarmPython()
    yield python.run
    python.close()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory, warm: Run) -> Ground:
    return lay_ground(read_case(CASES / "fillna_mean_before_split"), tmp_path_factory.mktemp("ground"), warm)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["dummies_drop_first", "mode_in_a_loop", "ordinal_encoder", "text_tfidf", "house_prices"]
)
def test_every_fault_is_found_and_named(name: str, tmp_path: Path, warm: Run) -> None:
    [case] = chosen([name])
    ground = lay_ground(case, tmp_path, warm)
    assert compare(ground, warm).verdict == "verified"
    good = answers(ground, ground.source.parent, warm)
    made = list(faults(ground.source))
    for fault in Random(0).sample(made, min(6, len(made))):
        verdict, report = judge_fault(ground, fault, warm, good)
        assert verdict in ("named", "harmless"), (fault.kind, fault.statement, report and report.sentence)


@pytest.mark.slow
def test_more_runs_excuse_nothing_where_nothing_is_random(tmp_path: Path, warm: Run) -> None:
    ground = lay_ground(read_case(CASES / "fillna_mean_before_split"), tmp_path, warm)
    again = run_recorded(
        tmp_path / "notebook" / "notebook.ipynb", ground.points, tmp_path / "run1", tmp_path / "inside", warm
    )
    training = ground.source / "training.py"
    edit(
        training,
        "return Fitted(",
        "vars(state).update({k: v * 2 for k, v in vars(state).items()})\n    return Fitted(",
    )
    assert compare(ground, warm, runs=(again,)).verdict == "differs"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "code", "says"),
    [
        ("preprocessing", "1 / 0", "it cannot be imported: ZeroDivisionError: division by zero"),
        ("inference", "def", "it cannot be imported: SyntaxError: invalid syntax"),
        ("training", "from .gone import x", "it cannot be imported: ModuleNotFoundError"),
    ],
)
def test_package_that_cannot_be_imported_differs(ground: Ground, warm: Run, module: str, code: str, says: str) -> None:
    folder = ground.folder / "broken"
    shutil.copytree(ground.source, folder / ground.package, dirs_exist_ok=True)
    path = folder / ground.package / f"{module}.py"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{code}\n", encoding="utf-8")
    report = compare(ground, warm, folder)
    assert (report.verdict, report.first[: len(says)]) == ("differs", says)
