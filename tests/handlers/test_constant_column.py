from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row
from nb2prod.errors import Refusal

IMPORTS = "import statsmodels.api as sm\nfrom statsmodels.tools import add_constant\nnum = df[['fare', 'visits']]\n"
REWRITES = {
    "first": ("sm.add_constant(num)", 'sm.add_constant(num, has_constant="add")'),
    "last": ("sm.add_constant(num, prepend=False)", 'sm.add_constant(num, prepend=False, has_constant="add")'),
    "by position": ("sm.add_constant(num, False)", 'sm.add_constant(num, False, has_constant="add")'),
    "skipping": ("sm.add_constant(num, has_constant='skip')", 'sm.add_constant(num, has_constant="add")'),
    "imported": ("add_constant(num)", 'add_constant(num, has_constant="add")'),
}


@pytest.mark.parametrize(("expression", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, expression: str, expected: str) -> None:
    made = make(f"{IMPORTS}X = {expression}")
    assert expected in made.code
    assert_row_by_row(made)


def test_rewrites_in_a_function(make: Make) -> None:
    made = make(f"{IMPORTS}def with_one(rows):\n    return sm.add_constant(rows)\nX = with_one(num)")
    assert 'has_constant="add"' in made.code
    assert_row_by_row(made)


def test_refuses_settings_by_position(make: Make) -> None:
    with pytest.raises(Refusal, match="depends on the other rows"):
        make(f"{IMPORTS}X = sm.add_constant(num, True, 'skip')")
