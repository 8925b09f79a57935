from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row

IMPORTS = """\
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, StandardScaler
num = df[['fare', 'visits']]
"""
REWRITES = {
    "a name": ("scaler = StandardScaler()\nX = scaler.fit_transform(num)", "state.scaler.transform(num)"),
    "a new object": ("X = MinMaxScaler().fit_transform(num)", ".transform(num)"),
    "fit and transform": (
        "scaler = StandardScaler().fit(num)\nX = scaler.transform(num)",
        "state.scaler.transform(num)",
    ),
    "columns": (
        "df[['fare']] = StandardScaler().fit_transform(df[['fare']])\nX = df[['fare', 'visits']]",
        ".transform(",
    ),
    "components": ("X = PCA(2).fit_transform(num)", ".transform(num)"),
    "codes": (
        "for c in ['town', 'member']:\n    df[c] = LabelEncoder().fit_transform(df[c])\nX = df[['town', 'member']]",
        ".transform(df[c])",
    ),
    "clusters": (
        "df['new'] = KMeans(2, n_init=2, random_state=0).fit_predict(num)\nX = df[['new', 'fare']]",
        ".predict(num)",
    ),
    "labels": (
        "km = KMeans(2, n_init=2, random_state=0).fit(num)\ndf['new'] = km.labels_\nX = df[['new', 'fare']]",
        "state.km.predict(num)",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str, expected: str) -> None:
    made = make(IMPORTS + lines)
    assert expected in made.code
    assert_row_by_row(made)


def test_leaves_alone_a_function_of_the_row(make: Make) -> None:
    made = make("from sklearn.preprocessing import normalize\nX = normalize(df[['fare', 'visits']])")
    assert "normalize(df[['fare', 'visits']])" in made.code
    assert_row_by_row(made)


def test_names_from_an_encoder_that_the_same_statement_fits(make: Make) -> None:
    made = make(
        "from sklearn.preprocessing import OneHotEncoder\n"
        "encoder = OneHotEncoder(sparse_output=False)\n"
        "X = pd.DataFrame(encoder.fit_transform(df[['town']]), columns=encoder.get_feature_names_out())"
    )
    assert_row_by_row(made)
