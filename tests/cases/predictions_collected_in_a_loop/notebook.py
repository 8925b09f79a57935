# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
df = pd.read_csv('flats.csv')

X_train, X_test, y_train, y_test = train_test_split(df[['area','year']], df['price'], random_state=0)
preds = []
for seed in range(3):
    m = RandomForestRegressor(10, random_state=seed).fit(X_train, y_train)
    preds.append(m.predict(X_test))
y_pred = np.mean(preds, axis=0)
