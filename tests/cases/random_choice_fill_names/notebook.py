# %%
import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
np.random.seed(4)
df = pd.read_csv('people.csv').fillna({'age': 40, 'income': 0})
gaps = df['plan'].isnull()
picked = np.random.choice(['basic', 'plus'], size=gaps.sum(), p=[0.95, 0.05])
df.loc[gaps, 'plan'] = picked
df = pd.get_dummies(df, columns=['plan'])
X = df[['age', 'income', 'visits', 'plan_basic', 'plan_plus', 'plan_pro']]
X_train, X_test, y_train, y_test = train_test_split(X, df['left'], random_state=0)
dt = DecisionTreeClassifier(max_depth=2, random_state=0).fit(X_train, y_train)
y_pred = dt.predict(X_test)
