# %%
import pandas as pd
from sklearn.linear_model import Ridge

train = pd.read_csv('train.csv')
test = pd.read_csv('test.csv')
cats = ['district', 'quality', 'lift']

# %%
X = pd.get_dummies(train[cats + ['area', 'year']], columns=cats, drop_first=True)
X_new = pd.get_dummies(test[cats + ['area', 'year']], columns=cats)
X_new = X_new.reindex(columns=X.columns, fill_value=0)
y = train['price']

# %%
model = Ridge(alpha=0.5)
model.fit(X, y)
test['price'] = model.predict(X_new)
