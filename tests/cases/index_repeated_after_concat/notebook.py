# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression

a = pd.read_csv('first.csv')
b = pd.read_csv('second.csv')
df = pd.concat([a, b])
print(df.index.duplicated().sum())

# %%
df['age'] = df['age'].fillna(df.groupby('city')['age'].transform('mean'))
df['income'] = df['income'].fillna(df['income'].median())
city_age = df.groupby('city')['age'].mean()
lr = LogisticRegression(max_iter=5000)
lr.fit(df[['age', 'income', 'visits']], df['left'])

# %%
new = pd.read_csv('new.csv')
new['age'] = new['age'].fillna(new['city'].map(city_age))
new['income'] = new['income'].fillna(df['income'].median())
new['p'] = lr.predict_proba(new[['age', 'income', 'visits']])[:, 1]
new[['id', 'p']].to_csv('scored.csv', index=False)
