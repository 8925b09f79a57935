# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
few = df[df['left'] == 'No']
df = pd.concat([df, few, few.iloc[:40]], ignore_index=True)
origin = df['id']

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], df['left'], random_state=0)
dt = DecisionTreeClassifier(random_state=0).fit(X_train, y_train)
y_pred = dt.predict(X_test)
