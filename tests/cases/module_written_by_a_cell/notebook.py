# %%
#!%%writefile flat_tools.py
import numpy as np

GRADES = ['poor', 'fair', 'good', 'fine']

def grade(text):
    return GRADES.index(text)

def add_log(df, column):
    df['log_' + column] = np.log(df[column])
    return df

# %%
import pandas as pd
from flat_tools import add_log, grade
import flat_tools as ft
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
df = add_log(df, 'area')
df['grade'] = df['quality'].apply(grade) / len(ft.GRADES)

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['log_area', 'grade', 'year']], df['price'], random_state=0)
lm = LinearRegression().fit(X_train, y_train)
y_pred = lm.predict(X_test)
