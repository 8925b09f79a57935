"""Variables that take the name of an import get one of their own, unless it is not plain which of the two is meant."""

from __future__ import annotations

import pytest

from nb2prod.reading.import_names import with_own_names
from nb2prod.reading.magics import neutralise


def named(*cells: str) -> list[str]:
    return [cell.source for cell in with_own_names([neutralise(cell) for cell in cells])]


IMPORT = "from sklearn import svm"
RENAMED = {
    "a model": ("svm = svm.SVC()\nsvm.fit(X, y)", "svm_model = svm.SVC()\nsvm_model.fit(X, y)"),
    "another value": ("svm = svm.unit\nprint(svm)", "svm_value = svm.unit\nprint(svm_value)"),
    "a name that is taken": ("svm_model = 1\nsvm = svm.SVC()", "svm_model = 1\nsvm_model_ = svm.SVC()"),
    "bound again": ("svm = svm.SVC()\nsvm = svm.fit(X)", "svm_model = svm.SVC()\nsvm_model = svm_model.fit(X)"),
    "one of two targets": ("svm = m = svm.SVC()\nsvm.C", "svm_model = m = svm.SVC()\nsvm_model.C"),
    "over several lines": (
        "svm = (\n  svm\n  .SVC())\ng(\n  svm)",
        "svm_model = (\n  svm\n  .SVC())\ng(\n  svm_model)",
    ),
    "in blocks": (
        "svm = svm.SVC()\nfor k in z:\n    if k:\n        svm.fit(k)",
        "svm_model = svm.SVC()\nfor k in z:\n    if k:\n        svm_model.fit(k)",
    ),
    "formatted text": (
        "svm = svm.SVC()\nprint(f'é {svm.C:.2f}', svm)",
        "svm_model = svm.SVC()\nprint(f'é {svm_model.C:.2f}', svm_model)",
    ),
    "a parameter of a function": (
        "def f(svm):\n    return svm.C\nsvm = svm.SVC()\nf(svm)",
        "def f(svm):\n    return svm.C\nsvm_model = svm.SVC()\nf(svm_model)",
    ),
    "a lambda of its own": (
        "svm = svm.SVC()\nf = lambda svm: svm.C\nsvm.fit(X)",
        "svm_model = svm.SVC()\nf = lambda svm: svm.C\nsvm_model.fit(X)",
    ),
    "used before": ("m = svm.SVR()\nsvm = svm.SVC()", "m = svm.SVR()\nsvm_model = svm.SVC()"),
}


@pytest.mark.parametrize(("cell", "expected"), RENAMED.values(), ids=RENAMED)
def test_variable_gets_a_name_of_its_own(cell: str, expected: str) -> None:
    assert named(IMPORT, cell) == [IMPORT, expected]


LEFT = {
    "imported again": "svm = svm.SVC()\nfrom sklearn import svm",
    "read in a function": "def f():\n    return svm.C\nsvm = svm.SVC()",
    "read in a default": "def f(svm=svm):\n    return svm.C\nsvm = svm.SVC()",
    "read in a lambda": "svm = svm.SVC()\nf = lambda x: svm.predict(x)",
    "read in a class": "class A:\n    m = svm.SVC()\nsvm = svm.SVC()",
    "the name of a function": "svm = svm.SVC()\ndef svm():\n    pass",
    "the name of a fault": "svm = svm.SVC()\ntry:\n    f()\nexcept E as svm:\n    pass",
    "bound in a branch": "if z:\n    svm = svm.SVC()\nsvm.fit(X)",
    "bound by a loop": "for svm in [svm.SVC(), svm.SVR()]:\n    svm.fit(X)",
    "read in the text of a query": "svm = svm.unit\ndf.query('a > @svm')",
    "formatted text of several lines": "svm = svm.SVC()\nf'''{svm}\n'''",
    "another name of a module": "import sklearn.svm as vectors\nsvm = vectors\nsvm.SVC()",
    "no variable": "svm.SVC().fit(X)",
}


@pytest.mark.parametrize("cell", LEFT.values(), ids=LEFT)
def test_notebook_stays_where_it_is_unclear(cell: str) -> None:
    assert named(IMPORT, cell) == [IMPORT, cell]


def test_variable_that_is_bound_before_the_import_stays() -> None:
    cells = ["svm = 1\nprint(svm)", "import svm\nsvm.run()"]
    assert named(*cells) == cells


def test_cells_after_it_read_the_variable() -> None:
    assert named("import xgboost as xgb", "xgb = xgb.XGBRegressor()", "xgb.fit(X)", "xgb.predict(X)")[1:] == [
        "xgb_model = xgb.XGBRegressor()",
        "xgb_model.fit(X)",
        "xgb_model.predict(X)",
    ]
