# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge, Lasso
from sklearn.tree import DecisionTreeRegressor
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
df = pd.read_csv('flats.csv').fillna({'rooms': 2, 'garden': 0})
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'rooms', 'garden']], df['price'], random_state=0)
models = [('ridge', Ridge()), ('lasso', Lasso()), ('tree', DecisionTreeRegressor(max_depth=4, random_state=0))]
best, best_err = None, float('inf')
for name, m in models:
    m.fit(X_train, y_train)
    err = mean_squared_error(y_test, m.predict(X_test)) ** 0.5
    print(name, err)
    if err < best_err:
        best, best_err = m, err
y_pred = best.predict(X_test)
