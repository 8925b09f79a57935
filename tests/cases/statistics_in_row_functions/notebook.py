# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
# %%
by_plan = df.groupby(['plan', 'smoker'])['age'].median().to_dict()


def fill_age(row):
    if pd.isnull(row['age']):
        return by_plan.get((row['plan'], row['smoker']), df['age'].median())
    return row['age']


def band(income):
    if pd.isnull(income):
        return df[df['plan'] == 'pro']['income'].mean() / 1000
    if income > df['income'].quantile(0.75):
        return 3
    return 1


df['age'] = df.apply(fill_age, axis=1)
df['band'] = df['income'].apply(band)
# %%
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'band', 'visits']], df['left'], random_state=0)
model = LogisticRegression(max_iter=500).fit(X_train, y_train)
y_pred = model.predict(X_test)
print(accuracy_score(y_test, y_pred))
