"""The page in a real browser: every question is answered with one click, by mouse or by keyboard, for everyone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from equivalence.cases import EXAMPLES
from equivalence.percent import parse_percent
from playwright.sync_api import Browser, Page, sync_playwright

from explain.browser import chromium, fetch_axe, violations
from explain.notebooks import HOSTILE, LAGGED, PEOPLE, long_notebook
from nb2prod.explain.account import explain
from nb2prod.explain.page import page as page_of
from nb2prod.pipeline import Options
from nb2prod.reading.notebook import read_notebook

pytestmark = pytest.mark.slow
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    return fetch_axe(tmp_path_factory.mktemp("axe"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    notebooks = {"churn": EXAMPLES / "churn" / "notebook.ipynb"}
    for name, text in (("people", PEOPLE), ("lagged", LAGGED), ("hostile", HOSTILE), ("long", long_notebook(300))):
        notebooks[name] = folder / f"{name}.ipynb"
        notebooks[name].write_text(json.dumps(parse_percent(text)), encoding="utf-8")
    for name, notebook in notebooks.items():
        explanation = explain(read_notebook(notebook), Options())
        (folder / f"{name}.html").write_text(page_of(explanation), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in notebooks}


@pytest.fixture
def open_page(browser: Browser, pages: dict[str, Path]) -> Iterator[Open]:
    """Return a function that opens a page; a message on the console or a request fails the test."""
    opened: list[Page] = []
    faults: list[str] = []

    def run(name: str, scheme: str = "light", width: int = 1600) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 950}, color_scheme=scheme)  # type: ignore[arg-type]
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.append(request.url) if "file://" not in request.url else None)
        page.goto(pages[name].as_uri())
        opened.append(page)
        return page

    yield run
    for page in opened:
        page.close()
    assert faults == []


def picked(page: Page, pane: str) -> list[str]:
    """The lines that are highlighted as the answer."""
    return [text.strip() for text in page.locator(f"#{pane} .line.picked code").all_text_contents()]


def shown(page: Page, text: str, pane: str) -> bool:
    """Whether a highlighted line comes inside its pane's visible part."""
    line = page.locator(f"#{pane} .line.picked", has_text=text).first
    page.wait_for_function(
        """([line, pane]) => {
            const [a, b] = [line.getBoundingClientRect(), pane.getBoundingClientRect()];
            return b.top <= a.top && a.bottom <= b.bottom;
        }""",
        arg=[line.element_handle(), page.locator(f"#{pane}").element_handle()],
        timeout=5000,
    )
    return line.is_visible()


# ---------------------------------------------------------------------- a stranger's questions

ONE_CLICK = {
    "What does it predict?": (
        "It predicts Churn",
        "loaded.predict(X_test[:5])",
        "return model.predict(preprocess(df, state))",
    ),
    "Where is the model fitted?": ("In training.fit", "gb.fit(X_train, y_train)", "gb.fit(X_train, y_train)"),
    "What was learned?": ("4 values", "scaler.transform(", "state.scaler = scaler"),
    "What must a request contain?": ("TotalCharges", "pd.to_numeric(", "pd.to_numeric("),
    "What happens to a request?": ("calls preprocessing.preprocess", "pd.get_dummies(df", 'df["ChargePerMonth"] ='),
    "Where do the data come from?": ("1 source", "pd.read_csv('churn.csv')", 'pd.read_csv(paths["df"])'),
    "How is it measured?": ("accuracy, roc_auc", "train_test_split(X, y", 'scores["accuracy"] ='),
    "What is suspicious?": ("1 finding", "fillna(df['TotalCharges'].median())", "state.total_charges_median ="),
    "What was dropped, and why?": ("because", "df.sample(5, random_state=0)", ""),
    "Which other models are there?": ("lr, rf", "lr.fit(X_train, y_train)", ""),
}


@pytest.mark.parametrize("question", ONE_CLICK)
def test_question_is_answered_with_one_click(open_page: Open, question: str) -> None:
    answer, statement, line = ONE_CLICK[question]
    page = open_page("churn")
    page.get_by_role("button", name=question).click()
    assert answer in page.locator("#detail .lead").inner_text()
    assert any(statement in text for text in picked(page, "notebook"))
    assert any(line in text for text in picked(page, "package")) == bool(line)


def test_which_cell_a_line_came_from(open_page: Open) -> None:
    page = open_page("churn")
    page.locator("#package .line.o", has_text='df["ChargePerMonth"] = ').click()
    assert picked(page, "notebook") == ["df['ChargePerMonth'] = df['TotalCharges'] / (df['tenure'] + 1)"]
    assert shown(page, "ChargePerMonth", "notebook")
    assert "cell 23 line 2" in page.locator("#detail").inner_text()


def test_where_a_statement_went(open_page: Open) -> None:
    page = open_page("churn")
    page.locator("#notebook .line.s", has_text="gb.fit(X_train, y_train)").click()
    assert picked(page, "package") == ["gb.fit(X_train, y_train)"]
    assert shown(page, "gb.fit", "package")
    assert "training.py, fit, line" in page.locator("#detail").inner_text()


def test_why_a_statement_was_dropped(open_page: Open) -> None:
    page = open_page("churn")
    page.locator("#notebook .line.s", has_text="lr.fit(X_train, y_train)").click()
    assert "Dropped: it is about lr; the package predicts with another model" in page.locator("#detail").inner_text()


# ---------------------------------------------------------------------- the graph


def test_state_has_its_slice_in_both_panes(open_page: Open) -> None:
    page = open_page("churn")
    page.locator('[data-node="learned-total_charges_median"]').click()
    assert any("fillna(df['TotalCharges'].median())" in text for text in picked(page, "notebook"))
    assert 'state.total_charges_median = df["TotalCharges"].median()' in picked(page, "package")
    slice_of = page.locator("#notebook .line.slice code").all_text_contents()
    assert any("pd.to_numeric" in text for text in slice_of)
    assert not any("gb.fit" in text for text in slice_of)


def test_prediction_has_only_what_runs_for_a_request(open_page: Open) -> None:
    page = open_page("churn")
    page.locator('[data-node="answer"]').click()
    around = page.locator("#notebook .line.slice code").all_text_contents()
    assert any("pd.get_dummies" in text for text in around)
    assert not any("gb.fit" in text or "dropna" in text for text in around)


def test_shapes_and_strokes_tell_what_flows(open_page: Open) -> None:
    page = open_page("churn")
    shapes = page.locator(".node").evaluate_all("nodes => nodes.map(node => node.classList[1])")
    assert {"source", "cell", "learned", "model", "answer", "dropped"} == set(shapes)
    dashes = page.locator(".edge.training").first.evaluate("edge => getComputedStyle(edge).strokeDasharray")
    solid = page.locator(".edge.serving").first.evaluate("edge => getComputedStyle(edge).strokeDasharray")
    assert (dashes != "none", solid) == (True, "none")


def test_boxes_of_the_graph_do_not_overlap(open_page: Open) -> None:
    page = open_page("churn")
    boxes = page.locator(".node .shape").evaluate_all(
        "shapes => shapes.map(s => { const b = s.getBoundingClientRect(); return [b.x, b.y, b.right, b.bottom]; })"
    )
    pairs = [(a, b) for at, a in enumerate(boxes) for b in boxes[at + 1 :]]
    assert not [1 for a, b in pairs if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]


# ---------------------------------------------------------------------- search, keyboard, themes


def test_search_finds_in_both_panes_and_walks_on(open_page: Open) -> None:
    page = open_page("people")
    page.keyboard.press("/")
    page.keyboard.type("fillna")
    assert page.locator("#hits").inner_text() == "1 of 2"
    page.keyboard.press("Enter")
    assert page.locator("#hits").inner_text() == "2 of 2"
    assert page.locator("#package .line.current").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".hit").count() == 0


def test_keyboard_alone_reaches_everything(open_page: Open) -> None:
    page = open_page("people")
    for _ in range(8):
        page.keyboard.press("ArrowDown")
    assert picked(page, "notebook") == ['df = pd.read_csv("people.csv")']
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.node") == "cell-3"
    page.keyboard.press("ArrowRight")
    assert '"df": pd.read_csv(' in page.evaluate("document.activeElement.closest('.line').textContent")
    page.keyboard.press("3")
    assert "2 values" in page.locator("#detail .lead").inner_text()


def test_keys_are_told(open_page: Open) -> None:
    page = open_page("people")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()


def test_theme_follows_the_system_and_can_be_changed(open_page: Open) -> None:
    def ground(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light, dark = open_page("people"), open_page("people", "dark")
    assert ground(light) != ground(dark)
    light.keyboard.press("t")
    assert ground(light) == ground(dark)


# ---------------------------------------------------------------------- refusals, accessibility, hostile text


def test_refusal_stands_in_place(open_page: Open) -> None:
    page = open_page("lagged")
    page.get_by_role("button", name="Why is it refused?").click()
    assert page.locator("#detail .lead").inner_text().startswith("NB401: ")
    assert picked(page, "notebook") == ['df["before"] = df["age"].shift(1)']
    assert "NB401 error" in page.locator("#cell-2 .finding.error").inner_text()
    assert page.locator(".node.refused").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["churn", "lagged"])
def test_axe_finds_nothing(open_page: Open, axe: str, name: str, scheme: str) -> None:
    page = open_page(name, scheme)
    assert violations(page, axe) == []
    page.keyboard.press("1")
    page.locator("#search").fill("df")
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    page.locator("#help-button").click()
    assert violations(page, axe) == []


def test_three_hundred_cells(open_page: Open, axe: str) -> None:
    page = open_page("long")
    assert page.locator("#notebook .cell").count() == 300
    assert page.locator(".node.cell").count() > 150
    page.get_by_role("button", name="Where is the model fitted?").click()
    assert shown(page, "model = LogisticRegression().fit(X_train, y_train)", "notebook")
    assert shown(page, "model = LogisticRegression().fit(X_train, y_train)", "package")
    assert violations(page, axe) == []


def test_text_of_the_notebook_is_only_text(open_page: Open) -> None:
    page = open_page("hostile")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#notebook img, #notebook script, #notebook b").count() == 0
    assert page.locator("h1").inner_text() == "hostile.ipynb"
    assert "</script><script>window.hacked" in page.locator("#notebook").inner_text()


def test_narrow_window_shows_the_panes_below_each_other(open_page: Open) -> None:
    page = open_page("people", width=700)
    boxes = [page.locator(f"#{name}").bounding_box() for name in ("notebook", "flow", "package")]
    assert [box["x"] for box in boxes if box] == [10, 10, 10]
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
