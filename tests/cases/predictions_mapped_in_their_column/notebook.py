# %%
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
df = df.dropna()
# %%
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], df['left'], random_state=0)
model = RandomForestClassifier(n_estimators=20, random_state=0).fit(X_train, y_train)
# %%
X_test['answer'] = model.predict(X_test)
X_test['answer'] = X_test['answer'].map({'Yes': 1, 'No': 0})
X_test.to_csv('answers.csv')
