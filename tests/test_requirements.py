"""Imports to requirements: only what the package uses, under its distribution's name, with a version."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

from nb2prod.generation.requirements import ALWAYS, requirements_of, versions

SCIPY = "scipy"
SKLEARN = "scikit-learn"
PANDAS = "pandas"


def required(*texts: str, stated: tuple[str, ...] = (), python: str | None = None) -> set[str]:
    """Return what is required beyond what every package needs."""
    found = requirements_of(texts, stated, python)
    assert len(found) == len(set(found))
    return {text for text in found if text.partition("==")[0] not in ALWAYS}


IMPORTS = {
    "a library": ("import scipy\nscipy", {SCIPY}),
    "a library under another name": ("import scipy as sp\nsp", {SCIPY}),
    "a part of a library": ("import scipy.stats\nscipy.stats", {SCIPY}),
    "a name of a library": ("from sklearn.svm import SVC\nSVC()", {SKLEARN}),
    "a name under another name": ("from sklearn.svm import SVC as C\nC()", {SKLEARN}),
    "a library that is not installed": ("import no_such_lib\nno_such_lib.f()", {"no-such-lib"}),
    "a distribution of another name": ("import cv2\ncv2.imread('a')", {"opencv-python"}),
    "an import inside a function": ("def f():\n    import scipy\n    return scipy", {SCIPY}),
    "the standard library": ("import json, os.path\njson, os", set()),
    "the future": ("from __future__ import annotations", set()),
    "a module beside it": ("from . import config\nfrom .data import load\nconfig, load", set()),
    "an import that is not used": ("import scipy\nimport json\njson", set()),
}


@pytest.mark.parametrize(("text", "expected"), IMPORTS.values(), ids=IMPORTS)
def test_requires(text: str, expected: set[str]) -> None:
    assert required(text) == expected


def test_what_every_package_needs_is_always_there() -> None:
    found = requirements_of((), (), None)
    assert [text.partition("==")[0] for text in found] == sorted(ALWAYS)
    assert PANDAS in found


def test_modules_together_require_each_library_once() -> None:
    assert required("import scipy\nscipy", "from scipy import stats\nstats") == {SCIPY}


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("scipy==1.10.1", "scipy==1.10.1"), ("scipy>=1.10", SCIPY), ("SciPy==1.2", "SciPy==1.2")],
    ids=["an exact version wins", "a bound does not", "whatever its case"],
)
def test_version_that_the_notebook_states(stated: str, expected: str) -> None:
    assert required("import scipy\nscipy", stated=(stated,)) == {expected}


def test_what_the_notebook_installs_and_does_not_use_is_left_out() -> None:
    assert required("import scipy\nscipy", stated=("rich==1.0",)) == {SCIPY}


def test_versions_are_those_of_another_interpreter() -> None:
    assert versions(("pandas", "no-such-lib"), sys.executable) == {
        "pandas": f"pandas=={version('pandas')}",
        "no-such-lib": "no-such-lib",
    }


def test_interpreter_that_fails_gives_no_versions() -> None:
    assert versions(("pandas",), "false") == {}
    assert required("import scipy\nscipy", python="false") == {"scipy"}
