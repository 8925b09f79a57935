# %%
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
n = len(list(df.columns))
list = ['age', 'income', 'visits']
# %%
def without_outliers(data, str):
    frame = data
    frame.columns = frame.columns
    low, high = frame[str].quantile(0.25), frame[str].quantile(0.75)
    out = frame.index[np.where(frame[str] > high + 1.5 * (high - low))[0]]
    print(f'{str}: {len(out)} of {len(frame)} rows', frame.shape)
    frame.drop(out, inplace=True)
    return frame


def centred(data, str, by=2):
    middle = data[str].median()
    data[str] = (data[str].fillna(middle) - middle) / by
    return data


# %%
df = without_outliers(df, 'income')
df = without_outliers(df, 'visits')
for id in list:
    print(id, df[id].isna().sum())
df = centred(df, 'age')
df = centred(df, 'income', by=1000)
df = centred(df, 'visits')
max = df['visits'].max()
df['visits'] = df['visits'].apply(lambda value: value / max)
# %%
X_train, X_test, y_train, y_test = train_test_split(df[list], df['left'], random_state=0)
model = LogisticRegression(max_iter=500).fit(X_train, y_train)
y_pred = model.predict(X_test)
print(accuracy_score(y_test, y_pred))
