"""The test part goes its own way, with names from loops, labels of the rows, functions with options: it is served."""

from __future__ import annotations

import pytest
from conftest import WriteNotebook

from nb2prod.errors import Refusal
from nb2prod.generation.package import generate
from nb2prod.pipeline import Options, analyse

NOTEBOOK = """
# %%
import numpy as np
import pandas as pd
try:
    from sklearn.impute import SimpleImputer as Filler
except ImportError:
    from sklearn.preprocessing import Imputer as Filler
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv("people.csv")
kept = df.copy()
train, test = train_test_split(df, random_state=0)
train, test = train.copy(), test.copy()
rates = {{}}
for town in ["town", "plan"]:
    rates[town] = train.groupby(town)["left"].mean()
    train[town + "_rate"] = train[town].map(rates[town])

# %%
{cell}

# %%
model = LogisticRegression().fit(train[["town_rate", "plan_rate"]], train["left"])
out = pd.DataFrame({{"answer": model.predict(test[["town_rate", "plan_rate"]])}}, index=test.index)
{rule}
answers = out["answer"].values
"""
LOOP = "for name, rate in rates.items():\n    test[{target}] = test[name].map(rate){rest}"
SERVED = {
    "a name added to": (LOOP.format(target='name + "_rate"', rest=""), "", 'test[name + "_rate"]'),
    "a name in a text": (LOOP.format(target='f"{name}_rate"', rest=""), "", 'test[f"{name}_rate"]'),
    "a statistic in the loop": (
        LOOP.format(target='f"{name}_rate"', rest='.fillna(train["left"].mean())'), "", "fillna(state.left_mean)",
    ),
    "labels of the rows": (
        LOOP.format(target='f"{name}_rate"', rest=""), 'out["sex"] = kept["sex"].reindex(out.index)\n'
        'out.loc[out["sex"] == "f", "answer"] = 0', 'out["sex"] = kept["sex"]\n',
    ),
    "a function that is renamed": (
        LOOP.format(target='f"{name}_rate"', rest=""), "low = train['age'].mean()\ndef score(row, most=3):\n"
        "    return most if row.age > low else 0\nout['answer'] = test.apply(score, axis=1, most=5) + out['answer']",
        "functools.partial(score_2, low=state.low)",
    ),
    "a fallback of an import": (
        LOOP.format(target='f"{name}_rate"', rest="") + "\nfiller = Filler().fit(train[['town_rate', 'plan_rate']])\n"
        "test[['town_rate', 'plan_rate']] = filler.transform(test[['town_rate', 'plan_rate']])", "", "filler.transform",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "rule", "expected"), SERVED.values(), ids=SERVED)
def test_serves(write_notebook: WriteNotebook, cell: str, rule: str, expected: str) -> None:
    texts = generate(analyse(write_notebook(NOTEBOOK.format(cell=cell, rule=rule)), Options()), "people").texts
    assert expected in texts["preprocessing"] + texts["inference"]
    assert "Imputer as" not in texts["training"].replace("SimpleImputer as", "")


LEARNED = """
# %%
import pandas as pd
from sklearn.linear_model import LinearRegression

df = pd.read_csv("flats.csv")
low = df["area"].mean()
{cell}
model = LinearRegression().fit(df[["area", "found"]], df["price"])
answers = model.predict(df[["area", "found"]])
"""


def test_looks_up_a_learned_table_by_its_labels(write_notebook: WriteNotebook) -> None:
    cell = "counts = df['town'].value_counts()\ndf['found'] = counts.reindex(df['town']).values"
    texts = generate(analyse(write_notebook(LEARNED.format(cell=cell)), Options()), "flats").texts
    assert "state.counts.reindex(df['town']).values" in texts["preprocessing"]


def test_stores_what_is_walked_over(write_notebook: WriteNotebook) -> None:
    cell = "means = df.groupby('town')['area'].mean()\nfor town, mean in means.items():\n"
    cell += "    df['found'] = (df['town'] == town) * mean + df['area']"
    texts = generate(analyse(write_notebook(LEARNED.format(cell=cell)), Options()), "flats").texts
    assert "in state.means.items():" in texts["preprocessing"]


def test_hands_over_what_a_query_reads(write_notebook: WriteNotebook) -> None:
    cell = "df['found'] = df['area'] / 2\ndf = df.query('area > @low')"
    text = generate(analyse(write_notebook(LEARNED.format(cell=cell)), Options()), "flats").texts["training"]
    assert 'low = df["area"].mean()' in text
    assert "df.query('area > @low', local_dict={'low': low})" in text


def test_refuses_a_formula_in_a_text_that_reads_a_variable(write_notebook: WriteNotebook) -> None:
    with pytest.raises(Refusal, match="its text reads variables of the notebook"):
        cell = "df['found'] = df.eval('area - @low')"
        generate(analyse(write_notebook(LEARNED.format(cell=cell)), Options()), "flats")


JOINT = """
# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

scaler = MinMaxScaler()
values = scaler.fit_transform(pd.read_csv("flats.csv")[["area", "year", "price"]])
first, second = train_test_split(np.arange(len(values)), random_state=0)
model = LinearRegression().fit(values[first, :2], values[first, 2])
answers = model.predict(values[second, :2])
whole = np.zeros((len(answers), 3))
whole[:, :2] = values[second, :2]
whole[:, 2] = answers
answers = scaler.inverse_transform(whole)[:, 2]
"""


def test_refuses_rows_picked_once_more(write_notebook: WriteNotebook) -> None:
    with pytest.raises(Refusal, match="the rows here are not the rows that are predicted"):
        generate(analyse(write_notebook(JOINT), Options()), "flats")
