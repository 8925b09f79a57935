# %%
import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
df = pd.read_csv('flats.csv').fillna({'rooms': 2, 'garden': 0})
df['dear'] = (df['price'] > 100000).astype(int)
X = df.drop(columns=['dear', 'id', 'district', 'quality', 'lift', 'balcony'])
X_train, X_test, y_train, y_test = train_test_split(X, df['dear'], random_state=0)
dt = DecisionTreeClassifier(max_depth=3, random_state=0).fit(X_train, y_train)
y_pred = dt.predict(X_test)
