# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge, Lasso
from sklearn.model_selection import train_test_split
df = pd.read_csv('flats.csv').fillna({'rooms': 2, 'garden': 0})
X_train, X_test, y_train, y_test = train_test_split(df[['area', 'rooms', 'garden']], np.log1p(df['price']), random_state=0)
models = [Ridge(), Lasso(0.001)]
weights = [0.7, 0.3]
out = np.zeros(len(X_test))
for m, w in zip(models, weights):
    m.fit(X_train, y_train)
    out += w * m.predict(X_test)
out = np.expm1(out)
