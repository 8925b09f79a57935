"""What counts as undefined in a generated module."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import WriteNotebook

from nb2prod.errors import Refusal
from nb2prod.generation.package import generate, render_tree
from nb2prod.generation.undefined import undefined_names
from nb2prod.pipeline import Options, analyse

CASES = {
    "a function's local": ("def f(x):\n    y = x\n    return [y for y in x]\n", []),
    "a global that is missing": ("def f(x):\n    return x + limit\n", ["limit"]),
    "an import": ("import numpy as np\nfrom a import b as c\ndef f():\n    return np, c\n", []),
    "a builtin": ("def f(x):\n    return len(x)\n", []),
    "a closure": ("def f(x):\n    def g():\n        return x\n    return g\n", []),
    "a class that reads a global": ("class A:\n    def f(self):\n        return LIMIT\n", ["LIMIT"]),
    "a loop variable of the module": ("for i in range(3):\n    print(i, j)\n", ["j"]),
    "a star import": ("from a import *\nb\n", []),
}


@pytest.mark.parametrize(("text", "names"), CASES.values(), ids=CASES)
def test_finds_undefined_names(text: str, names: list[str]) -> None:
    assert undefined_names(text) == names


def test_a_star_import_brings_none_of_the_names_that_the_notebook_makes() -> None:
    assert undefined_names("from a import *\nb + c\n", frozenset({"c"})) == ["c"]


def test_parameter_of_a_lambda_is_no_name_that_a_cell_should_define(write_notebook: WriteNotebook) -> None:
    text = (
        "# %%\nimport pandas as pd\nfrom sklearn.linear_model import LinearRegression\n"
        "df = pd.read_csv('flats.csv').pipe(lambda d: d.assign(place=d['area'].rank(pct=True)))\n"
        "model = LinearRegression().fit(df[['place']], df['price'])\nprint(model.predict(df[['place']]))\n"
    )
    with pytest.raises(Refusal, match="would need 'd' where it is not known") as refused:
        generate(analyse(write_notebook(text), Options()), "flats")
    assert refused.value.code == "NB406"


def test_a_name_that_only_a_later_cell_makes_is_named_with_that_cell(
    write_notebook: WriteNotebook, tmp_path: Path
) -> None:
    text = (
        "# %%\nimport pandas as pd\nfrom sklearn.linear_model import LinearRegression\n"
        "df = pd.read_csv('flats.csv')\n"
        "# %%\ndf['area'] = scaler.fit_transform(df[['area']])\n"
        "# %%\nfrom sklearn.preprocessing import StandardScaler\nscaler = StandardScaler()\n"
        "df['rooms'] = scaler.fit_transform(df[['rooms']])\n"
        "# %%\nmodel = LinearRegression().fit(df[['area', 'rooms']], df['price'])\n"
        "print(model.predict(df[['area', 'rooms']]))\n"
    )
    analysis = analyse(write_notebook(text), Options())
    with pytest.raises(Refusal, match="'scaler' is used here, but made in cell 3 only") as refused:
        render_tree(generate(analysis, "flats"), tmp_path / "flats", analysis)
    assert refused.value.code == "NB206"
