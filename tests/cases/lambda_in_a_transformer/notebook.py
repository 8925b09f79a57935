# %%
import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.compose import ColumnTransformer
df = pd.read_csv('full.csv')

from sklearn.preprocessing import FunctionTransformer
X_train, X_test, y_train, y_test = train_test_split(df[['age','income','visits']], df['left'], random_state=0)
ct = ColumnTransformer([('log', FunctionTransformer(lambda x: np.log1p(x)), ['income']), ('sq', FunctionTransformer(func=lambda x: x ** 2), ['age'])], remainder='passthrough')
pipe = Pipeline([('ct', ct), ('m', DecisionTreeClassifier(max_depth=4, random_state=0))]).fit(X_train, y_train)
y_pred = pipe.predict(X_test)
