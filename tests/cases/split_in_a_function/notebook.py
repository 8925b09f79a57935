# %%
import pandas as pd
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeRegressor


def load():
    data = pd.read_csv('flats.csv')
    print(len(data))
    return data


def split(data):
    X = data[['area', 'rooms', 'year']].fillna(0)
    y = data['price']
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=1)
    return X, y, X_train, X_test, y_train, y_test


def fitted(X_train, X_test, y_train):
    model = DecisionTreeRegressor(max_depth=4, random_state=0)
    model.fit(X_train, y_train)
    return model


def answers(X_test, model):
    y_pred = model.predict(X_test)
    print(y_pred)
    return y_pred


# %%
data = load()
X, y, X_train, X_test, y_train, y_test = split(data)
model = fitted(X_train, X_test, y_train)
y_pred = answers(X_test, model)
print(mean_absolute_error(y_test, y_pred))
