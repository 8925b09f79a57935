# %%
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


def load():
    train = pd.read_csv('train.csv')
    test = pd.read_csv('test.csv')
    return train, test


train, test = load()
# %%
middle = train['income'].median()


def prepare(train, test):
    for d in [train, test]:
        d['rich'] = (d['income'] > middle).astype(int)
        d['plan'] = d['plan'].map({'basic': 0, 'plus': 1, 'pro': 2})
    return train, test


def fill(train, test, cols):
    imputer = SimpleImputer(strategy='median')
    train[cols] = imputer.fit_transform(train[cols])
    test[cols] = imputer.transform(test[cols])
    return train, test


def scale(train, test):
    scaler = StandardScaler()
    return scaler.fit_transform(train), scaler.transform(test)


# %%
train, test = prepare(train, test)
train, test = fill(train, test, ['age', 'plan'])
cols = ['age', 'visits', 'rich', 'plan']
X, X_test = scale(train[cols], test[cols])
model = LogisticRegression().fit(X, train['left'])
y_pred = model.predict(X_test)
