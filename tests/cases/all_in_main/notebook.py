# %%
import argparse
import numpy as np
import pandas as pd
from sklearn.linear_model import Lasso
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

# %%
def load(path):
    return pd.read_csv(path)

def clean(df):
    df['rooms'] = df['rooms'].fillna(df['rooms'].median())
    df['garden'] = df['garden'].fillna(0)
    df['balcony'] = df['balcony'].notnull() * 1
    return df

def main():
    df = clean(load('flats.csv'))
    X = df[['area', 'rooms', 'garden', 'balcony', 'year']]
    y = df['price']
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
    model = Lasso(alpha=50.0)
    model.fit(X_train, y_train)
    pred = model.predict(X_test)
    print('MAE:', mean_absolute_error(y_test, pred))
    return X_test, pred

# %%
if __name__ == '__main__':
    X_test, pred = main()
