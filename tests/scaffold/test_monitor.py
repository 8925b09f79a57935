"""Alert rules and dashboard: they read metrics that the service has, and promtool accepts them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from drift.samples import plant

from nb2prod.scaffold.add import Request, scaffold_package
from nb2prod.upkeep.manifest import read_manifest


@pytest.fixture
def monitoring(tmp_path: Path) -> Path:
    package = plant(tmp_path)
    scaffold_package(Request(package, ("serve_fastapi", "monitor")))
    return package / "monitoring"


def test_every_metric_that_is_read_is_written(monitoring: Path) -> None:
    package = monitoring.parent
    source = (package / "src" / read_manifest(str(package)).package / "service" / "metrics.py").read_text()
    written = set(re.findall(r'(?:Counter|Gauge|Histogram)\(\s*"(\w+)"', source))
    for path in monitoring.iterdir():
        read = set(re.findall(r"\bmodel_\w+", path.read_text()))
        assert {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in read} <= written


def test_dashboard_is_json_whose_panels_do_not_overlap(monitoring: Path) -> None:
    panels = json.loads((monitoring / "dashboard.json").read_text())["panels"]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in panels})
    assert all(target["expr"] for panel in panels for target in panel["targets"])


@pytest.mark.slow
@pytest.mark.parametrize("command", [["check", "rules", "alerts.yaml"], ["test", "rules", "alerts_test.yaml"]])
def test_promtool_accepts_the_rules(monitoring: Path, command: list[str]) -> None:
    promtool = shutil.which("promtool")
    assert promtool, "promtool is missing: apt-get install prometheus"
    done = subprocess.run([promtool, *command], cwd=monitoring, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
