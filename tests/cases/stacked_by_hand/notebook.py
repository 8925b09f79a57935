# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.model_selection import train_test_split, cross_val_predict
df = pd.read_csv('people.csv')
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], df['left'], random_state=0)
bases = [RandomForestClassifier(12, random_state=0), GaussianNB()]
meta_train = np.column_stack([cross_val_predict(b, X_train, y_train, cv=3, method='predict_proba')[:, 1] for b in bases])
for b in bases:
    b.fit(X_train, y_train)
meta_test = np.column_stack([b.predict_proba(X_test)[:, 1] for b in bases])
top = LogisticRegression().fit(meta_train, y_train)
final = top.predict(meta_test)
