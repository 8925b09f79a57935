# %%
import pandas as pd
from sklearn import svm
from sklearn import preprocessing as scaler
from sklearn.model_selection import train_test_split

def parts(table):
    return table[['age', 'income']], table['left']

df = pd.read_csv('people.csv').dropna()
X, y = parts(df)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
# %%
scaler = scaler.StandardScaler()
X_train = scaler.fit_transform(X_train)
# %%
svm = svm.SVC(C=10)
svm.fit(X_train, y_train)
print(f"train: {svm.score(X_train, y_train)}")
y_pred = svm.predict(scaler.transform(X_test))
print((y_pred == y_test).mean())
