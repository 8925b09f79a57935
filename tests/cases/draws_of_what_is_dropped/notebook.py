# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.model_selection import KFold, cross_val_score, train_test_split

np.random.seed(42)
df = pd.read_csv('people.csv')
# %%
print(df.sample(5))
for column in ['age', 'income']:
    plt.figure()
    plt.hist(np.random.choice(df[column], 30))
    plt.show()
# %%
X = df[['age', 'income', 'visits']]
y = df['left']


def report(model):
    print(cross_val_score(model, X, y, cv=KFold(3, shuffle=True)).mean())


report(RandomForestClassifier(n_estimators=5))
# %%
X_train, X_test, y_train, y_test = train_test_split(X, y)
for model in [ExtraTreesClassifier(n_estimators=5), RandomForestClassifier(n_estimators=5)]:
    model.fit(X_train, y_train)
    print(type(model).__name__, model.score(X_test, y_test))
# %%
final = RandomForestClassifier(n_estimators=10)
final.fit(X_train, y_train)
y_pred = final.predict(X_test)
