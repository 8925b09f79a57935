"""Each diagnostic's page: its example leads to it, its remedy leads out of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from diagnostic_pages import examples, findings, given_codes, notebook, pages

from nb2prod.codes import CODES
from pages.running import Place, commands_of

EXAMPLES = examples()
PAGES = cache(pages)
NOTEBOOKS = {code: example for code, example in EXAMPLES.items() if not example.console}
REMEDIED = {code: example for code, example in NOTEBOOKS.items() if example.after}
CONSOLES = {code: example for code, example in EXAMPLES.items() if example.console}
EXPLAINED = "1234"
"""The families that the analysis of a notebook gives; each of their codes that is said has an example."""

PEOPLE = """# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv("people.csv")
# %%
df["age"] = df["age"].fillna(df["age"].mean())
# %%
model = LogisticRegression().fit(df[["age"]], df["left"])
answers = model.predict(df[["age"]])
"""


@pytest.mark.parametrize("code", NOTEBOOKS)
def test_example_leads_to_the_code(code: str) -> None:
    example = NOTEBOOKS[code]
    assert code in {found.code for found in findings(example.before, example)}


@pytest.mark.parametrize("code", REMEDIED)
def test_remedy_leads_out_of_it_and_into_nothing_worse(code: str) -> None:
    example = REMEDIED[code]
    found = findings(example.after, example)
    assert [one.code for one in found if one.code == code or one.severity == "error"] == []


@pytest.mark.slow
@pytest.mark.parametrize("code", CONSOLES)
def test_commands_lead_to_the_code(code: str, tmp_path: Path) -> None:
    place = Place(tmp_path, None)
    (place.folder / "people.ipynb").write_text(notebook(PEOPLE))
    for command in commands_of(CONSOLES[code].console):
        place.run(command)
    assert code in CONSOLES[code].console or code == "NB504"


def test_examples_are_of_codes_that_are_there() -> None:
    assert EXAMPLES.keys() <= CODES.keys()


def test_every_code_of_the_analysis_has_an_example() -> None:
    said = {code for code in given_codes() & CODES.keys() if code[2] in EXPLAINED}
    assert said - EXAMPLES.keys() == set()


@pytest.mark.parametrize("code", CODES)
def test_page_holds_all_of_the_catalogue(code: str) -> None:
    text = PAGES()[f"reference/diagnostics/{code}.md"]
    entry = CODES[code]
    for part in (entry.title, entry.meaning, entry.why, entry.do):
        assert part in text
    assert ("does not say it yet" in text) == (code not in given_codes())
