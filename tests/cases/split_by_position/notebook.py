# %%
import pandas as pd
from sklearn.linear_model import Ridge

df = pd.read_csv('flats.csv')
n = int(len(df) * 0.8)
train, test = df.iloc[:n].copy(), df.iloc[n:].copy()

# %%
garden = train['garden'].median()
train['garden'] = train['garden'].fillna(garden)
test['garden'] = test['garden'].fillna(garden)
cols = ['area', 'year', 'garden']
m, s = train[cols].mean(), train[cols].std()
X_train = (train[cols] - m) / s
X_test = (test[cols] - m) / s

# %%
model = Ridge(1.0)
model.fit(X_train, train['price'])
forecast = model.predict(X_test)
rmse = ((forecast - test['price']) ** 2).mean() ** .5
print('RMSE', rmse)
