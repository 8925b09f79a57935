# %%
import pandas as pd
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVR
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').dropna(subset=['rooms'])
X = df[['area', 'rooms', 'year']]
y = df[['price']]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

# %%
sc_X, sc_y = MinMaxScaler(), MinMaxScaler()
A = sc_X.fit_transform(X_train)
b = sc_y.fit_transform(y_train).ravel()
svr = SVR(C=5)
svr.fit(A, b)
y_pred = sc_y.inverse_transform(svr.predict(sc_X.transform(X_test)).reshape(-1, 1))
