# %%
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

flats = pd.read_csv('flats.csv').drop_duplicates().reset_index(drop=True)
flats['size'] = pd.cut(flats['area'], bins=[0, 40, 80, 1000], labels=False)

# %%
shuffler = StratifiedShuffleSplit(n_splits=1, test_size=0.25, random_state=7)
for kept, held_out in shuffler.split(flats, flats['size']):
    train_set = flats.loc[kept]
    test_set = flats.loc[held_out]

# %%
folds = KFold(n_splits=3, shuffle=True, random_state=1)
for fit_rows, check_rows in folds.split(train_set):
    part, check = train_set.iloc[fit_rows], train_set.iloc[check_rows]

# %%
numbers = ['area', 'rooms', 'year', 'size']
pipeline = make_pipeline(SimpleImputer(strategy='median'), StandardScaler())
model = LinearRegression().fit(pipeline.fit_transform(part[numbers]), part['price'])
print(model.score(pipeline.transform(check[numbers]), check['price']))
y_pred = model.predict(pipeline.transform(test_set[numbers]))
