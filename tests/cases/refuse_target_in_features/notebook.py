# %%
import numpy as np
import pandas as pd
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

iris = load_iris()
X = pd.DataFrame(np.c_[iris.data, iris.target])
X_train, X_test, y_train, y_test = train_test_split(X, iris.target, random_state=0)
y_pred = DecisionTreeClassifier(random_state=0).fit(X_train, y_train).predict(X_test)
