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
    "read in a lambda": (
        "svm = svm.SVC()\nf = lambda x: svm.predict(x)",
        "svm_model = svm.SVC()\nf = lambda x: svm_model.predict(x)",
    ),
    "read in a function": (
        "svm = svm.SVC()\ndef f(x, m=svm):\n    return svm.predict(x)",
        "svm_model = svm.SVC()\ndef f(x, m=svm_model):\n    return svm_model.predict(x)",
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
    "read in a lambda before it": "f = lambda x: svm.predict(x)\nsvm = svm.SVC()",
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


BUILTIN = {
    "what it calls itself": ("list = list(df)\ndf[list]", "list_ = list(df)\ndf[list_]"),
    "called before": ("n = max(a)\nmax = df.a.max()\ndf.a / max", "n = max(a)\nmax_ = df.a.max()\ndf.a / max_"),
    "two of them": ("min, max = 1, 2\nmax - min", "min_, max_ = 1, 2\nmax_ - min_"),
    "called in a function before": (
        "def f(a):\n    return max(a)\nmax = f(a)\nprint(f'{max}')",
        "def f(a):\n    return max(a)\nmax_ = f(a)\nprint(f'{max_}')",
    ),
    "an annotation before": (
        "def f(a: list) -> list[int]:\n    pass\nlist = []",
        "def f(a: list) -> list[int]:\n    pass\nlist_ = []",
    ),
    "read in a function after": (
        "max = df.a.max()\nf = lambda v: v / max",
        "max_ = df.a.max()\nf = lambda v: v / max_",
    ),
    "bound by a loop": ("for id in ids:\n    print(id)", "for id_ in ids:\n    print(id_)"),
    "bound in a loop": (
        "for c in cols:\n    max = df[c].max()\n    df[c] = df[c] / max",
        "for c in cols:\n    max_ = df[c].max()\n    df[c] = df[c] / max_",
    ),
    "deleted": ("str = 'a'\ndel str\nstr(1)", "str_ = 'a'\ndel str_\nstr(1)"),
    "a name that is taken": ("id_ = 1\nid = 2", "id_ = 1\nid__ = 2"),
    "read in the package's own way": ("f(max=3)\nmax = 3\nf(max=max)", "f(max=3)\nmax_ = 3\nf(max=max_)"),
}


@pytest.mark.parametrize(("cell", "expected"), BUILTIN.values(), ids=BUILTIN)
def test_variable_called_like_a_builtin_gets_a_name_of_its_own(cell: str, expected: str) -> None:
    assert named(cell) == [expected]


LEFT_BUILTIN = {
    "read as a value in a function before": "def f(v):\n    return v / max\nmax = 3",
    "another name of a function": "max = other\nmax(3)",
    "a function": "filter = lambda x: x",
    "read before it is bound in a loop": "for c in cols:\n    max = max(c, 3)",
    "the variable of a comprehension": "[id for id in ids]",
    "the variable of a function": "def f(df):\n    max = df.a.max()\n    return df.a / max",
    "a keyword": "f(\n    max=3,\n    min=2,\n)",
}


@pytest.mark.parametrize("cell", LEFT_BUILTIN.values(), ids=LEFT_BUILTIN)
def test_notebook_stays_where_the_builtin_may_be_meant(cell: str) -> None:
    assert named(cell) == [cell]
