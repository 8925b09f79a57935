# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

np.random.seed(0)
train = pd.read_csv('train.csv')
test = pd.read_csv('test.csv')

# %%
n = train['age'].isnull().sum()
lo, hi = train['age'].quantile([.25, .75])
train.loc[train['age'].isnull(), 'age'] = np.random.uniform(lo, hi, size=n)
train = train.dropna()

# %%
cols = ['age', 'income', 'visits']
lr = LogisticRegression(max_iter=5000)
lr.fit(train[cols], train['left'])
y_pred = lr.predict_proba(test[cols])[:, 1]
