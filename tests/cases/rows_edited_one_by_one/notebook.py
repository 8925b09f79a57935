# %%
import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeRegressor
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
df['score'] = 0.0

# %%
for i, row in df.iterrows():
    if row['quality'] in ('good', 'fine'):
        df.at[i, 'score'] = row['area'] * 2
    elif pd.isnull(row['garden']):
        df.at[i, 'score'] = -1.0

# %%
sizes = []
for a in df['area']:
    if a < 40:
        sizes.append(0)
    elif a < 80:
        sizes.append(1)
    else:
        sizes.append(2)
df['size'] = sizes

for i in range(len(df)):
    if df.loc[i, 'lift'] == 'Y':
        df.loc[i, 'size'] = df.loc[i, 'size'] + 1

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['score', 'size', 'year']], df['price'], random_state=0)
dt = DecisionTreeRegressor(max_depth=5, random_state=0).fit(X_train, y_train)
y_pred = dt.predict(X_test)
