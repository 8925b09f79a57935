# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
from sklearn.metrics import accuracy_score

df = pd.read_csv('people.csv')
df.isnull().sum()

# %%
for col in ['age', 'income', 'plan']:
    df[col] = df[col].fillna(df[col].mode()[0])
df.isnull().sum()

# %%
df['plan'] = df['plan'].map({'basic': 0, 'plus': 1, 'pro': 2})
X = df[['age', 'income', 'plan', 'visits']]
y = df['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=3)
tree = DecisionTreeClassifier(max_depth=5, random_state=0)
tree.fit(X_train, y_train)
y_pred = tree.predict(X_test)
acc = accuracy_score(y_test, y_pred)
print('accuracy', acc)
