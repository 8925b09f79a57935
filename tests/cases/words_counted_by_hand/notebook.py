# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from collections import Counter
sms = pd.read_csv('messages.csv')
X_train, X_test, y_train, y_test = train_test_split(sms['text'], sms['label'], random_state=0)
c = Counter()
for t in X_train:
    c.update(t.lower().split())
vocab = [w for w, n in c.most_common(40)]
def vec(t):
    ws = t.lower().split()
    return [ws.count(w) for w in vocab]
A = np.array([vec(t) for t in X_train]); B = np.array([vec(t) for t in X_test])
m = LogisticRegression(max_iter=3000).fit(A, y_train)
y_pred = m.predict(B)
