# %%
import pandas as pd
from sklearn.preprocessing import LabelEncoder
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

data = pd.read_csv('people.csv')
data.drop(['id', 'joined'], axis=1, inplace=True)

# %%
le = LabelEncoder()
for col in data.columns:
    if not pd.api.types.is_numeric_dtype(data[col]):
        data[col] = le.fit_transform(data[col])
data.dtypes

# %%
X, y = data.drop('left', axis=1), data['left']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
rf = RandomForestClassifier(n_estimators=25, random_state=42)
rf.fit(X_train, y_train)
y_pred = rf.predict(X_test)
