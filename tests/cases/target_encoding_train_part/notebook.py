# %%
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
df['left'] = df['left'].map({'Yes': 1, 'No': 0})
train, test = train_test_split(df, test_size=0.3, random_state=4)
train, test = train.copy(), test.copy()

# %%
rates = train.groupby('city')['left'].mean()
overall = train['left'].mean()
for part in (train, test):
    part['city_rate'] = part['city'].map(rates).fillna(overall)

# %%
cols = ['age', 'income', 'visits', 'city_rate']
gb = GradientBoostingClassifier(n_estimators=30, random_state=0)
gb.fit(train[cols], train['left'])
proba = gb.predict_proba(test[cols])[:, 1]
