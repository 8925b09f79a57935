# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv', index_col='id')
df['new'] = (df.index > 1150).astype(int)
df = df.dropna(subset=['age'])

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['new', 'age', 'visits']], df['left'], random_state=0)
lr = LogisticRegression(max_iter=1000).fit(X_train, y_train)
proba = lr.predict_proba(X_test)[:, 1]
