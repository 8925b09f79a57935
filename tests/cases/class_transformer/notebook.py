# %%
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

df = pd.read_csv('people.csv')

# %%
class GroupFiller(BaseEstimator, TransformerMixin):
    def __init__(self, by='city', what='age'):
        self.by = by
        self.what = what

    def fit(self, X, y=None):
        self.medians_ = X.groupby(self.by)[self.what].median()
        self.overall_ = X[self.what].median()
        return self

    def transform(self, X):
        X = X.copy()
        X[self.what] = X[self.what].fillna(X[self.by].map(self.medians_)).fillna(self.overall_)
        return X


class Cleaner:
    """my own one, not sklearn"""
    def __init__(self):
        self.income = None

    def learn(self, X):
        self.income = X['income'].mean()

    def apply(self, X):
        X = X.copy()
        X['income'] = X['income'].fillna(self.income)
        return X

# %%
X_train, X_test, y_train, y_test = train_test_split(df.drop(columns=['left']), df['left'], test_size=0.3, random_state=0)
cleaner = Cleaner()
cleaner.learn(X_train)
filler = GroupFiller()
A = filler.fit_transform(cleaner.apply(X_train))[['age', 'income', 'visits']]
B = filler.transform(cleaner.apply(X_test))[['age', 'income', 'visits']]

# %%
model = make_pipeline(StandardScaler(), LogisticRegression())
model.fit(A, y_train)
y_pred = model.predict_proba(B)[:, 1]
