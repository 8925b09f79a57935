"""Each trap case becomes a package that gives the notebook's numbers, or is refused for the right reason.

Cases that are known to fail stand in `tests/cases/XFAIL.toml`; one that starts to pass turns the build
red until its line goes.
"""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from packaging.requirements import Requirement

from .cases import CASES, Case, known_wrong, read_cases
from .conftest import Remember
from .processes import Run
from .trial import observe_in_shell, try_case

pytestmark = pytest.mark.slow


def parameters() -> list[ParameterSet]:
    reasons = known_wrong(CASES)
    return [pytest.param(case, id=case.name, marks=marks(case, reasons)) for case in read_cases(CASES)]


def marks(case: Case, reasons: dict[str, str]) -> list[pytest.MarkDecorator]:
    missing = [need for need in case.needs if not installed(Requirement(need))]
    if missing:
        return [pytest.mark.skip(reason=f"needs {', '.join(missing)}")]
    reason = reasons.get(case.name)
    return [pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)] if reason else []


def installed(need: Requirement) -> bool:
    try:
        return need.specifier.contains(importlib.metadata.version(need.name))
    except importlib.metadata.PackageNotFoundError:
        return False


@pytest.mark.parametrize("case", parameters())
def test_package_reproduces_the_case(case: Case, remember: Remember, warm_run: Run, tmp_path: Path) -> None:
    observed = remember(case, observe_in_shell, warm_run)
    assert try_case(case, observed, tmp_path / "trial", warm_run) == []


def test_every_known_wrong_case_exists() -> None:
    assert set(known_wrong(CASES)) <= {case.name for case in read_cases(CASES)}
