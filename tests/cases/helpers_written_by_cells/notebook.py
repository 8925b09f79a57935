# %%
#!%%writefile config.py
FEATURES = ['area', 'age', 'year']
THIS_YEAR = 2024

# %%
#!%%writefile preprocessing.py
"""Prepare the flats."""
import pandas as pd
import config
from sklearn.preprocessing import StandardScaler

class Preparation:
    def __init__(self):
        self.scaler = StandardScaler()

def fill(df, column):
    df[column] = df[column].fillna(df[column].mean())
    return df

def add_age(df):
    df = df.copy()
    df['age'] = config.THIS_YEAR - df['year']
    return df

def standardise(df, columns):
    means, spreads = df[columns].mean(), df[columns].std()
    return (df[columns] - means) / spreads

if __name__ == '__main__':
    print(add_age(pd.read_csv('flats.csv')).head())

# %%
import pandas as pd
import config
import preprocessing as prep
from preprocessing import fill
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
df.loc[df['area'] > 110, 'area'] = None
df = fill(df, 'area')
df = prep.add_age(df)

# %%
X = prep.standardise(df, config.FEATURES)
X_train, X_test, y_train, y_test = train_test_split(X, df['price'], random_state=0)
lm = LinearRegression().fit(X_train, y_train)
y_pred = lm.predict(X_test)
