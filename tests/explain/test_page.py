"""The page is one file that needs nothing else, and text of the notebook stays text in it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import WriteNotebook
from equivalence.percent import parse_percent

from explain.notebooks import HOSTILE, LAGGED, PEOPLE
from nb2prod.cli import main
from nb2prod.explain.account import explain
from nb2prod.explain.graph import Graph, graph_of
from nb2prod.explain.page import ASSETS, highlighted, page
from nb2prod.explain.questions import questions_of
from nb2prod.explain.records import Explanation
from nb2prod.pipeline import Options
from nb2prod.reading.notebook import read_notebook


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, str]] = []
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style"):
            self.raw.append((self.inside, data))


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


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Elements:
    return Elements(page(explained(HOSTILE, tmp_path_factory.mktemp("hostile"))))


def edges(graph: Graph) -> set[tuple[str, str, str]]:
    return {(edge.start, edge.end, edge.flow) for edge in graph.edges}


# ---------------------------------------------------------------------- one file, safe


def test_page_refers_to_nothing_outside(people: Explanation) -> None:
    found = Elements(page(people)).found
    assert [values for _, values in found if {"src", "href", "srcset", "action", "style"} & values.keys()] == []
    assert not any(name.startswith("on") for _, values in found for name in values)


def test_policy_allows_the_pages_own_script_and_style_alone(people: Explanation) -> None:
    elements = Elements(page(people))
    (policy,) = [v["content"] or "" for _, v in elements.found if v.get("http-equiv") == "Content-Security-Policy"]
    texts = [text for tag, text in elements.raw if tag in ("script", "style") and not text.startswith("{")]
    digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts}
    assert policy.startswith("default-src 'none'; ")
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == digests
    assert len(digests) == 2


def test_licence_of_the_vendored_layout_travels_with_it(people: Explanation) -> None:
    assert (ASSETS / "dagre" / "LICENSE").read_text(encoding="utf-8") in page(people)


def test_hostile_text_opens_no_element(hostile: Elements, people: Explanation) -> None:
    tags = {tag for tag, _ in Elements(page(people)).found}
    assert {tag for tag, _ in hostile.found} <= tags
    assert [tag for tag, _ in hostile.found].count("script") == 2


def test_hostile_text_reaches_the_script_as_data(hostile: Elements) -> None:
    (data,) = [text for tag, text in hostile.raw if text.startswith("{")]
    assert "<" not in data
    assert any("</script>" in one["code"] for one in json.loads(data)["statements"])


def test_highlighting_keeps_every_line() -> None:
    code = 'x = """a\n<b>\n"""\n\n# <i>\n!ls\n  \n'
    lines = [html.unescape(re.sub(r"<[^>]*>", "", line)) for line in highlighted(code)]
    assert lines == ['x = """a', "<b>", '"""', "", "# <i>", "!ls", "  ", ""]


# ---------------------------------------------------------------------- the graph and the answers


def test_graph_tells_serving_training_and_dropped(people: Explanation) -> None:
    assert edges(graph_of(people)) == {
        ("source-0", "cell-3", "serving"),
        ("cell-3", "dropped-cell-3", "dropped"),
        ("cell-3", "cell-6", "serving"),
        ("cell-3", "learned-age_mean", "training"),
        ("learned-age_mean", "cell-6", "serving"),
        ("cell-6", "cell-7", "serving"),
        ("cell-7", "dropped-cell-7", "dropped"),
        ("cell-7", "cell-9", "serving"),
        ("cell-7", "learned-model", "training"),
        ("learned-model", "cell-9", "serving"),
        ("cell-9", "dropped-cell-9", "dropped"),
        ("cell-9", "answer", "serving"),
    }


def test_graph_gathers_dropped_cells(people: Explanation) -> None:
    labels = {node.id: node.label for node in graph_of(people).nodes if node.shape == "dropped"}
    assert labels == {"dropped-cell-3": "cell 4", "dropped-cell-7": "cell 8", "dropped-cell-9": "cell 10"}


def test_refused_notebook_has_its_flow_and_the_refusal(refused: Explanation) -> None:
    graph = graph_of(refused)
    assert [node.id for node in graph.nodes if node.shape == "refused"] == ["cell-2"]
    assert ("cell-1", "cell-2", "serving") in edges(graph)
    assert questions_of(refused)[0].answer.startswith("NB401: ")


def test_every_question_has_an_answer_and_ten_are_asked(people: Explanation) -> None:
    questions = questions_of(people)
    assert len(questions) == 10
    assert all(question.answer and not question.answer.startswith(".") for question in questions)


# ---------------------------------------------------------------------- the command


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["explain", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_page_is_written_where_it_is_wanted(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    path = tmp_path / "people.html"
    assert run(write_notebook(PEOPLE), "--html", path) == (0, f"wrote {path}\n", "")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_refused_notebook_has_a_page_and_exit_code_1(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    assert run(write_notebook(LAGGED), "--html", tmp_path / "a.html")[0] == 1
    assert "NB401" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_page_never_replaces_a_notebook(write_notebook: WriteNotebook) -> None:
    notebook = write_notebook(PEOPLE)
    before = notebook.read_bytes()
    code, _, said = run(notebook, "--html", notebook)
    assert (code, notebook.read_bytes()) == (2, before)
    assert "ends in .html" in said


def test_page_that_cannot_be_written_is_one_message(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    code, _, said = run(write_notebook(PEOPLE), "--html", tmp_path / "missing" / "a.html")
    assert (code, said.splitlines()[-1].startswith("error NB503: ")) == (2, True)


@pytest.mark.slow
def test_vendored_layout_is_that_of_the_registry(tmp_path: Path) -> None:
    vendored = Path(str(ASSETS)) / "dagre"
    subprocess.run([vendored / "fetch.sh", tmp_path], check=True, capture_output=True)
    for name in ("dagre.min.js", "LICENSE"):
        assert (tmp_path / name).read_bytes() == (vendored / name).read_bytes()
