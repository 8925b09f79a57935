# %%
import pandas as pd
from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

wine = load_wine()
df = pd.DataFrame(wine.data)
df["grower"] = wine.target
df.columns = [*wine.feature_names, "grower"]
df["grower"].value_counts()

# %%
X = df.iloc[:, :-1].values
y = df.iloc[:, -1]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=2)

# %%
tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(X_train, y_train)
y_pred = tree.predict(X_test)
acc = accuracy_score(y_test, y_pred)
