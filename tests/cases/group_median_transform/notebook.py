# %%
import pandas as pd
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')

# %%
df['garden'] = df.groupby('district')['garden'].transform(lambda x: x.fillna(x.median()))
df['rooms'] = df['rooms'].fillna(df.groupby(['district', 'lift'])['rooms'].transform('median'))
df['rel_area'] = df['area'] - df.groupby('district')['area'].transform('mean')

# %%
X = df[['area', 'rooms', 'garden', 'rel_area']]
y = np.log(df['price'])
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=5)
reg = LinearRegression()
reg.fit(X_train, y_train)
y_pred = reg.predict(X_test)
print(reg.score(X_test, y_test))
