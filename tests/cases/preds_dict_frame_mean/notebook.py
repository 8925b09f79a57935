# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], (df['left'] == 'Yes').astype(int), random_state=0)
preds = {}
for name, m in [('lr', LogisticRegression(max_iter=9000)), ('nb', GaussianNB())]:
    m.fit(X_train, y_train)
    preds[name] = m.predict_proba(X_test)[:, 1]
table = pd.DataFrame(preds, index=X_test.index)
final = (table.mean(axis=1) > 0.5).astype(int)
