# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

files = ['train.csv', 'test.csv']
train, test = [pd.read_csv(name) for name in files]
# %%
train, test = [d.assign(age=d['age'].fillna(train['age'].median())) for d in (train, test)]
train, test = map(lambda d: d.assign(income=np.log1p(d['income'].fillna(0))), (train, test))
# %%
cols = ['age', 'income', 'visits']
model = LogisticRegression(max_iter=500).fit(train[cols], train['left'])
y_pred = model.predict(test[cols])
