# %%
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from sklearn.datasets import load_iris
iris = load_iris()
X_train, X_test, y_train, y_test, i1, i2 = train_test_split(iris.data, iris.target, np.arange(150), random_state=0)
m = RandomForestClassifier(10, random_state=0).fit(X_train, y_train)
y_pred = iris.target_names[m.predict(X_test)]
