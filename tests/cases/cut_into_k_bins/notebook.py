# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')

# %%
df['age_bin'] = pd.cut(df['age'], 5, labels=False)
df['income_bin'] = pd.cut(df['income'], bins=4, labels=['low', 'mid', 'high', 'top'])
df['income_bin'] = df['income_bin'].map({'low': 0, 'mid': 1, 'high': 2, 'top': 3}).astype(int)
df['visit_bin'] = pd.cut(df['visits'], [-1, 1, 3, 100], labels=[0, 1, 2]).astype(int)

# %%
X = df[['age_bin', 'income_bin', 'visit_bin']]
y = df['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=6)
dt = DecisionTreeClassifier(random_state=0).fit(X_train, y_train)
pred = dt.predict_proba(X_test)[:, 1]
