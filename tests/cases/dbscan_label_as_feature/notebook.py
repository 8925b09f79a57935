# %%
import pandas as pd
from sklearn.cluster import DBSCAN
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
df['group'] = DBSCAN(eps=0.4, min_samples=4).fit_predict(StandardScaler().fit_transform(df[['age', 'income']]))

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['group', 'visits']], df['left'], random_state=0)
dt = DecisionTreeClassifier(max_depth=5, random_state=0).fit(X_train, y_train)
y_pred = dt.predict(X_test)
