"""The service under load while workers are killed and artifacts exchanged: `bench/soak.py`, for twenty seconds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def test_no_answer_is_wrong_and_none_is_lost_but_with_its_worker() -> None:
    line = [sys.executable, str(ROOT / "bench/soak.py"), "--minutes", "0.33"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert min(found[name] for name in ("right", "kills", "exchanges")) > 0
