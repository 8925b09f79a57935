"""MkDocs hook: the pages that are made from the code, and the order of all pages.

Input: the files under docs/. Output: the same and the reference of the command line, of the diagnostics and of
the facts, none of which is committed. A page that is put into one of the folders appears by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import command_pages
import diagnostic_pages
import fact_pages

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

SECTIONS = {
    "Tutorial": "tutorial",
    "How to": "how-to",
    "Explanation": "explanation",
    "Reference": "reference",
}
"""The sections, by the folder (or the page) that holds them; other folders follow in the order of the alphabet."""

LISTED = re.compile(r"<!-- pages: ([\w-]+) -->")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages and put all pages in order."""
    from mkdocs.structure.files import File

    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    config.nav = navigation(file.src_uri for file in files.documentation_pages())
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """List the pages of a folder where a page asks for it."""
    return LISTED.sub(lambda found: _links(found[1], files), markdown)


def _links(folder: str, files: Files) -> str:
    inside = sorted(file.src_uri for file in files.documentation_pages() if file.src_uri.startswith(f"{folder}/"))
    texts = {uri: file.content_string for uri in inside if (file := files.get_file_from_path(uri))}
    return ", ".join(f"[{text.partition('# ')[2].partition(chr(10))[0]}]({uri})" for uri, text in texts.items())


def pages() -> dict[str, str]:
    """Every generated page by its path under docs/."""
    return {**command_pages.pages(), **diagnostic_pages.pages(), **fact_pages.pages()}


def navigation(paths: Iterable[str]) -> list[Any]:
    """The tree of the pages: the sections in their order, in each the index first."""
    paths = sorted(paths, key=_rank)
    tops = dict.fromkeys(PurePosixPath(path).parts[0].removesuffix(".md") for path in paths if path != "index.md")
    names = {**{folder: title for title, folder in SECTIONS.items() if folder in tops}}
    names |= {top: top.replace("-", " ").capitalize() for top in tops if top not in names}
    return ["index.md", *(_section(title, top, paths) for top, title in names.items())]


def _rank(path: str) -> tuple[tuple[bool, str], ...]:
    return tuple((part != "index.md", part) for part in PurePosixPath(path).parts)


def _section(title: str, top: str, paths: list[str]) -> dict[str, Any]:
    return {title: f"{top}.md" if f"{top}.md" in paths else _tree(top, paths)}


def _tree(folder: str, paths: list[str]) -> list[Any]:
    inside = [path for path in paths if path.startswith(f"{folder}/")]
    own = [path for path in inside if "/" not in path.removeprefix(f"{folder}/")]
    below = dict.fromkeys(path.removeprefix(f"{folder}/").partition("/")[0] for path in inside if path not in own)
    return [*own, *({name.capitalize(): _tree(f"{folder}/{name}", inside)} for name in below)]
