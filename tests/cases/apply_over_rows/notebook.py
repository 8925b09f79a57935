# %%
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
typical = df.groupby('quality')['rooms'].median().to_dict()

# %%
def rooms(row):
    if pd.isnull(row['rooms']):
        return typical[row['quality']]
    else:
        return row['rooms']

df['rooms'] = df.apply(rooms, axis=1)
df['kind'] = df[['lift', 'balcony']].apply(lambda r: 2 if r['lift'] == 'Y' and r['balcony'] == 'large' else 1 if r['lift'] == 'Y' else 0, axis=1)
df['name'] = df.apply(lambda r: f"{r['district'][0]}{r['quality'][0]}", axis=1)
df['name'] = df['name'].map({n: k for k, n in enumerate(sorted(df['name'].unique()))})

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'rooms', 'kind', 'name']], df['price'], random_state=0)
rf = RandomForestRegressor(15, random_state=0).fit(X_train, y_train)
y_pred = rf.predict(X_test)
