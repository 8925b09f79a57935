"""What the documentation says is so: its blocks are run, its links lead somewhere, its reference is complete."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from equivalence.processes import ROOT
from generated import navigation, pages

from nb2prod.cli import main
from nb2prod.facts import load_facts
from pages.running import FOLDER, Place, blocks_of, title_of

DOCS = ROOT / "docs"
WRITTEN = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
ELSEWHERE = re.compile(r"<!-- run by (tests/\S+) -->")
"""A page whose blocks need more than a shell says which test runs them."""
PAGES = cache(pages)
FOLLOWED = [name for name, text in WRITTEN.items() if not ELSEWHERE.search(text) and blocks_of(text)]


@pytest.mark.slow
@pytest.mark.parametrize("name", FOLLOWED)
def test_page_can_be_followed(name: str, tmp_path: Path) -> None:
    folder = FOLDER.search(WRITTEN[name])
    Place(tmp_path, folder[1] if folder else None).follow(WRITTEN[name])


@pytest.mark.parametrize("name", WRITTEN)
def test_every_block_is_run_or_shows_what_was_said(name: str) -> None:
    for block in blocks_of(WRITTEN[name]):
        assert block.language in {"console", "python", "text"} or title_of(block), block.text
        shown = block.language == "text" and not title_of(block)
        assert not (shown and re.search(r"^(\$|nb2prod|pip|python) ", block.text, re.M)), block.text


@pytest.mark.parametrize("name", [name for name, text in WRITTEN.items() if ELSEWHERE.search(text)])
def test_page_that_is_run_elsewhere_is_read_there(name: str) -> None:
    (path,) = ELSEWHERE.findall(WRITTEN[name])
    assert name.rpartition("/")[2] in (ROOT / path).read_text(encoding="utf-8")


# ---------------------------------------------------------------------- the reference


def test_reference_has_every_command_and_option() -> None:
    text = PAGES()["reference/command-line.md"]
    for name, command in main.commands.items():
        assert f"## nb2prod {name}\n" in text
        options = [option for param in command.params if param.param_type_name == "option" for option in param.opts]
        assert [option for option in options if option not in text] == []


def test_reference_has_every_fact() -> None:
    text = "\n".join(text for name, text in PAGES().items() if name.startswith("reference/facts/"))
    rows = load_facts().rows
    for owner, facts in rows.facts.items():
        assert [name for name in facts if f"| `{name}` |" not in text] == [], owner
    assert [name for name in rows.estimators if f"| `{name}` |" not in text] == []


def test_navigation_has_every_page_once_and_the_sections_in_order() -> None:
    paths = [*WRITTEN, *PAGES(), "how-to/new.md", "other/page.md", "reference/deep/er.md"]
    tree = navigation(paths)
    assert sorted(leaves(tree)) == sorted(paths)
    titles = [next(iter(part)) for part in tree if isinstance(part, dict)]
    assert titles == ["Tutorial", "How to", "Explanation", "Reference", "Other"]


def leaves(tree: object) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    parts = list(tree.values()) if isinstance(tree, dict) else tree
    assert isinstance(parts, list)
    return [leaf for part in parts for leaf in leaves(part)]


# ---------------------------------------------------------------------- the site


class Html(HTMLParser):
    """Collect what a page links to, what it loads, and where it can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.anchors: set[str] = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        elif tag == "link" and given.get("rel") not in ("canonical", "next", "prev"):
            self.loads.add(given.get("href", ""))
        elif "src" in given:
            self.loads.add(given["src"])


@cache
def parsed(path: Path) -> Html:
    return Html(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a warning is an error."""
    pytest.importorskip("material", reason="the extra docs is not installed")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
def test_links_of_the_site_lead_somewhere(site: Path) -> None:
    assert len(list(site.rglob("*.html"))) > len(WRITTEN)
    for path in site.rglob("*.html"):
        for link in parsed(path).links | parsed(path).loads:
            if re.match(r"(https?|mailto|data):", link) or path.name == "404.html":
                continue
            target, anchor = urldefrag(link)
            goal = (path.parent / unquote(target)).resolve() if target else path
            goal = goal / "index.html" if goal.is_dir() else goal
            assert goal.exists(), f"{path.name}: {link}"
            assert goal.suffix != ".html" or unquote(anchor) in parsed(goal).anchors, f"{path.name}: {link}"


@pytest.mark.slow
def test_site_loads_nothing_from_elsewhere(site: Path) -> None:
    loaded = {load for path in site.rglob("*.html") for load in parsed(path).loads}
    assert [load for load in loaded if re.match(r"(https?:)?//", load)] == []
