# %%
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
from sklearn.metrics import accuracy_score

frames = []
for k in range(3):
    part = pd.read_csv(f'parts/people_{k}.csv')
    part['src'] = k
    frames.append(part)
df = pd.concat(frames).reset_index(drop=True)
df['age'] = df['age'].fillna(df['age'].median())

# %%
X = df[['age','visits']]
y = (df['left'] == 'Yes').astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
model = DecisionTreeClassifier(max_depth=6, random_state=0)
model.fit(X_train, y_train)
y_pred = model.predict(X_test)
print(accuracy_score(y_test, y_pred))
