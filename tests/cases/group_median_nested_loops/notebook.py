# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

train = pd.read_csv('train.csv')
test = pd.read_csv('test.csv')
both = [train, test]

# %%
for d in both:
    d['smoker'] = d['smoker'].map({'Yes': 1, 'No': 0}).astype(int)
    d['plan'] = d['plan'].fillna('basic').map({'basic': 0, 'plus': 1, 'pro': 2})

# %%
guess = np.zeros((2, 3))
for d in both:
    for i in range(0, 2):
        for j in range(0, 3):
            known = d[(d['smoker'] == i) & (d['plan'] == j)]['age'].dropna()
            guess[i, j] = int(known.median() / 0.5 + 0.5) * 0.5
    for i in range(0, 2):
        for j in range(0, 3):
            d.loc[(d.age.isnull()) & (d.smoker == i) & (d.plan == j), 'age'] = guess[i, j]
    d['age'] = d['age'].astype(int)

# %%
cols = ['smoker', 'plan', 'age', 'visits']
forest = RandomForestClassifier(n_estimators=20, random_state=1)
forest.fit(train[cols], train['left'])
pred = forest.predict(test[cols])
pd.DataFrame({'id': test['id'], 'left': pred}).to_csv('submission.csv', index=False)
