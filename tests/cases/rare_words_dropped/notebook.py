# %%
import numpy as np
import pandas as pd
from collections import Counter
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

sms = pd.read_csv('messages.csv')
freq = Counter(' '.join(sms['text']).split())
rare = {w for w, c in freq.items() if c < 3}
common = [w for w, _ in freq.most_common(4)]
keep = [w for w in freq if w not in rare]
words = keep[:]
for w in common:
    words.remove(w)
sms['text'] = sms['text'].apply(lambda t: ' '.join(w for w in t.split() if w in words))
X_train, X_test, y_train, y_test = train_test_split(sms['text'], sms['label'], random_state=0)
m = make_pipeline(CountVectorizer(), LogisticRegression()).fit(X_train, y_train)
y_pred = m.predict_proba(X_test)[:, 1]
