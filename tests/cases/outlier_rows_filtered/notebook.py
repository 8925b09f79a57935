# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
df = df.query('year >= 1910')
df = df.drop(df[df['area'] > 130].index)

# %%
q1, q3 = df['price'].quantile(.25), df['price'].quantile(.75)
iqr = q3 - q1
df = df[(df['price'] > q1 - 1.5 * iqr) & (df['price'] < q3 + 1.5 * iqr)]
z = np.abs((df['area'] - df['area'].mean()) / df['area'].std())
df = df[z < 2.5]
df['rooms'] = df['rooms'].fillna(df['rooms'].median())
print(df.shape)

# %%
X, y = df[['area', 'rooms', 'year']], df['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
lm = LinearRegression().fit(X_train, y_train)
y_pred = lm.predict(X_test)
