# %%
import pandas as pd
from sklearn.neighbors import KNeighborsClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')

# %%
counts = df['city'].value_counts()
df['city_n'] = df['city'].map(counts)
df['plan_share'] = df['plan'].map(df['plan'].value_counts(normalize=True)) * 100
top = df['city'].value_counts().index[:3]
df['big_city'] = df['city'].isin(top).astype(int)
df['city'] = df['city'].where(df['city'].isin(top), 'other')
print(df['city'].unique())

# %%
X = df[['age', 'visits', 'city_n', 'plan_share', 'big_city']].copy()
X['is_other'] = (df['city'] == 'other') * 1
y = df['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
knn = KNeighborsClassifier(5).fit(X_train, y_train)
pred = knn.predict(X_test)
