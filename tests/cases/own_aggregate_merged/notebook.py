# %%
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna({'garden': 0, 'rooms': 2})

# %%
agg = df.groupby('district').agg({'area': ['mean', 'std'], 'garden': 'max', 'id': 'count'})
agg.columns = ['_'.join(c) for c in agg.columns]
agg = agg.reset_index()
df = df.merge(agg, on='district', how='left')
df['rel'] = df['area'] / df['area_mean']

# %%
X = df.drop(['id', 'district', 'quality', 'lift', 'balcony', 'price'], axis=1)
y = df['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
rf = RandomForestRegressor(20, random_state=0)
rf.fit(X_train, y_train)
y_pred = rf.predict(X_test)
