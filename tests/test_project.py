"""What a project says in [tool.nb2prod] of its pyproject.toml."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import WriteNotebook

from nb2prod.errors import UserError
from nb2prod.pipeline import Options, analyse
from nb2prod.reading.project import project_facts, settings_of
from nb2prod.survey.cache import file_digest

NOTEBOOK = """
# %%
import ours
import pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv("people.csv")
df["age"] = ours.surcharge(df["age"])
model = LogisticRegression().fit(df[["age"]], df["left"])
answers = model.predict(df[["age"]])
"""
SETTINGS = '[tool.nb2prod]\nfacts = ["facts.toml"]\n'
ROW = '["ours"]\nsurcharge = {{ relation = "{}", returns = "series" }}\n'


def findings(path: Path) -> list[str]:
    try:
        return [found.code for found in analyse(path, Options()).diagnostics]
    except UserError as fault:
        return [fault.code]


@pytest.mark.parametrize(
    ("relation", "expected"), [("", ["NB321"]), ("map", []), ("win", ["NB401"]), ("fit", ["NB406"])]
)
def test_row_of_the_project_decides(
    write_notebook: WriteNotebook, tmp_path: Path, relation: str, expected: list[str]
) -> None:
    (tmp_path / "notebooks").mkdir()
    if relation:
        (tmp_path / "pyproject.toml").write_text(SETTINGS)
        (tmp_path / "facts.toml").write_text(ROW.format(relation))
    assert findings(write_notebook(NOTEBOOK, "notebooks/people.ipynb")) == expected


def test_nearest_settings_count(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (inner / "pyproject.toml").write_text("[project]\nname = 'b'\n")
    assert settings_of(inner / "n.ipynb") == (tmp_path / "pyproject.toml", (tmp_path / "facts.toml",))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("[tool.nb2prod\n", "at line 1"),
        ("[tool.nb2prod]\nfacts = 1\n", "facts is no list of paths"),
        ("[tool.nb2prod]\nfact = []\n", "unknown keys: fact"),
        ('[tool.nb2prod]\nfacts = ["missing.toml"]\n', "missing.toml"),
        (SETTINGS, "relation"),
    ],
)
def test_fault_names_the_file(tmp_path: Path, settings: str, sentence: str) -> None:
    (tmp_path / "pyproject.toml").write_text(settings)
    (tmp_path / "facts.toml").write_text(ROW.format("sideways"))
    with pytest.raises(UserError, match=r"pyproject\.toml") as fault:
        project_facts(tmp_path / "n.ipynb")
    assert (fault.value.code, sentence in fault.value.message) == ("NB112", True)


def test_survey_forgets_what_other_facts_gave(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    path = write_notebook(NOTEBOOK)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    digests = set()
    for relation in ("map", "win"):
        (tmp_path / "facts.toml").write_text(ROW.format(relation))
        digests.add(file_digest(path))
    assert len(digests) == 2
