# %%
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
# %%
def cap(column):
    """Cap what lies far out."""
    low, high = column.quantile(0.25), column.quantile(0.75)
    reach = 1.5 * (high - low)
    return column.clip(low - reach, high + reach)


def fill(ages):
    return ages.fillna(ages.median())


numbers = ['age', 'income', 'visits']
df['age'] = df.groupby('city')['age'].transform(fill)
df[numbers] = df[numbers].fillna(df[numbers].median())
df[numbers] = df[numbers].apply(cap)
# %%
X_train, X_test, y_train, y_test = train_test_split(df[numbers], df['left'], random_state=0)
model = LogisticRegression(max_iter=500).fit(X_train, y_train)
y_pred = model.predict(X_test)
print(accuracy_score(y_test, y_pred))
