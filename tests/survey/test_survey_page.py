"""The survey's page in a real browser: searched, filtered, and readable for everyone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from explain.browser import chromium, fetch_axe, violations
from playwright.sync_api import Page, sync_playwright

from nb2prod.survey.page import page as page_of
from nb2prod.survey.records import Outcome, Reason, Record
from nb2prod.survey.summary import summarise

pytestmark = pytest.mark.slow
NOTEBOOKS: dict[str, tuple[Outcome, str, str]] = {
    "a/churn.ipynb": ("extracts", "", "sklearn.svm.SVC"),
    "a/lags.ipynb": ("refuses", "NB401", "sklearn.svm.SVC"),
    "b/<img src=x onerror=alert(1)>.ipynb": ("refuses", "NB201", ""),
    "b/torn.ipynb": ("unreadable", "NB102", ""),
    "b/broken.ipynb": ("crashes", "", ""),
}
LEAK = Reason("NB301", "the mean has seen the test rows", 3, 1)


def record(path: str) -> Record:
    outcome, code, estimator = NOTEBOOKS[path]
    reason = None if outcome == "extracts" else Reason(code, "a reason", 2, 1, "x = df.shift(1)")
    return Record(path, outcome, reason, () if reason else (LEAK,), (estimator,) if estimator else ())


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Page]]:
    records = [record(path) for path in NOTEBOOKS]
    path = tmp_path_factory.mktemp("survey") / "survey.html"
    path.write_text(page_of(records, summarise(records)), encoding="utf-8")
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        opened = {scheme: browser.new_page(color_scheme=scheme) for scheme in ("light", "dark")}
        for page in opened.values():
            page.on("console", lambda message: faults.append(message.text))
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("request", lambda request: faults.append(request.url) if "file://" not in request.url else None)
            page.goto(path.as_uri())
        yield opened
        browser.close()
    assert faults == []


def shown(page: Page) -> set[str]:
    rows = page.locator("#list tbody tr:visible td:first-child")
    return set(rows.all_text_contents())


@pytest.fixture
def page(pages: dict[str, Page]) -> Page:
    pages["light"].reload()
    return pages["light"]


def test_shows_all_at_first(page: Page) -> None:
    assert shown(page) == NOTEBOOKS.keys()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("lags", {"a/lags.ipynb"}),
        ("nb401 shift", {"a/lags.ipynb"}),
        ("svm", {"a/churn.ipynb", "a/lags.ipynb"}),
        ("NB301", {"a/churn.ipynb"}),
        ("nothing", set()),
    ],
)
def test_search_shows_what_holds_all_words(page: Page, words: str, expected: set[str]) -> None:
    page.get_by_label("Search").fill(words)
    assert shown(page) == expected
    assert page.get_by_role("status").text_content() == f"{len(expected)} shown"


def test_box_hides_an_outcome(page: Page) -> None:
    page.get_by_role("checkbox", name="refuses").uncheck()
    assert shown(page) == {"a/churn.ipynb", "b/torn.ipynb", "b/broken.ipynb"}


def test_code_shows_its_notebooks_by_keyboard(page: Page) -> None:
    page.get_by_role("button", name="NB401").focus()
    page.keyboard.press("Enter")
    assert shown(page) == {"a/lags.ipynb"}
    assert page.evaluate("document.activeElement.id") == "search"


def test_axe_finds_nothing(pages: dict[str, Page], tmp_path: Path) -> None:
    axe = fetch_axe(tmp_path)
    assert {scheme: violations(page, axe) for scheme, page in pages.items()} == {"light": [], "dark": []}
