# %%
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.utils import resample, shuffle

df = pd.read_csv('people.csv')
df = shuffle(df, random_state=1)
train, test = train_test_split(df, test_size=0.3, random_state=0)

# %%
yes, no = train[train['left'] == 'Yes'], train[train['left'] == 'No']
no_up = resample(no, replace=True, n_samples=len(yes), random_state=2)
train = pd.concat([yes, no_up, no.sample(10, random_state=3)])
train['left'].value_counts()

# %%
cols = ['age', 'income', 'visits']
rf = RandomForestClassifier(25, random_state=0)
rf.fit(train[cols], train['left'])
y_pred = rf.predict(test[cols])
