# %%
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv').dropna(subset=['rooms', 'garden'])
district = pd.get_dummies(df['district'], prefix='d', drop_first=True)
lift = pd.get_dummies(df['lift'], drop_first=True).rename(columns={'Y': 'has_lift'})
balcony = pd.get_dummies(df['balcony'], dummy_na=True, dtype=int, prefix='b')

# %%
df = pd.concat([df, district, lift, balcony], axis=1)
df.drop(['district', 'lift', 'balcony', 'quality', 'id'], axis=1, inplace=True)
df.columns

# %%
y = df.pop('price')
X_train, X_test, y_train, y_test = train_test_split(df, y, test_size=0.25, random_state=3)
lm = LinearRegression()
lm.fit(X_train, y_train)
predictions = lm.predict(X_test)
