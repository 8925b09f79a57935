# %%
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

chunks = []
for chunk in pd.read_csv('flats.csv', chunksize=64):
    chunks.append(chunk)
flats = pd.concat(chunks, ignore_index=True)
print(flats.shape)

# %%
features = ['area', 'rooms', 'year']
flats[features] = flats[features].fillna(flats[features].median())
X_train, X_test, y_train, y_test = train_test_split(flats[features], flats['price'], random_state=2)
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
