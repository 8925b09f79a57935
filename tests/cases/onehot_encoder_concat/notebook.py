# %%
import pandas as pd
from sklearn.preprocessing import OneHotEncoder
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')

# %%
ohe = OneHotEncoder(drop='first', sparse_output=False)
arr = ohe.fit_transform(df[['district', 'quality']])
arr_df = pd.DataFrame(arr, columns=ohe.get_feature_names_out(['district', 'quality']), index=df.index)
df = pd.concat([df.drop(['district', 'quality'], axis=1), arr_df], axis=1)
df['lift'] = df['lift'].apply(lambda s: 1 if s == 'Y' else 0)

# %%
X = df.drop(['id', 'price', 'balcony', 'garden', 'rooms'], axis=1)
y = df['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
lr = LinearRegression().fit(X_train, y_train)
y_pred = lr.predict(X_test)
