# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
from sklearn.metrics import accuracy_score
df = pd.read_csv('people.csv')

df['plan'] = df['plan'].fillna(df['plan'].mode().iloc[0])
def score(r):
    s = 0
    if r['plan'] == 'pro' and r['visits'] > 3:
        s += 2
    elif r['smoker'] == 'Yes':
        s -= 1
    return s * (r['visits'] or 1)
df['s'] = df.apply(score, axis=1)

# %%
X = df[['s','visits']]
y = (df['left'] == 'Yes').astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
model = DecisionTreeClassifier(max_depth=6, random_state=0)
model.fit(X_train, y_train)
y_pred = model.predict(X_test)
print(accuracy_score(y_test, y_pred))
