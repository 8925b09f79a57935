# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.model_selection import train_test_split

THIS_YEAR = 2024
GRADES = {'poor': 0, 'fair': 1, 'good': 2, 'fine': 3}
df = pd.read_csv('flats.csv')
typical_area = df['area'].median()
seen = []

# %%
def age_of(year):
    return THIS_YEAR - year

def add_features(frame):
    global seen
    frame['house_age'] = frame['year'].apply(age_of)
    frame['grade'] = frame['quality'].map(GRADES)
    frame['big'] = np.where(frame['area'] > typical_area, 1, 0)
    seen = list(frame.columns)

add_features(df)
print(seen)

# %%
feats = ['area', 'house_age', 'grade', 'big']
X_train, X_test, y_train, y_test = train_test_split(df[feats], df['price'], test_size=0.2, random_state=0)
gbr = GradientBoostingRegressor(n_estimators=40, random_state=1).fit(X_train, y_train)
y_pred = gbr.predict(X_test)
