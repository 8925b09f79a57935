# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
print(len(df))
df.dropna(inplace=True)
print(len(df))

# %%
df['plan'] = df['plan'].replace({'basic': 'b', 'plus': 'x', 'pro': 'x'})
X = df[['age', 'income', 'visits']].copy()
X['extra'] = (df['plan'] == 'x').astype(int)
y = df['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
lr = LogisticRegression(max_iter=3000)
lr.fit(X_train, y_train)
y_pred = lr.predict(X_test)
