# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna({'garden': 0, 'rooms': 2})
df['price'] = np.log1p(df['price'])
df['area'] = np.log(df['area'])

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'rooms', 'garden']], df['price'], random_state=0)
model = Ridge().fit(X_train, y_train)
print('r2', model.score(X_test, y_test))
y_pred = np.round(np.expm1(model.predict(X_test)), -1)
mae = mean_absolute_error(np.expm1(y_test), y_pred)
print(mae)
