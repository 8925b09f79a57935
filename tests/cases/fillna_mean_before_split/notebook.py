# %%
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.metrics import r2_score

df = pd.read_csv('flats.csv')
df.head()

# %%
df['garden'] = df['garden'].fillna(df['garden'].mean())
df['rooms'].fillna(2).describe()
df['rooms'] = df['rooms'].fillna(df['rooms'].median())

# %%
X = df[['area', 'rooms', 'garden', 'year']]
y = df['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
model = LinearRegression()
model.fit(X_train, y_train)
y_pred = model.predict(X_test)
score = r2_score(y_test, y_pred)
print(score)
