"""What the analysis cannot follow is refused where the prediction needs it, and only there."""

from __future__ import annotations

import re

import pytest
from conftest import WriteNotebook

from nb2prod.errors import Refusal
from nb2prod.pipeline import Analysis, Options, analyse

FRAME = """\
# %%
import operator
import os
import sys
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("people.csv")
# %%
{cell}
# %%
X, y = df[["age", "fare"]], df["left"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = LogisticRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
"""
FOLLOWED_NOWHERE = {
    "code in a text": ("exec(\"df['age'] = df['age'] * 2\")", "exec"),
    "code made in a loop": ("for c in ['age']:\n    exec(f\"df['{c}'] = 1\")", "exec"),
    "a value from a text": ("df['age'] = eval(\"df['age'] - df['age'].mean()\")", "eval"),
    "a store into the globals": ("globals()['df'] = df.assign(age=1)", "globals"),
    "a table from the locals": ("d = locals()['df']\nd['age'] = 0", "locals"),
    "a cell run by a cell": ("get_ipython().run_cell(\"df['age'] = 0\")", "run_cell"),
    "a file run by a magic": ("%run -i prepare.py", "run_line_magic"),
    "an assignment as a method": ("df.__setitem__('age', df['age'] % 5)", "assigns by a call"),
    "an assignment as a function": ("operator.setitem(df, 'age', df['age'] % 5)", "assigns by a call"),
    "a patched method": ("pd.Series.fillna = lambda s, v: s\ndf['age'] = df['age'].fillna(0)", "is replaced"),
    "a patched function": ("np.log1p = np.sqrt\ndf['age'] = np.log1p(df['age'])", "is replaced"),
    "an array of a column": ("v = df['age'].values\nv[v > 30] = 0", "shares its memory"),
    "a column added to in place": ("s = df['age']\ns += 7", "shares its memory"),
    "a turned array": ("df[['age', 'fare']].values.T[0] = 1\ndf.T[0] = 1", "shares its memory"),
    "a scaler without a copy": (
        "a = df[['age']].values\nStandardScaler(copy=False).fit_transform(a)\ndf['age'] = a[:, 0]",
        "copy=False",
    ),
    "a method of a list that is given a name": (
        "cols = ['age']\nadd = cols.append\nadd('fare')\ndf['age'] = df[cols].sum(axis=1)",
        "cols.append is passed on",
    ),
    "a method of a list that is passed on": (
        "cols = ['age']\nlist(map(cols.append, ['fare']))\ndf['age'] = df[cols].sum(axis=1)",
        "cols.append is passed on",
    ),
    "a method of the class of lists": (
        "cols = ['age']\nlist.append(cols, 'fare')\ndf['age'] = df[cols].sum(axis=1)",
        "is called through its class",
    ),
    "an object that changes what it was given": (
        "class Names:\n    def __init__(self, kept):\n        self.kept = kept\n"
        "    def add(self, name):\n        self.kept.append(name)\n"
        "cols = ['age']\nNames(cols).add('fare')\ndf['age'] = df[cols].sum(axis=1)",
        "keeps what it is given",
    ),
    "a memory in a default": (
        "def f(v, seen=[]):\n    seen.append(v)\n    return len(seen)\ndf['age'] = df['age'].map(f)",
        "'seen'",
    ),
    "a memory of columns": (
        "def f(s, seen={}):\n    for v in s:\n        seen.setdefault(v, len(seen))\n    return s.map(seen)\n"
        "df['age'] = f(df['age'])",
        "'seen'",
    ),
    "a memory of what was called": (
        "def f(d, k=[0]):\n    k[0] += 1\n    d['age'] += k[0]\n    return d\ndf = f(f(df))",
        "'k'",
    ),
    "a memory of all columns": (
        "seen = {}\ndef f(s):\n    out = []\n    for v in s:\n        if v not in seen:\n"
        "            seen[v] = len(seen)\n        out.append(seen[v])\n    return out\ndf['age'] = f(df['age'])",
        "out.append",
    ),
    "a memory in a global": ("n = {}\ndf['age'] = df['age'].map(lambda v: n.setdefault(v, len(n)))", "'n'"),
    "a counter": ("n = 0\ndef f(v):\n    global n\n    n += 1\n    return n\ndf['age'] = df['age'].map(f)", "'n'"),
    "a late default": ("k = 2\ndef f(s, m=k):\n    return s % m\nk = 3\ndf['age'] = f(df['age'])", "default"),
    "a late variable of a lambda": ("k = 2\nf = lambda s: s % k\nk = 3\ndf['age'] = df['age'].map(f)", "bound anew"),
    "a function of a branch": (
        "def f(v):\n    return v\nif df['age'].mean() > 3:\n"
        "    def f(v):\n        return v + 1\ndf['age'] = df['age'].map(f)",
        "second time",
    ),
    "a name inside of an expression": ("df['age'] = df['age'] - (m := df['age'].mean())", "names a learned value"),
    "an answer at the keyboard": ("df['age'] = df['age'] * float(input())", "input"),
    "an argument of the command": ("df['age'] = df['age'] * len(sys.argv)", "argv"),
    "a hash": ("df['age'] = df['town'].apply(hash)", "hash"),
    "a set of what came before": (
        "seen, out = set(), []\nfor v in df['age']:\n    out.append(v in seen)\n    seen.add(v)\ndf['age'] = out",
        "for each row",
    ),
    "columns numbered anew": (
        "df = df.dropna()\ne = pd.DataFrame(df[['age']].values % 3, columns=['z'])\ndf = pd.concat([df, e], axis=1)",
        "numbered differently",
    ),
    "a column numbered anew": (
        "df = df.dropna()\ne = pd.DataFrame(df[['age']].values)\ndf['age'] = e[0]",
        "numbered",
    ),
    "a row beside the one before": (
        "v = df['age'].tolist()\ndf['age'] = [0] + [b - a for a, b in zip(v, v[1:])]",
        "neighbouring rows",
    ),
    "a statistic in a text": ("df['age'] = df.eval('age > age.mean()')", "depends on the other rows"),
    "a column taken out where it is learned from": (
        "df = df.join(pd.get_dummies(df.pop('town')))\ndf['age'] = df['Ayr']",
        "takes a column out",
    ),
    "rows numbered": ("df['age'] = np.arange(len(df))", "numbers the rows"),
    "rows dated one by one": ("df['age'] = pd.date_range('2020-01-01', periods=len(df)).day", "numbers the rows"),
    "rows numbered in a new column": ("df.insert(0, 'n', range(len(df)))\ndf['age'] = df['n']", "numbers the rows"),
    "predictions of the folds": (
        "from sklearn.model_selection import cross_val_predict\n"
        "df['age'] = cross_val_predict(LogisticRegression(), df[['fare']], df['left'])",
        "cannot answer for rows",
    ),
    "a table filtered and numbered": (
        "f = df[df['age'] > 1].reset_index(drop=True)\ndf = pd.concat([f, df[['town']]], axis=1)",
        "numbered differently",
    ),
}
FOLLOWED = {
    "rows copied in a loop": (
        "few = df[df['left'] == 1]\ntimes = int((df.shape[0] - len(few)) / few.shape[0])\n"
        "for i in range(times - 1):\n    df = pd.concat([df, few])\ndf['age'] = df['age'] % 5",
        "% 5",
    ),
    "a column changed in place and written back": (
        "s = df['age']\nfor i in range(len(s)):\n    if s[i] > 30:\n        s[i] = 0\ndf['age'] = s",
        "s[i] = 0",
    ),
    "a name asked for": ("if 'df' in globals():\n    df['age'] = df['age'] % 5", "% 5"),
    "a list under two names": ("a = ['age']\nb = a\nb += ['fare']\ndf['age'] = df[a].sum(axis=1)", "+= ["),
    "a dict in a list": (
        "m = {'x': 1}\nfor d in [m, {}]:\n    d['x'] = 3\ndf['age'] = df['town'].map(m)",
        "['x'] = 3",
    ),
    "a list in a dict": (
        "g = {}\nfor t, a in zip(df['town'], df['age']):\n"
        "    g.setdefault(t, []).append(a)\ndf['age'] = df['town'].map(g)",
        ".append(",
    ),
    "an array written to": ("a = df[['age']].values\nnp.mod(a, 7, out=a)\ndf['age'] = a[:, 0]", "out=a"),
    "a second function": (
        "def f(v):\n    return v\ndf['age'] = df['age'].map(f)\n"
        "def f(v):\n    return v + 1\ndf['fare'] = df['fare'].map(f)",
        "f",
    ),
    "the last round of a loop": ("for c in ['town', 'fare']:\n    pass\ndf['age'] = df[c]", "for c in"),
    "the environment": ("os.environ['K'] = '5'\ndf['age'] = df['age'] % int(os.getenv('K', 3))", "os.environ"),
    "a label written to": ("y = df['left']\ny[y == 'Yes'] = 1", "df"),
    "the same numbers": (
        "df = df.dropna().reset_index(drop=True)\n"
        "e = pd.DataFrame(df[['age']].values, columns=['z'])\ndf = pd.concat([df, e], axis=1)",
        "concat",
    ),
    "code for the eye": ("exec(\"print(3)\")\nprint(eval('df.shape'))", "df"),
    "sizes of all names": ("for n in list(globals()):\n    sys.getsizeof(globals()[n])", "df"),
    "arithmetic in a text": ("df['age'] = df.eval('age.abs() + 1')", "eval"),
    "rows numbered for nothing": (
        "df['n'] = np.arange(len(df))\ndf.index = range(len(df))\ndf = df.drop(columns='n')", "drop",
    ),
    "a module or its stand-in": (
        "try:\n    import cudf as pd\nexcept ImportError:\n    import pandas as pd\n"
        "df['age'] = pd.to_numeric(df['age'])",
        "to_numeric",
    ),
    "an old name brought back": ("pd.DataFrame.iteritems = pd.DataFrame.items\nnp.bool = bool", "df"),
}  # fmt: skip


def analysed(write_notebook: WriteNotebook, cell: str) -> Analysis:
    return analyse(write_notebook(FRAME.format(cell=cell)), Options())


@pytest.mark.parametrize(("cell", "says"), FOLLOWED_NOWHERE.values(), ids=FOLLOWED_NOWHERE)
def test_refuses_what_cannot_be_followed(write_notebook: WriteNotebook, cell: str, says: str) -> None:
    with pytest.raises(Refusal, match=re.escape(says)) as refused:
        analysed(write_notebook, cell)
    assert refused.value.place is not None and refused.value.place.cell == 2
    assert refused.value.do


@pytest.mark.parametrize(("cell", "needs"), FOLLOWED.values(), ids=FOLLOWED)
def test_follows_what_only_looks_like_it(write_notebook: WriteNotebook, cell: str, needs: str) -> None:
    analysis = analysed(write_notebook, cell)
    served = (analysis.trace.steps[number] for number in analysis.serving.served)
    assert any(needs in line for step in served for line in analysis.trace.program.line(step.line).split("\n"))
