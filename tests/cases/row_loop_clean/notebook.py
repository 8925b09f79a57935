# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')
score = []
for i, row in df.iterrows():
    s = 0
    if row['plan'] == 'pro':
        s += 2
    elif row['visits'] > 4:
        s += 1
    score.append(s)
df['score'] = score
flags = []
for i in range(len(df)):
    flags.append(1 if df.loc[i, 'smoker'] == 'Yes' else 0)
df['flag'] = flags
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'score', 'flag']], df['left'], random_state=0)
lr = LogisticRegression(max_iter=9000).fit(X_train, y_train)
y_pred = lr.predict(X_test)
