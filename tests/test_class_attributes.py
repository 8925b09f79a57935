"""What a class keeps for all of its objects is not saved with one of them."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.errors import Refusal
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """
# %%
import pandas as pd
from collections import defaultdict
from dataclasses import dataclass, field
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
{decorator}
class Means(BaseEstimator, TransformerMixin):
    {attribute}
    def fit(self, X, y):
        {learn}
        return self
    def transform(self, X):
        return X.assign(town=X['town'].map({recall}['town']))

# %%
df = pd.read_csv("flats.csv")
X, y = df[["town", "area"]], df["price"]
model = Pipeline([("means", Means()), ("model", LinearRegression())]).fit(X, y)
y_pred = model.predict(X)
print(y_pred)
"""
LEARN = "['town'] = y.groupby(X['town']).mean()"
SHARED = {
    "a dict by the class's name": ("maps = {}", f"Means.maps{LEARN}", "Means.maps"),
    "a dict by the object": ("maps = {}", f"self.maps{LEARN}", "self.maps"),
    "a dict by the object's class": ("maps = {}", f"type(self).maps{LEARN}", "self.maps"),
    "a call that changes it": ("maps = dict()", "self.maps.update(town=y.groupby(X['town']).mean())", "self.maps"),
    "an attribute set on the class": (
        "maps = None",
        "Means.maps = {'town': y.groupby(X['town']).mean()}",
        "Means.maps",
    ),
    "a dict with a default": ("maps = defaultdict(dict)", f"self.maps{LEARN}", "self.maps"),
}
OWN = {
    "the object's own": ("maps = {}", f"self.maps = {{}}; self.maps{LEARN}", "self.maps"),
    "only read": ("names = {'town': 1}", "self.maps_ = {'town': y.groupby(X['town']).mean()}", "self.maps_"),
}


def made(write_notebook: WriteNotebook, attribute: str, learn: str, recall: str, decorator: str = "") -> None:
    text = NOTEBOOK.format(attribute=attribute, learn=learn, recall=recall, decorator=decorator)
    generate(analyse(write_notebook(text), Options()), "flats")


@pytest.mark.parametrize("parts", SHARED.values(), ids=SHARED)
def test_refuses_what_is_learned_in_the_class(write_notebook: WriteNotebook, parts: tuple[str, str, str]) -> None:
    with pytest.raises(Refusal, match=r"Means.maps belongs to the class") as refused:
        made(write_notebook, *parts)
    assert refused.value.code == "NB406"


@pytest.mark.parametrize("parts", OWN.values(), ids=OWN)
def test_takes_what_is_the_objects_own(write_notebook: WriteNotebook, parts: tuple[str, str, str]) -> None:
    made(write_notebook, *parts)


def test_takes_a_field_of_a_dataclass(write_notebook: WriteNotebook) -> None:
    made(write_notebook, "maps: dict = field(default_factory=dict)", f"self.maps{LEARN}", "self.maps", "@dataclass")
