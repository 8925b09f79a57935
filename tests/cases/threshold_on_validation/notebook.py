# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv').fillna({'age': 40, 'income': 2000})
y = (df['left'] == 'No').astype(int)
X = df[['age', 'income', 'visits']]
X_tmp, X_test, y_tmp, y_test = train_test_split(X, y, test_size=0.3, random_state=0)
X_train, X_val, y_train, y_val = train_test_split(X_tmp, y_tmp, test_size=0.3, random_state=0)

# %%
clf = LogisticRegression(max_iter=5000).fit(X_train, y_train)
val_proba = clf.predict_proba(X_val)[:, 1]
best_t, best_f1 = 0.5, 0
for t in np.arange(0.05, 0.95, 0.01):
    f1 = f1_score(y_val, val_proba > t)
    if f1 > best_f1:
        best_t, best_f1 = t, f1
print(best_t, best_f1)

# %%
test_proba = clf.predict_proba(X_test)[:, 1]
y_pred = (test_proba > best_t).astype(int)
test_f1 = f1_score(y_test, y_pred)
print(test_f1)
