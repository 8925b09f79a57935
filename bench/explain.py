"""How long the explanation of a notebook of 300 cells takes: to make, and to open in headless Chromium.

Usage: python bench/explain.py [CELLS]. Needs playwright and a chromium on the path. Prints a JSON object; ``ready`` is
the time from the start of the navigation until the graph is drawn and the page is painted.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from equivalence.percent import parse_percent  # noqa: E402 - of the tests
from explain.notebooks import long_notebook  # noqa: E402

from nb2prod.explain.account import explain  # noqa: E402
from nb2prod.explain.page import page  # noqa: E402
from nb2prod.pipeline import Options  # noqa: E402
from nb2prod.reading.notebook import read_notebook  # noqa: E402

RUNS = 5


def opened(path: Path) -> dict[str, float]:
    """Open the page in a browser that has just started; seconds."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1600, "height": 950})
        start = time.perf_counter()
        tab.goto(path.as_uri())
        tab.wait_for_selector(".node.answer")
        tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        ready = time.perf_counter() - start
        start = time.perf_counter()
        tab.click('[data-question="4"]')
        tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        click = time.perf_counter() - start
        browser.close()
    return {"ready": ready, "click": click}


def main() -> None:
    """Measure and print."""
    cells = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as folder:
        notebook, html = Path(folder, "long.ipynb"), Path(folder, "long.html")
        notebook.write_text(json.dumps(parse_percent(long_notebook(cells))), encoding="utf-8")
        start = time.perf_counter()
        explanation = explain(read_notebook(notebook), Options())
        explained = time.perf_counter() - start
        html.write_text(page(explanation), encoding="utf-8")
        rendered = time.perf_counter() - start - explained
        runs = [opened(html) for _ in range(RUNS)]
        found = {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}
        worst = round(max(run["ready"] for run in runs), 3)
        size = html.stat().st_size
    told = {"cells": cells, "explain": round(explained, 2), "render": round(rendered, 2), "bytes": size}
    print(json.dumps({**told, **found, "worst_ready": worst}))


if __name__ == "__main__":
    main()
