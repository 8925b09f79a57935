# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
df[['area', 'year']] = df[['area', 'year']].apply(pd.to_numeric, errors='coerce')
cols = ['area', 'year', 'garden']
df[cols] = df[cols].apply(lambda c: c.fillna(c.median()))
df[cols] = df[cols].apply(lambda c: (c - c.min()) / (c.max() - c.min()), axis=0)
df[['area']] = df[['area']].apply(np.sqrt)

# %%
X_train, X_test, y_train, y_test = train_test_split(df[cols], df['price'], random_state=0)
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
