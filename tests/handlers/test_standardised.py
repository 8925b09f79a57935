from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row
from nb2prod.errors import Refusal

IMPORTS = """\
from scipy import stats
from scipy.stats import boxcox, yeojohnson, zscore
from scipy.stats.mstats import winsorize
"""
REWRITES = {
    "scores": ("df['new'] = zscore(df['fare'])", "z_scores(df['fare'], state.fare_zscore)"),
    "scores of a sample": ("df['new'] = stats.zscore(df['fare'], ddof=1)", "z_scores(df['fare'], state.fare_zscore)"),
    "scores with gaps": ("df['new'] = zscore(df['age'], nan_policy='omit')", "z_scores(df['age'], state.age_zscore)"),
    "scores of a table": ("df[['fare', 'new']] = zscore(df[['fare', 'visits']])", "z_scores(df[['fare', 'visits']], "),
    "scores over all": ("df[['fare', 'new']] = zscore(df[['fare', 'visits']].to_numpy(), axis=None)", "z_scores("),
    "Box-Cox": ("df['new'], lam = boxcox(df['fare'])", "(boxcox(df['fare'], state.fare_boxcox), state.fare_boxcox)"),
    "Box-Cox names": ("values, lam = stats.boxcox(df['fare'])\ndf['new'] = values", "stats.boxcox(df['fare'], state."),
    "Yeo-Johnson": ("df['new'], _ = yeojohnson(df['fare'])", "(yeojohnson(df['fare'], state.fare_yeojohnson), "),
    "winsorizing": (
        "df['new'] = winsorize(df['fare'], limits=[0.2, 0.2])",
        "np.clip(np.asarray(df['fare']), *state.fare_winsorize)",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str, expected: str) -> None:
    made = make(f"{IMPORTS}{lines}\nX = df[['new', 'fare']]")
    assert expected in made.code
    assert_row_by_row(made)


LEAVES_ALONE = {
    "an exponent that is given": "df['new'] = boxcox(df['fare'], 0.5)",
    "an exponent that is named": "df['new'] = stats.boxcox(df['fare'], lmbda=0)",
}


@pytest.mark.parametrize("lines", LEAVES_ALONE.values(), ids=LEAVES_ALONE)
def test_leaves_alone(make: Make, lines: str) -> None:
    made = make(f"{IMPORTS}{lines}\nX = df[['new', 'fare']]")
    assert lines in made.code
    assert_row_by_row(made)


def test_refuses_winsorizing_along_an_axis(make: Make) -> None:
    with pytest.raises(Refusal, match="depends on the other rows"):
        make(f"{IMPORTS}df['new'] = winsorize(df['fare'], limits=[0.2, 0.2], axis=0)\nX = df[['new']]")


def test_refuses_an_interval(make: Make) -> None:
    with pytest.raises(Refusal, match="depends on the other rows"):
        make(f"{IMPORTS}df['new'], lam, interval = boxcox(df['fare'], alpha=0.05)\nX = df[['new']]")


def test_rewrites_the_first_of_the_two_results(make: Make) -> None:
    made = make(f"{IMPORTS}df['new'] = boxcox(df['fare'])[0]\nX = df[['new', 'fare']]")
    assert_row_by_row(made)
