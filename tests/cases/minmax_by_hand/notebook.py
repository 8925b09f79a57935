# %%
import pandas as pd
from sklearn.neighbors import KNeighborsRegressor
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna(0)

# %%
for c in ['area', 'year', 'garden']:
    df[c] = (df[c] - df[c].min()) / (df[c].max() - df[c].min())

def normalize(s):
    return (s - s.min()) / (s.max() - s.min())

df['rooms'] = normalize(df['rooms'])
df['garden_share'] = df['garden'] / df['garden'].sum() * 100

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'year', 'garden', 'rooms', 'garden_share']], df['price'], random_state=0)
knn = KNeighborsRegressor(3).fit(X_train, y_train)
y_pred = knn.predict(X_test)
