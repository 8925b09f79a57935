# %%
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], df['left'], random_state=0)
A = SimpleImputer(strategy='median').fit_transform(X_train)
B = SimpleImputer(strategy='median').fit_transform(X_test)
mm = MinMaxScaler()
A = mm.fit_transform(A)
B = mm.fit_transform(B)
lr = LogisticRegression(max_iter=9000).fit(A, y_train)
y_pred = lr.predict(B)
