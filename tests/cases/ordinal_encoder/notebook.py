# %%
import pandas as pd
from sklearn.preprocessing import OrdinalEncoder
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
df = df.fillna({'balcony': 'none', 'garden': 0, 'rooms': 2})

# %%
cats = ['district', 'lift', 'balcony']
enc = OrdinalEncoder()
df[cats] = enc.fit_transform(df[cats])
graded = OrdinalEncoder(categories=[['poor', 'fair', 'good', 'fine']])
df['quality'] = graded.fit_transform(df[['quality']]).ravel()

# %%
X, y = df.drop(['price', 'id'], axis=1), df['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
gbr = GradientBoostingRegressor(n_estimators=40, random_state=0)
gbr.fit(X_train, y_train)
y_pred = gbr.predict(X_test)
