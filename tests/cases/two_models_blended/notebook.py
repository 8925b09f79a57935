# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna({'garden': 0, 'rooms': 2})
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'rooms', 'garden']], np.log(df['price']), random_state=0)

# %%
ridge = Ridge().fit(X_train, y_train)
gbr = GradientBoostingRegressor(n_estimators=30, random_state=0).fit(X_train, y_train)
p1 = np.exp(ridge.predict(X_test))
p2 = np.exp(gbr.predict(X_test))
p3 = p2 * 1.02
blend = 0.4 * p1 + 0.6 * p2
rmse = np.sqrt(np.mean((np.log(blend) - y_test) ** 2))
print(rmse)
