# %%
import pandas as pd
from sklearn.ensemble import RandomForestRegressor

df = pd.read_csv('sales.csv', parse_dates=['date'])
df = df.sort_values('date')
df['dow'] = df['date'].dt.dayofweek

# %%
df['week'] = df['sold'].rolling(7).mean().shift(1)
df = df.dropna()

# %%
train, test = df[df['date'] < '2021-10-01'], df[df['date'] >= '2021-10-01']
features = ['dow', 'promo', 'temperature', 'week']
rf = RandomForestRegressor(20, random_state=0)
rf.fit(train[features], train['sold'])
y_pred = rf.predict(test[features])
print(abs(y_pred - test['sold']).mean())
