# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
df.columns = df.columns.str.strip().str.lower().str.replace(' ', '_').str.replace('/', '_per_')
df.columns

# %%
df.rename(columns={'net_income': 'income'}, inplace=True)
sub = df[['age', 'income', 'visits_per_month', 'left']]
sub.columns = ['A', 'B', 'C', 'y']
X, y = sub.loc[:, 'A':'C'], sub.y
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
lr = LogisticRegression(max_iter=5000).fit(X_train, y_train)
proba = lr.predict_proba(X_test)[:, 1]
