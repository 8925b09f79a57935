# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')
counts = {}
nth = []
for c in df['city']:
    counts[c] = counts.get(c, 0) + 1
    nth.append(counts[c])
df['nth'] = nth
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'nth']], df['left'], random_state=0)
lr = LogisticRegression(max_iter=9000).fit(X_train, y_train)
y_pred = lr.predict(X_test)
