"""Notebooks that the tests of the explanation share."""

from __future__ import annotations

PEOPLE = """
# %% [markdown]
# # Who leaves
# %%
import warnings
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
warnings.filterwarnings("ignore")
# %%
df = pd.read_csv("people.csv")
df.head()
# %%
df["age"].hist()
# %% [markdown]
# ## Gaps
# %%
df["age"] = df["age"].fillna(df["age"].mean())
df["adult"] = df["age"] >= 18
# %%
X_train, X_test, y_train, y_test = train_test_split(df[["age", "adult", "income"]], df["left"], random_state=0)
# %%
forest = RandomForestClassifier(random_state=0).fit(X_train, y_train)
print(accuracy_score(y_test, forest.predict(X_test)))
# %%
model = LogisticRegression()
model.fit(X_train, y_train)
answers = model.predict(X_test)
print(accuracy_score(y_test, answers))
# %%
pd.DataFrame({"left": answers}).to_csv("answers.csv", index=False)
"""

LAGGED = """
# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv("people.csv")
# %%
df["before"] = df["age"].shift(1)
# %%
model = LogisticRegression().fit(df[["age", "before"]], df["left"])
answers = model.predict(df[["age", "before"]])
"""

HOSTILE = """
# %% [markdown]
# # </script><script>window.hacked = 1</script>
# <img src=x onerror="window.hacked = 1"> <b>bold</b>
# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
df = pd.read_csv("</script><script>window.hacked = 1</script>.csv")
# %%
df["<img src=x onerror=hack()>"] = df["age"].fillna(df["age"].mean())  # --> <!-- </style><style>*{display:none}
print("{{ 7 * 7 }} {% raw %}")
model = LogisticRegression().fit(df[["<img src=x onerror=hack()>"]], df["'\\"><b>left"])
answers = model.predict(df[["<img src=x onerror=hack()>"]])
"""

HEAD = (
    "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt\n"
    "from sklearn.linear_model import LogisticRegression\nfrom sklearn.metrics import accuracy_score\n"
    "from sklearn.model_selection import train_test_split",
    "df = pd.read_csv('rows.csv')\ndf.head()",
)
BODY = (
    "df['c{n}'] = df['c{n}'].fillna(df['c{n}'].median())\ndf['c{n}'].isnull().sum()",
    "df['f{n}'] = np.log1p(df['c{n}']) * df['c{n}'].clip(0, 10)",
    "plt.figure(figsize=(4, 3))\nplt.hist(df['c{n}'], bins=20)\nplt.title('column {n}')\nplt.show()",
    "for name in ['c{n}', 'f{n}']:\n    print(name, df[name].mean())",
)
TAIL = (
    "X = df.drop(columns='left')\ny = df['left']\n"
    "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)",
    "model = LogisticRegression().fit(X_train, y_train)\nanswers = model.predict(X_test)",
    "print(accuracy_score(y_test, answers))",
)  # fmt: skip


def long_notebook(cells: int) -> str:
    """A notebook of so many code cells: a quarter each of cleaning, features, plots and looks."""
    middle = [BODY[at % len(BODY)].format(n=at // len(BODY)) for at in range(cells - len(HEAD) - len(TAIL))]
    return "".join(f"# %%\n{source}\n" for source in (*HEAD, *middle, *TAIL))
