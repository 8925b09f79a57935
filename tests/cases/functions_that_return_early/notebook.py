# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

df = pd.read_csv('people.csv')
# %%
def fill(d, col):
    if d[col].isnull().sum() == 0:
        return d
    if not pd.api.types.is_numeric_dtype(d[col]):
        d[col] = d[col].fillna(d[col].mode()[0])
    elif abs(d[col].skew()) > 1:
        d[col] = d[col].fillna(d[col].median())
        d[col] = np.log(d[col])
    else:
        d[col] = d[col].fillna(d[col].mean())
    return d
for c in ['age', 'income', 'visits', 'plan']:
    df = fill(df, c)
# %%
def features(d, mode):
    if mode == 'few':
        return d[['age', 'visits']], None
    d['rich'] = (d['income'] > d['income'].median()).astype(int)
    if d['visits'].max() > 1000:
        return d[['rich']], d['left']
    return d[['age', 'income', 'visits', 'rich']], d['left'] == 'Yes'
def scale(d, scaler=None):
    d = d.copy()
    if scaler is None:
        scaler = StandardScaler()
        d[['age', 'income']] = scaler.fit_transform(d[['age', 'income']])
        return d, scaler
    d[['age', 'income']] = scaler.transform(d[['age', 'income']])
    return d, scaler
def pick(name):
    if name == 'lr':
        return LogisticRegression()
    return RandomForestClassifier(n_estimators=20, random_state=0)
# %%
X, y = features(df, 'all')
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
X_train, scaler = scale(X_train)
X_test, _ = scale(X_test, scaler)
model = pick('rf')
model.fit(X_train, y_train)
y_pred = model.predict(X_test)
print(accuracy_score(y_test, y_pred))
