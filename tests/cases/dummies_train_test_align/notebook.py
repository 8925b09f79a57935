# %%
import pandas as pd
from sklearn.ensemble import RandomForestRegressor

train = pd.read_csv('train.csv')
test = pd.read_csv('test.csv')
test_id = test['id']

# %%
y = train['price']
train = train.drop(['price', 'id'], axis=1).fillna({'garden': 0, 'rooms': 2, 'balcony': 'none'})
test = test.drop('id', axis=1).fillna({'garden': 0, 'rooms': 2, 'balcony': 'none'})
train = pd.get_dummies(train)
test = pd.get_dummies(test)
train, test = train.align(test, join='left', axis=1, fill_value=0)
print(train.shape, test.shape)

# %%
rf = RandomForestRegressor(n_estimators=20, random_state=0)
rf.fit(train, y)
out = pd.DataFrame({'id': test_id, 'price': rf.predict(test)})
out.to_csv('out.csv', index=False)
