# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.metrics import roc_auc_score

df = pd.read_csv('people.csv')

# %%
by_city = df.groupby('city')['income'].mean()
mu = df['age'].mean()
df['city_income'] = df['city'].map(lambda c: by_city[c])
df['age_c'] = df['age'].apply(lambda v: v - mu)
df['rich'] = df.apply(lambda r: 1 if r['income'] > by_city[r['city']] else 0, axis=1)

# %%
features = ['city_income', 'age_c', 'rich', 'visits']
X_train, X_test, y_train, y_test = train_test_split(df[features], df['left'] == 'Yes', test_size=0.3, random_state=2)
clf = LogisticRegression(max_iter=2000)
clf.fit(X_train, y_train)
score = clf.predict_proba(X_test)[:, 1]
auc = roc_auc_score(y_test, score)
print(auc)
