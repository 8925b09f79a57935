# %%
import pandas as pd
from sklearn.preprocessing import StandardScaler
from sklearn.neighbors import KNeighborsRegressor
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').fillna({'garden': 0, 'rooms': 3})
X = df[['area', 'rooms', 'year', 'garden']].values
y = df['price'].values

# %%
sc = StandardScaler()
X = sc.fit_transform(X)
idx = list(range(len(df)))
X_train, X_test, y_train, y_test, idx_train, idx_test = train_test_split(X, y, idx, test_size=0.25, random_state=0)
knn = KNeighborsRegressor(4)
knn.fit(X_train, y_train)
y_pred = knn.predict(X_test)
print(knn.score(X_test, y_test))
