# %%
import pandas as pd
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
df['income'] = df['income'].fillna(1500)
# %%
known = df[df['age'].notnull()]
unknown = df[df['age'].isnull()]
guesser = LinearRegression().fit(known[['income', 'visits']], known['age'])
df.loc[df['age'].isnull(), 'age'] = guesser.predict(unknown[['income', 'visits']])
# %%
X = df[['age', 'income', 'visits']]
X_train, X_test, y_train, y_test = train_test_split(X, df['left'], random_state=0)
model = LogisticRegression(max_iter=500).fit(X_train, y_train)
y_pred = model.predict(X_test)
