# %%
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
df = pd.read_csv('people.csv')
X, y = df[['age', 'income', 'visits']], df['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
rf = RandomForestClassifier(20, random_state=0)
rf.fit(X, y)
y_pred = rf.predict(X_test)
print(accuracy_score(y_test, y_pred))
