# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LassoCV

train = pd.read_csv('train.csv')
test = pd.read_csv('test.csv')
all_ = pd.concat([train.drop('price', axis=1), test], keys=['train', 'test'])

# %%
all_['rooms'] = all_['rooms'].fillna(all_['rooms'].mode()[0])
all_['garden'] = all_['garden'].fillna(all_['garden'].mean())
all_ = pd.get_dummies(all_.drop(['id', 'balcony'], axis=1))
all_['area2'] = all_['area'] ** 2 / all_['area'].max()

# %%
X, X_sub = all_.loc['train'], all_.loc['test']
model = LassoCV(alphas=[10, 100, 1000], cv=3, max_iter=5000)
model.fit(X, train['price'])
test['price'] = model.predict(X_sub)
test[['id', 'price']].to_csv('sub.csv', index=False)
