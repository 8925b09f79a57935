# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna({'garden': 0, 'rooms': 2})

# %%
lo, hi = df['area'].quantile(0.05), df['area'].quantile(0.95)
df['area'] = df['area'].clip(lo, hi)
q1, q3 = np.percentile(df['garden'], [25, 75])
upper = q3 + 1.5 * (q3 - q1)
df['garden'] = np.where(df['garden'] > upper, upper, df['garden'])
df['new'] = (df['year'] > df['year'].quantile(.8)).astype(int)

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'garden', 'rooms', 'new']], df['price'], random_state=0)
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
