from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row
from nb2prod.errors import Refusal

IMPORTS = """\
from sklearn.preprocessing import maxabs_scale, normalize, power_transform, quantile_transform
num = df[['fare', 'visits']]
"""
REWRITES = {
    "greatest values": ("maxabs_scale(num)", "state.num_maxabs_scale.transform(num)"),
    "power": ("power_transform(num)", "state.num_power_transform.transform(num)"),
    "power by method": ("power_transform(num, 'box-cox')", "state.num_power_transform.transform(num)"),
    "power with a setting": ("power_transform(num, standardize=False)", "state.num_power_transform.transform(num)"),
    "quantiles": ("quantile_transform(num, n_quantiles=5)", "state.num_quantile_transform.transform(num)"),
    "norms": ("normalize(num, axis=0)", "np.asarray(num) / state.num_norms"),
    "other norms": ("normalize(num, norm='max', axis=0)", "np.asarray(num) / state.num_norms"),
    "sums": ("normalize(num, 'l1', axis=0)", "np.asarray(num) / state.num_norms"),
}


@pytest.mark.parametrize(("expression", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, expression: str, expected: str) -> None:
    made = make(f"{IMPORTS}X = {expression}")
    assert expected in made.code
    assert_row_by_row(made)


LEAVES_ALONE = {"norms of rows": "normalize(num)", "norms along rows": "normalize(num, axis=1)"}


@pytest.mark.parametrize("expression", LEAVES_ALONE.values(), ids=LEAVES_ALONE)
def test_leaves_alone(make: Make, expression: str) -> None:
    made = make(f"{IMPORTS}X = {expression}")
    assert expression in made.code
    assert_row_by_row(made)


REFUSES = {
    "an axis that is computed": "quantile_transform(num, n_quantiles=5, axis=int(num['visits'].max() < 0))",
}


@pytest.mark.parametrize("expression", REFUSES.values(), ids=REFUSES)
def test_refuses(make: Make, expression: str) -> None:
    with pytest.raises(Refusal, match="depends on the other rows"):
        make(f"{IMPORTS}X = {expression}")
