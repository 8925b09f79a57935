# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import KFold
from sklearn.metrics import mean_squared_error

train = pd.read_csv('train.csv').fillna(-1)
test = pd.read_csv('test.csv').fillna(-1)
features = ['area', 'rooms', 'year', 'garden']
y = train['price'].values

# %%
N_FOLDS = 4
kf = KFold(n_splits=N_FOLDS, shuffle=True, random_state=42)
oof = np.zeros(len(train))
preds = np.zeros(len(test))
for fold, (tr, va) in enumerate(kf.split(train)):
    model = RandomForestRegressor(n_estimators=15, random_state=fold)
    model.fit(train.iloc[tr][features], y[tr])
    oof[va] = model.predict(train.iloc[va][features])
    print(fold, mean_squared_error(y[va], oof[va]) ** .5)
    preds += model.predict(test[features]) / N_FOLDS

cv = mean_squared_error(y, oof) ** .5
print('CV', cv)

# %%
sub = pd.DataFrame({'id': test['id'], 'price': preds})
sub.to_csv('submission.csv', index=False)
