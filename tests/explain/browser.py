"""A real browser for the tests of the page: Debian's chromium, driven by playwright, checked by axe-core."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Page

AXE = "axe-core@4.14.1"
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def chromium() -> str:
    """Return the path of the browser."""
    found = shutil.which("chromium")
    assert found, "apt-get install chromium"
    return found


def fetch_axe(folder: Path) -> str:
    """Return the source of axe-core, from the npm registry."""
    subprocess.run(["npm", "pack", "--silent", AXE], cwd=folder, check=True, capture_output=True)
    (archive,) = folder.glob("axe-core-*.tgz")
    subprocess.run(["tar", "-xzf", archive.name, "package/axe.min.js"], cwd=folder, check=True)
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, axe: str) -> list[str]:
    """Return what axe finds against WCAG A and AA, with the elements."""
    page.evaluate(axe)  # the page's policy does not bind what the browser itself is told to run
    rules = json.dumps({"runOnly": {"type": "tag", "values": LEVELS}})
    found = page.evaluate(f"async () => (await axe.run(document, {rules})).violations")
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"][:3]]
