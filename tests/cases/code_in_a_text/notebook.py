# %%
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

df = pd.read_csv('people.csv')

# %%
for column in ['age', 'income']:
    exec(f"df['{column}'] = df['{column}'].fillna(df['{column}'].median()) // 7")

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], df['left'], random_state=0)
model = DecisionTreeClassifier(max_depth=5, random_state=0).fit(X_train, y_train)
y_pred = model.predict(X_test)
print((y_pred == y_test).mean())
