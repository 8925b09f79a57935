# %%
import pandas as pd
from sklearn.preprocessing import LabelEncoder
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.metrics import accuracy_score

data = pd.read_csv('people.csv')

# %%
le = LabelEncoder()
data['city'] = le.fit_transform(data['city'])
data['plan'] = le.fit_transform(data['plan'])
data['smoker'] = le.fit_transform(data['smoker'])
data['left'] = le.fit_transform(data['left'])
data.head()

# %%
X = data.drop(columns=['left', 'joined', 'id'])
y = data['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
rf = RandomForestClassifier(n_estimators=25, random_state=42)
rf.fit(X_train, y_train)
y_pred = rf.predict(X_test)
print(accuracy_score(y_test, y_pred))
