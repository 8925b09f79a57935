"""A small notebook around the lines of a test, and what the package that is made from it does."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import WriteNotebook

from nb2prod.diagnostics import Diagnostic
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

HEAD = """\
# %%
import numpy as np
import pandas as pd
from sklearn.dummy import DummyRegressor

df = pd.read_csv("people.csv")

# %%
"""
TAIL = """

# %%
model = DummyRegressor().fit(X, df["y"])
y_pred = model.predict(X)
"""
PEOPLE = pd.DataFrame(
    {
        "age": [31.0, np.nan, 44.0, 22.0, 44.0, 58.0, 27.0, np.nan, 35.0, 61.0],
        "fare": [7.5, 12.0, 80.25, 7.5, 15.0, 26.0, 13.0, 9.75, 31.0, 8.5],
        "visits": [3, 1, 4, 1, 5, 9, 2, 6, 5, 3],
        "town": ["Ulm", "Köln", "Ulm", "Bonn", "Köln", "Ulm", "Bonn", "Ulm", "Köln", "Jena"],
        "card": ["gold", None, "blue", "blue", "gold", None, "blue", "gold", "blue", "blue"],
        "tags": ["a|b", "b", "c", "a", "a|c", "b|c", "a", "b", "c", "a|b"],
        "member": [True, False, True, True, False, False, True, False, True, True],
        "y": [1.0, 0.0, 3.0, 2.0, 5.0, 4.0, 1.0, 2.0, 2.0, 3.0],
    }
)


@dataclass(frozen=True)
class Made:
    """The code of a package and its functions, and the features that the notebook itself computes."""

    code: str
    functions: dict[str, Any]
    features: Any
    state: Any
    warnings: tuple[Diagnostic, ...]

    def served(self, rows: pd.DataFrame) -> Any:  # noqa: ANN401 - a table or an array
        """Give the features of these rows, with the state of a training run on all people."""
        return self.functions["predict_rows"](rows.copy(), self.state, Echo())


class Echo:
    """A model whose answer is what it is asked for."""

    def predict(self, features: object) -> object:
        """Give the features."""
        return features


@dataclass
class Fitted:
    """What `fit` hands over."""

    model: Any
    metrics: Any = None
    served: Any = None
    rows: Any = None


Make = Callable[[str], Made]


@pytest.fixture
def make(write_notebook: WriteNotebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function that makes a package of lines which compute X from df, and runs the lines, too."""
    monkeypatch.chdir(tmp_path)
    PEOPLE.to_csv("people.csv", index=False)
    PEOPLE[["town"]].drop_duplicates().assign(size=[126, 1087, 336, 110]).to_csv("towns.csv", index=False)

    def made(lines: str) -> Made:
        text = HEAD + lines + TAIL
        analysis = analyse(write_notebook(text), Options())
        package = generate(analysis, "people")
        texts = package.texts
        namespace: dict[str, Any] = {"Any": Any, "Fitted": Fitted, "dataclass": dataclass, "field": field}
        namespace["config"] = SimpleNamespace(**_run(texts["config"], {"Any": Any, "Path": Path}))
        for name in ("operations", "preprocessing", "training", "inference"):
            _run(texts.get(name, ""), namespace)
        features = _run(text, {})["X"]
        tables = {"df": pd.read_csv("people.csv"), "towns": pd.read_csv("towns.csv")}
        wanted = {name: tables[name] for name in inspect.signature(namespace["fit"]).parameters if name != "state"}
        state = namespace["PreprocessingState"]()
        namespace["fit"](**wanted, state=state)
        code = texts["preprocessing"] + texts["inference"]
        return Made(code, namespace, features, state, analysis.diagnostics)

    return made


def _run(text: str, namespace: dict[str, Any]) -> dict[str, Any]:
    """Run a module's text, without its imports from the package that it would be in."""
    lines = [line for line in text.splitlines() if not line.startswith("from people")]
    exec(compile("\n".join(lines), "people", "exec"), namespace)
    return namespace


def assert_same(made: object, expected: object) -> None:
    """Compare features: columns, gaps and values."""
    assert list(getattr(made, "columns", ())) == list(getattr(expected, "columns", ()))
    found, known = np.asarray(made, dtype=object), np.asarray(expected, dtype=object)
    assert found.shape == known.shape
    for one, other in zip(found.ravel(), known.ravel(), strict=True):
        assert pd.isna(one) if pd.isna(other) else one == (other if isinstance(other, str) else pytest.approx(other))


def assert_row_by_row(made: Made) -> None:
    """All rows together, and each row alone, get the features that the notebook computed."""
    assert_same(made.served(PEOPLE), made.features)
    for at in range(len(PEOPLE)):
        expected = made.features.iloc[[at]] if hasattr(made.features, "iloc") else made.features[[at]]
        assert_same(made.served(PEOPLE.iloc[[at]]), expected)
