from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row
from nb2prod.errors import Refusal

IMPORTS = "from sklearn import preprocessing\nfrom sklearn.preprocessing import minmax_scale, robust_scale, scale\n"
REWRITES = {
    "deviations": ("scale(df[['fare', 'visits']])", "state.scale.transform("),
    "ranges": ("minmax_scale(df[['fare', 'visits']])", "state.minmax_scale.transform("),
    "quartiles": ("robust_scale(df[['fare', 'visits']])", "state.robust_scale.transform("),
    "by module": ("preprocessing.scale(df[['fare', 'visits']])", "state.scale.transform("),
    "an array": ("scale(df[['fare', 'visits']].values)", "state.scale.transform("),
}


@pytest.mark.parametrize(("expression", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, expression: str, expected: str) -> None:
    made = make(f"{IMPORTS}X = {expression}")
    assert expected in made.code
    assert_row_by_row(made)


def test_scales_one_column(make: Make) -> None:
    made = make(f"{IMPORTS}df['new'] = minmax_scale(df['fare'])\nX = df[['new']]")
    assert "state.minmax_scale.transform(df['fare'].to_frame()).ravel()" in made.code
    assert_row_by_row(made)


def test_leaves_alone_statistics_by_hand(make: Make) -> None:
    made = make("df['new'] = (df['fare'] - df['fare'].min()) / (df['fare'].max() - df['fare'].min())\nX = df[['new']]")
    assert ".transform" not in made.code
    assert_row_by_row(made)


@pytest.mark.parametrize(
    "expression", ["scale(df[['fare']], axis=1)", "minmax_scale(df[['fare']], feature_range=(0, 2))"]
)
def test_refuses_settings(make: Make, expression: str) -> None:
    with pytest.raises(Refusal, match="depends on the other rows"):
        make(f"{IMPORTS}X = {expression}")
