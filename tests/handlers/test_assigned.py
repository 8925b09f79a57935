from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row
from nb2prod.errors import Refusal

ASSIGNED = {
    "a mean": ("c=lambda d: d['fare'] - d['fare'].mean()", "d['fare'] - state."),
    "two statistics": ("c=lambda d: (d.fare - d.fare.min()) / (d.fare.max() - d.fare.min())", "state."),
    "of another column": ("a=lambda d: d['visits'] * 2, c=lambda d: d['fare'] / d['fare'].max()", "/ state."),
    "a statistic of groups": (
        "c=lambda d: d['fare'] - d.groupby('visits')['fare'].transform('mean')",
        "by_group(d, 'visits', state.",
    ),
    "a place among all": ("c=lambda d: d['fare'].rank(pct=True)", "state."),
    "none": ("c=lambda d: d['fare'] / d['visits']", "d['fare'] / d['visits']"),
}


@pytest.mark.parametrize(("arguments", "expected"), ASSIGNED.values(), ids=ASSIGNED)
def test_keeps_statistics(make: Make, arguments: str, expected: str) -> None:
    made = make(f"X = df[['fare', 'visits']].assign({arguments})")
    assert expected in made.code.replace('"', "'")
    assert_row_by_row(made)


def test_refuses_a_statistic_of_what_the_call_makes(make: Make) -> None:
    with pytest.raises(Refusal, match="depends on the other rows"):
        make("X = df[['fare']].assign(a=lambda d: d['fare'] * 2, b=lambda d: d['a'] - d['a'].mean())")


def test_refuses_groups_of_what_the_call_makes(make: Make) -> None:
    with pytest.raises(Refusal, match="depends on the other rows"):
        make(
            "X = df[['fare', 'town']].assign("
            "a=lambda d: d['fare'] * 2, b=lambda d: d.groupby('town')['a'].transform('mean'))[['fare', 'b']]"
        )
