# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

def fill(d, col, how='median'):
    return d.assign(**{col: d[col].fillna(getattr(d[col], how)())})

# %%
df = (
    pd.read_csv('flats.csv')
    .rename(columns=str.upper)
    .pipe(fill, 'ROOMS')
    .pipe(fill, 'GARDEN', how='mean')
    .assign(
        PER_ROOM=lambda d: d['AREA'] / d['ROOMS'],
        CENTRED=lambda d: d['YEAR'] - d['YEAR'].mean(),
        LIFT=lambda d: np.where(d['LIFT'] == 'Y', 1, 0),
    )
    .drop(columns=['ID', 'DISTRICT', 'QUALITY', 'BALCONY'])
)

# %%
X_train, X_test, y_train, y_test = train_test_split(df.drop(columns='PRICE'), df.PRICE, random_state=0)
y_pred = LinearRegression().fit(X_train, y_train).predict(X_test)
