"""Each example's package, made by the commands that a user types, gives the notebook's own numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from .cases import EXAMPLES, Case, read_cases
from .conftest import Remember
from .processes import run_fresh
from .trial import observe_in_kernel, try_case

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", read_cases(EXAMPLES), ids=lambda case: case.name)
def test_package_reproduces_the_example(case: Case, remember: Remember, tmp_path: Path) -> None:
    observed = remember(case, observe_in_kernel, run_fresh)
    assert try_case(case, observed, tmp_path / "trial", run_fresh) == []
