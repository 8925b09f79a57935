# %%
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

flats = pd.read_csv('flats.csv')

# %%
# the mean is taken after the cheap ones are gone, and again after the first filling
flats = flats[flats['price'] > 30000]
flats['rooms'] = flats['rooms'].fillna(flats['rooms'].mean())
flats['garden'] = flats['garden'].fillna(flats.loc[flats['rooms'] > flats['rooms'].mean(), 'garden'].mean())
flats['size'] = flats['area'] / flats['rooms']

# %%
X = flats[['area', 'rooms', 'garden', 'size']]
y = flats['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
ridge = Ridge(alpha=2.0)
ridge.fit(X_train, y_train)
pred = ridge.predict(X_test)
