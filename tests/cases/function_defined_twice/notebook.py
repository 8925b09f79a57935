# %%
import pandas as pd
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeRegressor

df = pd.read_csv('flats.csv')
features = ['year']
wanted = features
wanted += ['area']


# %%
def scale(value):
    return value // 10


df['year'] = df['year'].apply(scale)


# %%
def scale(value):
    return value % 30


df['area'] = df['area'].apply(scale)
levels = {'poor': 0, 'fair': 1}
for known in [levels, {}]:
    known['good'] = 5
df['quality'] = df['quality'].map(levels).fillna(9)

# %%
for column in ['lift', 'quality']:
    pass
X_train, X_test, y_train, y_test = train_test_split(df[features + [column]], df['price'], random_state=0)
model = DecisionTreeRegressor(max_depth=5, random_state=0).fit(X_train, y_train)
y_pred = model.predict(X_test)
score = r2_score(y_test, y_pred)
print(score)
