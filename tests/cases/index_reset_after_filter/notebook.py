# %%
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
df = df[df['age'].notna()].sort_values('joined').reset_index(drop=True)
df['income'] = df['income'].fillna(0)

# %%
X = df[['age', 'income', 'visits']]
y = df['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0)
rf = RandomForestClassifier(20, random_state=0)
rf.fit(X_train, y_train)
y_pred = rf.predict(X_test)
