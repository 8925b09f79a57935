# %%
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split

df = pd.read_csv('sales.csv')
df['date'] = pd.to_datetime(df['date'])

# %%
df['smooth'] = df['sold'].rolling(14).mean()
plt.plot(df['date'], df['smooth'])

# %%
# lags do not help
tmp = df.copy()
tmp['lag'] = tmp['sold'].shift(1)
tmp = tmp.dropna()
rf_lag = RandomForestRegressor(10, random_state=0).fit(tmp[['lag', 'promo']], tmp['sold'])
print(rf_lag.score(tmp[['lag', 'promo']], tmp['sold']))

# %%
df['dow'] = df['date'].dt.dayofweek
df = df.drop(columns=['date', 'smooth'])
X_train, X_test, y_train, y_test = train_test_split(df.drop(columns='sold'), df['sold'], random_state=0)
rf = RandomForestRegressor(20, random_state=0)
rf.fit(X_train, y_train)
y_pred = rf.predict(X_test)
