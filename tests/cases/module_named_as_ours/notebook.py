# %%
#!%%writefile preprocessing.py
import numpy as np
print('the module does something')

def add_log(df, column):
    df['log_' + column] = np.log(df[column])
    return df

# %%
#!%%writefile schema.py
print('so does this one')
EDGE = 2

# %%
import pandas as pd
import schema
from preprocessing import add_log
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
df = add_log(df, 'area')
df['year'] = df['year'] * schema.EDGE

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['log_area', 'year']], df['price'], random_state=0)
lm = LinearRegression().fit(X_train, y_train)
y_pred = lm.predict(X_test)
