# %%
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
Z = StandardScaler().fit_transform(df[['age', 'income']])
for k in range(2, 5):
    print(k, KMeans(n_clusters=k, n_init=5, random_state=0).fit(Z).inertia_)

# %%
km = KMeans(n_clusters=4, n_init=5, random_state=0)
df['cluster'] = km.fit_predict(Z)
df['far'] = km.transform(Z).min(axis=1)
X = pd.get_dummies(df[['cluster', 'far', 'visits']], columns=['cluster'])
X_train, X_test, y_train, y_test = train_test_split(X, df['left'], random_state=0)
dt = DecisionTreeClassifier(max_depth=5, random_state=0).fit(X_train, y_train)
y_pred = dt.predict(X_test)
