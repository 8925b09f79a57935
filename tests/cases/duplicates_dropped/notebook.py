# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
df.duplicated().sum()

# %%
df = df.drop_duplicates()
df = df[~df['id'].duplicated()]
df['old'] = df['age'] > df['age'].mean()

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'old', 'visits', 'income']], df['left'], test_size=0.3, random_state=0)
dt = DecisionTreeClassifier(max_depth=4, random_state=0).fit(X_train, y_train)
y_pred = dt.predict_proba(X_test)[:, 1]
