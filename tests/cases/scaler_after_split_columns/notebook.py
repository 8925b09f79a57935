# %%
import pandas as pd
from sklearn.preprocessing import StandardScaler, RobustScaler
from sklearn.neighbors import KNeighborsRegressor
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
df = df.fillna({'garden': 0, 'rooms': 3})
df['lift'] = df['lift'].map({'Y': 1, 'N': 0})
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'rooms', 'year', 'garden', 'lift']], df['price'], test_size=0.25, random_state=7)
X_train, X_test = X_train.copy(), X_test.copy()

# %%
num = ['area', 'rooms', 'year']
sc = StandardScaler()
X_train[num] = sc.fit_transform(X_train[num])
X_test[num] = sc.transform(X_test[num])
rob = RobustScaler().fit(X_train[['garden']])
for part in [X_train, X_test]:
    part['garden'] = rob.transform(part[['garden']])[:, 0]

# %%
knn = KNeighborsRegressor(4)
knn.fit(X_train, y_train)
y_pred = knn.predict(X_test)
