# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')

# %%
df['income_q'] = pd.qcut(df['income'], 6, labels=False)
df['visits_q'] = pd.qcut(df['visits'], 4, duplicates='drop').cat.codes
df['age_q'] = pd.qcut(df['age'], [0, .1, .5, .9, 1.], labels=['a', 'b', 'c', 'd']).astype(str)
df = pd.get_dummies(df, columns=['age_q'])

# %%
X = df.drop(['id', 'age', 'income', 'city', 'plan', 'visits', 'smoker', 'joined', 'left'], axis=1)
y = df['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=6)
dt = DecisionTreeClassifier(random_state=0, max_depth=6).fit(X_train, y_train)
pred = dt.predict_proba(X_test)[:, 1]
