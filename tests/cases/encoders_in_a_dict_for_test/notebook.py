# %%
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import LabelEncoder
train, test = pd.read_csv('train.csv'), pd.read_csv('test.csv')
encoders = {}
for c in ['city', 'plan', 'smoker']:
    le = LabelEncoder()
    train[c] = le.fit_transform(train[c])
    encoders[c] = le
for c in ['city', 'plan', 'smoker']:
    test[c] = encoders[c].transform(test[c])
feats = ['age', 'income', 'city', 'plan', 'smoker', 'visits']
rf = RandomForestClassifier(20, random_state=0).fit(train[feats], train['left'])
sub = pd.DataFrame({'id': test['id'], 'left': rf.predict(test[feats])})
sub.to_csv('sub.csv', index=False)
