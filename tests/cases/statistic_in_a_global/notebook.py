# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')

STATS = {}
def prep(d, train=True):
    global STATS
    d = d.copy()
    if train:
        STATS['age'] = d['age'].median()
    d['age'] = d['age'].fillna(STATS['age'])
    return d
X_train, X_test, y_train, y_test = train_test_split(df[['age','visits']], df['left'], random_state=0)
X_train = prep(X_train)
X_test = prep(X_test, train=False)
m = DecisionTreeClassifier(max_depth=4, random_state=0).fit(X_train, y_train)
y_pred = m.predict(X_test)
