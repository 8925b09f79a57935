# %%
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('flats.csv')
data = df
backup = df.copy()

# %%
data['garden'] = data['garden'].fillna(0)
backup['rooms'] = backup['rooms'].fillna(99)
def halve(d):
    d['area'] /= 2
halve(backup)
frames = {'a': df, 'b': backup}
frames['a']['rooms'] = frames['a']['rooms'].fillna(frames['a']['rooms'].mean())
frames['b']['garden'] = 5
X = data[['area', 'rooms', 'garden']]
data = backup

# %%
X_train, X_test, y_train, y_test = train_test_split(X, df['price'], random_state=0)
lm = LinearRegression().fit(X_train, y_train)
y_pred = lm.predict(X_test)
