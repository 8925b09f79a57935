# %%
import numpy as np
import pandas as pd
from scipy.stats import zscore
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna({'garden': 0, 'rooms': 2})

# %%
# three spellings, two different standard deviations
df['area'] = (df['area'] - np.mean(df['area'])) / np.std(df['area'])
df['rooms'] = (df['rooms'] - df['rooms'].mean()) / df['rooms'].std()
df['year'] = zscore(df['year'])

# %%
X = df[['area', 'rooms', 'year']]
y = df['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, test_size=60)
model = Ridge(alpha=10).fit(X_train, y_train)
y_pred = model.predict(X_test)
