# %%
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
m = df['rooms'].mean()
df['rooms'] = df['rooms'].fillna(m)
X, y = df[['area', 'rooms', 'year']], df['price']
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

# %%
# another table for a moment
df = pd.read_csv('people.csv')
m = df['age'].mean()
df['age'] = [m if v != v else v for v in df['age']]
def model(df):
    m = df.mean()
    return m
print(model(df['age']), [m for m in range(3)])

# %%
model = DecisionTreeRegressor(max_depth=2, random_state=0).fit(X_train, y_train)
print(model.score(X_test, y_test))
model = LinearRegression().fit(X_train, y_train)
y_pred = model.predict(X_test)
