# %%
import numpy as np
import pandas as pd
from scipy.stats import skew, boxcox
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna({'garden': 0, 'rooms': 2})
numeric = ['area', 'rooms', 'garden', 'year']

# %%
skewed = df[numeric].apply(lambda s: skew(s))
skewed = skewed[skewed.abs() > 0.7].index
print(list(skewed))
df[skewed] = np.log1p(df[skewed])
df['area_bc'], lam = boxcox(df['area'])

# %%
X_train, X_test, y_train, y_test = train_test_split(df[numeric + ['area_bc']], df['price'], random_state=0)
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
