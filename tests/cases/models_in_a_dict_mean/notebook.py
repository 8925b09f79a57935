# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], (df['left'] == 'Yes').astype(int), random_state=0)
models = {'a': LogisticRegression(max_iter=9000), 'b': GaussianNB(), 'c': DecisionTreeClassifier(max_depth=3, random_state=0)}
probas = []
for name, m in models.items():
    m.fit(X_train, y_train)
    probas.append(m.predict_proba(X_test)[:, 1])
avg = np.mean(probas, axis=0)
votes = np.where(avg > 0.5, 'Yes', 'No')
