# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
df['income_rank'] = df['income'].rank(pct=True)
df['visits_rank'] = df['visits'].rank()

# %%
X = df[['income_rank', 'visits_rank', 'age']]
y = df['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=8)
lr = LogisticRegression(max_iter=3000).fit(X_train, y_train)
proba = lr.predict_proba(X_test)[:, 1]
