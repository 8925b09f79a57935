# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')
rng = np.random.default_rng(0)
df['noisy'] = df['age'] + rng.normal(0, 1, len(df))
X_train, X_test, y_train, y_test = train_test_split(df[['noisy', 'income', 'visits']], df['left'], random_state=0)
lr = LogisticRegression(max_iter=9000).fit(X_train, y_train)
y_pred = lr.predict(X_test)
