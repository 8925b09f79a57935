# %%
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
df['left'] = (df['left'] == 'Yes').astype(int)

# %%
# mean encoding
for c in ['city', 'plan']:
    df[c + '_rate'] = df[c].map(df.groupby(c)['left'].mean())
df = df.drop(['city', 'plan', 'smoker', 'joined', 'id'], axis=1)

# %%
X, y = df.drop('left', axis=1), df['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=4)
gb = GradientBoostingClassifier(n_estimators=30, random_state=0)
gb.fit(X_train, y_train)
proba = gb.predict_proba(X_test)[:, 1]
print(((proba > .5) == y_test).mean())
