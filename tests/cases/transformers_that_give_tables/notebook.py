# %%
import numpy as np
import pandas as pd
from sklearn import set_config
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

df = pd.read_csv('people.csv')
X_train, X_test, y_train, y_test = train_test_split(df, df['left'], random_state=0)
# %%
columns = ColumnTransformer(
    [
        ('numbers', SimpleImputer(), ['age', 'income', 'visits']),
        ('city', OneHotEncoder(sparse_output=False, handle_unknown='ignore'), ['city']),
    ],
    verbose_feature_names_out=False,
).set_output(transform='pandas')
A = columns.fit_transform(X_train)
B = columns.transform(X_test)
A['rate'] = np.log(A['income']) / A['age']
B['rate'] = np.log(B['income']) / B['age']
# %%
set_config(transform_output='pandas')
scaler = StandardScaler().fit(A)
A, B = scaler.transform(A), scaler.transform(B)
A['rate'] = A['rate'].clip(-2, 2)
B['rate'] = B['rate'].clip(-2, 2)
model = LogisticRegression(max_iter=500).fit(A, y_train)
y_pred = model.predict(B)
