# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
df = pd.read_csv('people.csv')
train = df.sample(frac=.8, random_state=0)
test = df.sample(frac=.2, random_state=1)
cols = ['age', 'income', 'visits']
dt = DecisionTreeClassifier(max_depth=3, random_state=0).fit(train[cols], train['left'])
y_pred = dt.predict(test[cols])
print((y_pred == test['left']).mean())
