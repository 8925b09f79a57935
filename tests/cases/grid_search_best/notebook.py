# %%
import pandas as pd
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.tree import DecisionTreeClassifier
from sklearn.metrics import accuracy_score

df = pd.read_csv('people.csv')
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], df['left'], random_state=0)

# %%
base = DecisionTreeClassifier(random_state=0)
base.fit(X_train, y_train)
print('base', accuracy_score(y_test, base.predict(X_test)))

# %%
grid = GridSearchCV(DecisionTreeClassifier(random_state=0), {'max_depth': [2, 3, 5], 'min_samples_leaf': [1, 5]}, cv=3)
grid.fit(X_train, y_train)
print(grid.best_params_, grid.best_score_)
best = grid.best_estimator_
y_pred = best.predict(X_test)
acc = accuracy_score(y_test, y_pred)
print('tuned', acc)
