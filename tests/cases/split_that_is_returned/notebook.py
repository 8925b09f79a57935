# %%
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler


def split(table):
    features = table[['area', 'rooms', 'year']].fillna(0)
    price = table['price']
    return train_test_split(features, price, test_size=0.3, random_state=1)


def parts(table, target, size=0.3):
    return train_test_split(table.drop(columns=[target]).fillna(0), table[target], test_size=size, random_state=1)


def scaled(X_train, X_test):
    scaler = StandardScaler()
    X_train = scaler.fit_transform(X_train)
    X_test = scaler.transform(X_test)
    return X_train, X_test


# %%
flats = pd.read_csv('flats.csv')
X_train, X_test, y_train, y_test = split(flats)
print(LinearRegression().fit(X_train, y_train).score(X_test, y_test))
X_train, X_test, y_train, y_test = parts(flats[['area', 'rooms', 'price']], 'price')
rows = X_test.index
X_train, X_test = scaled(X_train, X_test)

# %%
model = LinearRegression()
model.fit(X_train, y_train)
y_pred = model.predict(X_test)
print(model.score(X_test, y_test))
