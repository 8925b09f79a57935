# %%
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import LabelEncoder

train = pd.read_csv('train.csv')
test = pd.read_csv('test.csv')

# %%
for c in ['city', 'plan', 'smoker']:
    train[c] = LabelEncoder().fit_transform(train[c])
    test[c] = LabelEncoder().fit_transform(test[c])

# %%
cols = ['age', 'city', 'plan', 'smoker', 'visits']
rf = RandomForestClassifier(25, random_state=0)
rf.fit(train[cols], train['left'])
pred = rf.predict(test[cols])
