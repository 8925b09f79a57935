# %%
import pandas as pd
from sklearn.preprocessing import LabelEncoder
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

df = pd.read_csv('people.csv')
le_plan = LabelEncoder()
df['plan'] = le_plan.fit_transform(df['plan'])

# %%
X_train, X_test, y_train, y_test = train_test_split(df[['age', 'income', 'visits']], df['plan'], random_state=0)
rf = RandomForestClassifier(20, max_depth=4, random_state=0)
rf.fit(X_train, y_train)
codes = rf.predict(X_test)
names = {'basic': 'B', 'plus': 'P+', 'pro': 'PRO'}
y_pred = [names[p] for p in le_plan.inverse_transform(codes)]
print(y_pred[:5])
