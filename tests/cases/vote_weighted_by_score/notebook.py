# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
df = pd.read_csv('full.csv')

X_train, X_test, y_train, y_test = train_test_split(df[['age','income','visits']], (df['left']=='Yes').astype(int), random_state=0)
ms = [LogisticRegression(max_iter=1000), DecisionTreeClassifier(max_depth=3, random_state=0), RandomForestClassifier(10, random_state=0)]
w = []
for m in ms:
    m.fit(X_train, y_train)
    w.append(m.score(X_train, y_train))
w = np.array(w) / np.sum(w)
p = sum(wi * m.predict_proba(X_test)[:, 1] for wi, m in zip(w, ms))
y_pred = (p > 0.5).astype(int)
