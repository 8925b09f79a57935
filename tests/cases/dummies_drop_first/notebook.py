# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
df = df.drop(['id', 'joined'], axis=1)

# %%
# the target becomes a dummy as well
df = pd.get_dummies(df, drop_first=True)
df.head()

# %%
X = df.drop('left_Yes', axis=1)
y = df['left_Yes']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=9)
lr = LogisticRegression(max_iter=5000)
lr.fit(X_train, y_train)
y_pred = lr.predict(X_test)
acc = lr.score(X_test, y_test)
print(acc)
