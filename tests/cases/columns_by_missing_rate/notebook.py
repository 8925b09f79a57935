# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')

# %%
# mostly empty -> out
missing = df.isnull().mean()
df = df.drop(columns=missing[missing > 0.3].index)
# only one value -> out
df = df.drop([c for c in df.columns if df[c].nunique() <= 1], axis=1)
df = df.select_dtypes(include=['number'])
# almost the same column twice -> out
corr = df.drop('price', axis=1).corr().abs()
upper = corr.where(np.triu(np.ones(corr.shape), k=1).astype(bool))
to_drop = [c for c in upper.columns if any(upper[c] > 0.95)]
print(to_drop)
df.drop(to_drop, axis=1, inplace=True)
df = df.fillna(df.median())

# %%
X, y = df.drop('price', axis=1), df['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = Ridge(5).fit(X_train, y_train)
y_pred = model.predict(X_test)
