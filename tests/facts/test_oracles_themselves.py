"""The three oracles on expressions whose relation to the rows is beyond doubt."""

from __future__ import annotations

import pytest

from .oracles import Finding, find_relation


@pytest.mark.parametrize(
    ("expression", "finding"),
    [
        ("df['a'] * 2", "row-wise"),
        ("df['c'].isna()", "row-wise"),
        ("X[:, 0] + 1", "row-wise"),
        ("df['a'].tolist()", "row-wise"),
        ("df['a'] - df['a'].mean()", "set-dependent"),
        ("df['b'] / df['b'].max()", "set-dependent"),
        ("df['a'] > df['a'].iloc[:20].median()", "order-dependent"),
        ("pd.get_dummies(df['k'])", "set-dependent"),
        ("df['k'].astype('category')", "set-dependent"),
        ("df['a'].shift()", "order-dependent"),
        ("df['a'].cumsum()", "order-dependent"),
        ("df[df['a'] > 0]", "row filter"),
        ("df['c'].dropna()", "row filter"),
        ("df[df['a'] > df['a'].mean()]", "set filter"),
        ("df.iloc[5:]", "set filter"),
        ("df.sort_values('a')", "reordered"),
        ("df.reset_index(drop=True)", "reordered"),
        ("pd.concat([df, df])", "more rows"),
        ("df['a'].mean()", "statistic"),
        ("len(df)", "statistic"),
        ("list(df.columns)", "constant"),
        ("np.pi", "constant"),
    ],
)
def test_oracles_find(expression: str, finding: Finding) -> None:
    assert find_relation(expression) == finding
