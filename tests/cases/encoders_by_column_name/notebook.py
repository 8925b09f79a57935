# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder
df = pd.read_csv('people.csv')

from collections import defaultdict
df['plan'] = df['plan'].fillna('none')
cats = ['city','plan','smoker']
X_train, X_test, y_train, y_test = train_test_split(df[cats+['visits']], df['left'], random_state=0, stratify=df['city'])
X_train = X_train.copy(); X_test = X_test.copy()
d = defaultdict(LabelEncoder)
X_train[cats] = X_train[cats].apply(lambda x: d[x.name].fit_transform(x))
X_test[cats] = X_test[cats].apply(lambda x: d[x.name].transform(x))
m = DecisionTreeClassifier(max_depth=4, random_state=0).fit(X_train, y_train)
y_pred = m.predict(X_test)
