# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')
X_tmp, X_test, y_tmp, y_test = train_test_split(df[['age', 'income', 'visits']], df['left'], random_state=0)
X_train, X_val, y_train, y_val = train_test_split(X_tmp, y_tmp, random_state=0)
best, top = None, 0
for m in [LogisticRegression(max_iter=9000), DecisionTreeClassifier(max_depth=3, random_state=0)]:
    m.fit(X_train, y_train)
    s = accuracy_score(y_val, m.predict(X_val))
    if s > top:
        best, top = m, s
y_pred = best.predict(X_test)
print(accuracy_score(y_test, y_pred))
