# %%
import numpy as np
import pandas as pd
from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

flowers = load_iris()
df = pd.DataFrame(np.c_[flowers["data"], flowers["target"]], columns=flowers["feature_names"] + ["kind"])
df.describe()

# %%
X = df.drop(columns="kind")
y = df["kind"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=5)

# %%
knn = KNeighborsClassifier(n_neighbors=7).fit(X_train, y_train)
y_pred = knn.predict(X_test)
acc = accuracy_score(y_test, y_pred)
