# %%
import warnings
warnings.filterwarnings('ignore')
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')

# %%
df['age'].fillna(df['age'].mean(), inplace=True)
df['income'].fillna(value=df.income.median(), inplace=True)
df['plan'].replace(np.nan, 'basic', inplace=True)
df.plan.replace({'basic': 'b', 'plus': 'p', 'pro': 'p'}, inplace=True)
df['age'][df['age'] > 70] = 70
df['p'] = (df['plan'] == 'p').astype(int)
df.isnull().sum()

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'p', 'visits']], df['left'], random_state=0)
lr = LogisticRegression(max_iter=5000).fit(X_train, y_train)
proba = lr.predict_proba(X_test)[:, 1]
