from __future__ import annotations

import pytest

from handlers.conftest import Make, assert_row_by_row
from nb2prod.errors import Refusal

SEED = "import random\nrandom.seed(5)\nnp.random.seed(5)\n"
REWRITES = {
    "a number": ("guess = np.random.randint(20, 40)\ndf['age'] = df['age'].fillna(guess)", "guess = state.guess"),
    "a number from statistics": (
        "mean, std = df['age'].mean(), df['age'].std()\n"
        "guess = np.random.randint(mean - std, mean + std)\ndf['age'] = df['age'].fillna(guess)",
        "fillna(state.guess)",
    ),
    "in place": ("df['age'] = df['age'].fillna(np.random.uniform(20, 40))", "fillna(state.random_draw)"),
    "without arguments": ("df['age'] = df['age'].fillna(np.random.rand())", "fillna(state.random_draw)"),
    "no size": ("df['age'] = df['age'].fillna(np.random.normal(30, 5, size=None))", "fillna(state.random_draw)"),
    "a choice": ("df['age'] = df['age'].fillna(random.choice([20, 30, 40]))", "fillna(state.random_draw)"),
    "a number in a condition": (
        "df['age'] = np.where(df['age'].isna(), random.randint(20, 40), df['age'])",
        "np.where(df['age'].isna(), state.random_draw, df['age'])",
    ),
    "one for each column": (
        "for c in ['age', 'fare']:\n    df[c] = df[c].fillna(np.random.randint(20, 40))",
        "fillna(state.random_draw[c])",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), REWRITES.values(), ids=REWRITES)
def test_rewrites(make: Make, lines: str, expected: str) -> None:
    made = make(f"{SEED}{lines}\nX = df[['age', 'visits']]")
    assert expected in made.code
    assert_row_by_row(made)


CLOCKS = {
    "the year of today": (
        "df['age'] = datetime.now().year - df['visits']",
        "state.time_of_training.year - df['visits']",
    ),
    "a date in a variable": (
        "today = pd.Timestamp.today()\ndf['age'] = df['visits'].apply(lambda year: today.year - year)",
        "today = state.today",
    ),
    "a word": (
        "df['age'] = (pd.to_datetime('today') - pd.Timestamp('2020-01-01')).days - df['visits']",
        "state.time_of_training - pd.Timestamp('2020-01-01')",
    ),
    "a word of NumPy": (
        "df['age'] = (np.datetime64('now') - pd.Timestamp('2020-01-01')).days - df['visits']",
        "state.time_of_training - pd.Timestamp('2020-01-01')",
    ),
}


@pytest.mark.parametrize(("lines", "expected"), CLOCKS.values(), ids=CLOCKS)
def test_keeps_the_time_of_training(make: Make, lines: str, expected: str) -> None:
    made = make(f"from datetime import datetime\n{lines}\nX = df[['age', 'visits']]")
    assert expected in made.code
    assert [found.code for found in made.warnings] == ["NB310"]
    assert_row_by_row(made)


def test_warns(make: Make) -> None:
    made = make(f"{SEED}df['age'] = df['age'].fillna(np.random.randint(20, 40))\nX = df[['age']]")
    assert [found.code for found in made.warnings] == ["NB310"]


REFUSES = {
    "a number for each row": "np.random.randint(0, 9, size=len(df))",
    "a number for each row by position": "np.random.normal(0, 1, len(df))",
    "rows counted by shape": "np.random.rand(df.shape[0])",
    "rows counted by hand": "np.random.rand(10)",
    "a draw in a function of the row": "df['age'].apply(lambda v: np.random.randint(20, 40) if pd.isna(v) else v)",
    "a choice for each row": "np.random.choice(['a', 'b'], size=df.shape[0])",
    "a draw in a comprehension": "[random.random() for v in df['age']]",
    "a permutation": "np.random.permutation(df['age'])",
}


def test_refuses_a_draw_in_a_loop_over_rows(make: Make) -> None:
    loop = "for i in range(len(df)):\n    df.loc[i, 'age'] = np.random.randint(20, 40)"
    with pytest.raises(Refusal):
        make(f"{SEED}{loop}\nX = df[['age']]")


@pytest.mark.parametrize("expression", REFUSES.values(), ids=REFUSES)
def test_refuses(make: Make, expression: str) -> None:
    with pytest.raises(Refusal) as refused:
        make(f"{SEED}df['noise'] = {expression}\nX = df[['noise', 'visits']]")
    assert refused.value.code == "NB402"
