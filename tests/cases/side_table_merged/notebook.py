# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split

people = pd.read_csv('people.csv')
cities = pd.read_csv('cities.csv')

# %%
df = people.merge(cities, how='left', left_on='city', right_on='town').drop(columns='town')
df['size'] = df['size'].fillna(df['size'].mean())
df['sea'] = df['sea'].fillna(0)
price = cities.set_index('town')['size'].rank()
df['size_rank'] = df['city'].map(price).fillna(0)

# %%
X = df[['age', 'visits', 'size', 'sea', 'size_rank']]
X_train, X_test, y_train, y_test = train_test_split(X, df['left'], test_size=0.3, random_state=0)
dt = DecisionTreeClassifier(max_depth=6, random_state=0).fit(X_train, y_train)
y_pred = dt.predict_proba(X_test)[:, 0]
